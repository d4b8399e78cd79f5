import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { audit, withFiles } from './audit.js';
import { type Language, wordsOf } from './languages.js';
import { newPicture, type Stage } from './stage.js';
import { download, jpeg, screenshot, seriousFaults } from './visitor.js';

/** How often registering is tried while the check is still being witnessed. */
const TRIES = 20;

/** An application as a test files it: its title, and the seed of its picture. */
interface Filed {
  readonly title: string;
  readonly seed: number;
}

/**
 * Files applications in Zhejiang's console, checks, examines and registers the last, and verifies its identity card as somebody
 * with the policy alone does. The others are left in the list.
 * @param number what the registration number must look like
 */
export async function registerInConsole(
  page: Page,
  stage: Stage,
  language: Language,
  { works, number }: { readonly works: readonly Filed[]; readonly number: RegExp },
): Promise<void> {
  const { card, nav, applications } = wordsOf(language);
  for (const work of works) await file(page, stage, language, work);
  await checkAndRegister(page, language);
  await page.locator('.page-head a', { hasText: card.title }).click();
  await page.locator('.qr path').waitFor();
  await page.locator('.id-card', { hasText: 'weft/zhejiang' }).waitFor({ timeout: 20_000 });
  expect(await page.locator('.id-card').innerText()).toMatch(number);
  expect(await seriousFaults(page)).toEqual([]);
  if (language === 'zh') await screenshot(page, 'console-id-card');
  for (const label of [card.certificate, card.print])
    expect((await download(page, label)).subarray(0, 5).toString('latin1')).toBe('%PDF-');
  const told = await withFiles({ 'card.json': await download(page, card.file) }, (path) =>
    audit('verify', path('card.json'), '--policy', stage.policyFile),
  );
  expect(told).toMatch(/已证明[^]*准予登记[^]*登记号 浙作登字-/);
  expect(told).toContain(await page.locator('.id-card .mono').first().innerText());
  await page.locator('header nav a', { hasText: nav.applications }).click();
  await page.locator('.table tbody').waitFor();
  const registered = works.at(-1)?.title ?? '';
  for (const { title } of works.slice(0, -1)) await page.locator('tbody tr', { hasText: title }).waitFor();
  expect(await page.locator('tbody').innerText()).not.toContain(registered);
  expect(await page.locator('main').innerText()).toContain(applications.title);
}

/** The form lets nothing through without the picture and every paper that is required. */
async function file(page: Page, stage: Stage, language: Language, { title, seed }: Filed): Promise<void> {
  const { applications, registrations } = wordsOf(language);
  await page.goto(`${stage.origin('zhejiang')}/#/applications`);
  await page.getByRole('link', { name: applications.new }).click();
  const send = page.getByRole('button', { name: applications.file, exact: true });
  await page
    .locator('.application-form input[type=file]')
    .setInputFiles([jpeg(`${title}.jpg`, await newPicture(seed))]);
  await page.getByRole('textbox', { name: new RegExp(`^${registrations.workTitle}`) }).fill(title);
  await page.getByLabel(registrations.owner).first().fill('柯桥纺织有限公司');
  const paper = (name: keyof typeof applications.papers) =>
    page.locator('.papers label', { hasText: applications.papers[name] }).first().locator('input');
  for (const one of ['application-form', 'identity', 'work-sample', 'work-description'] as const)
    await paper(one).check();
  const missing = applications.missing.replace('{{papers}}', applications.papers.ownership);
  await page.locator('.tray-bar', { hasText: missing }).waitFor();
  expect(await send.isDisabled()).toBe(true);
  await paper('ownership').check();
  await send.isEnabled();
  expect(await seriousFaults(page)).toEqual([]);
  if (language === 'zh') await screenshot(page, 'console-application-form');
  await send.click();
  await page.locator('.page-head', { hasText: title }).waitFor();
}

async function checkAndRegister(page: Page, language: Language): Promise<void> {
  const { applications, registrations, verdict, clearToken } = wordsOf(language);
  const act = (name: keyof typeof applications.act) =>
    page.locator('.acts').getByRole('button', { name: applications.act[name], exact: true });
  await page.locator('.days').waitFor();
  expect(await act('register').isDisabled()).toBe(true);
  await act('check').click();
  // On a busy machine the first may be incomplete, and is completed by itself.
  await page.locator('.checks-of', { hasText: verdict.CLEAR }).waitFor({ timeout: 120_000 });
  await act('examine').click();
  await page.locator('.page-head', { hasText: registrations.states.examined }).waitFor();
  const number = page.locator('h1', { hasText: '浙作登字-' });
  const unwitnessed = page.locator('.acts .ant-alert', { hasText: clearToken.unwitnessed.slice(0, 24) });
  for (let tries = 0; tries < TRIES && !(await number.isVisible()); tries += 1) {
    await act('register').click();
    await number.or(unwitnessed).first().waitFor();
  }
  await number.waitFor();
  await page.locator('.life', { hasText: registrations.letInBy }).waitFor();
  expect(await page.locator('.life li').count()).toBe(3);
  if (language === 'zh') await screenshot(page, 'console-registration');
}
