import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { newPicture, type Stage } from './stage.js';
import { jpeg, screenshot, seriousFaults } from './visitor.js';

/** How often registering is tried while the check is still being witnessed. */
const TRIES = 20;

/**
 * Files an application in Zhejiang's console, checks, examines and registers it, and verifies its identity card as somebody with
 * the policy alone does. A second application, not yet decided, is left in the list.
 */
export async function registerInConsole(page: Page, stage: Stage): Promise<void> {
  await file(page, stage, 300, '四季团花');
  await file(page, stage, 301, '宝相花');
  await checkAndRegister(page);
  await page.locator('.page-head a', { hasText: '数字身份卡' }).click();
  await page.locator('.qr path').waitFor();
  await page.locator('.id-card', { hasText: 'weft/zhejiang' }).waitFor({ timeout: 20_000 });
  expect(await page.locator('.id-card').innerText()).toMatch(/浙作登字-\d{4}-F-0*1\b/);
  expect(await seriousFaults(page)).toEqual([]);
  await screenshot(page, 'console-id-card');
  const certificate = await download(page, '登记证书（PDF）');
  expect(certificate.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  expect((await download(page, '打印身份卡（PDF）')).subarray(0, 5).toString('latin1')).toBe('%PDF-');
  const told = verify(stage, await download(page, '身份卡文件'));
  expect(told).toMatch(/已证明[^]*准予登记[^]*登记号 浙作登字-/);
  expect(told).toContain(await page.locator('.id-card .mono').first().innerText());
  await page.goto(`${stage.origin('zhejiang')}/#/applications`);
  await page.locator('tbody tr', { hasText: '四季团花' }).waitFor();
  expect(await page.locator('tbody').innerText()).not.toContain('宝相花');
  await screenshot(page, 'console-applications');
}

/** The form lets nothing through without the picture and every paper that is required. */
async function file(page: Page, stage: Stage, seed: number, title: string): Promise<void> {
  await page.goto(`${stage.origin('zhejiang')}/#/applications`);
  await page.getByRole('link', { name: '受理新申请' }).click();
  const send = page.getByRole('button', { name: '受理', exact: true });
  await page
    .locator('.application-form input[type=file]')
    .setInputFiles([jpeg(`${title}.jpg`, await newPicture(seed))]);
  await page.getByLabel('作品名称').fill(title);
  await page.getByLabel('著作权人', { exact: false }).first().fill('柯桥纺织有限公司');
  for (const paper of ['作品登记申请书', '申请人身份证明', '作品样本', '作品说明书'])
    await page.locator('.papers label', { hasText: paper }).first().locator('input').check();
  await page.locator('.tray-bar', { hasText: '还缺：权利归属证明' }).waitFor();
  expect(await send.isDisabled()).toBe(true);
  await page.locator('.papers label', { hasText: '权利归属证明' }).locator('input').check();
  expect(await seriousFaults(page)).toEqual([]);
  await screenshot(page, 'console-application-form');
  await send.click();
  await page.locator('.page-head', { hasText: title }).waitFor();
}

async function checkAndRegister(page: Page): Promise<void> {
  const act = (name: string) => page.getByRole('button', { name, exact: true });
  await page.locator('.days', { hasText: '已用 0 个工作日' }).waitFor();
  expect(await act('准予登记').isDisabled()).toBe(true);
  await page.locator('.acts').getByRole('button', { name: '查重', exact: true }).click();
  // On a busy machine the first may be incomplete, and is completed by itself.
  await page.locator('.checks-of', { hasText: '未见重复' }).waitFor({ timeout: 120_000 });
  await act('审查完毕').click();
  await page.locator('.page-head', { hasText: '已审查' }).waitFor();
  const number = page.locator('h1', { hasText: '浙作登字-' });
  for (let tries = 0; tries < TRIES && !(await number.isVisible()); tries += 1) {
    await act('准予登记').click();
    await number
      .or(page.locator('.acts .ant-alert', { hasText: '外省见证' }))
      .first()
      .waitFor();
  }
  await number.waitFor();
  await page.locator('.life', { hasText: '准予登记的查重' }).waitFor();
  expect(await page.locator('.life li').count()).toBe(3);
  await screenshot(page, 'console-registration');
}

async function download(page: Page, label: string): Promise<Buffer> {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: label, exact: true }).click(),
  ]);
  return readFileSync(await saved.path());
}

/** What the built command says of a card, under the policy of the federation's own directory. */
function verify(stage: Stage, card: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'weft-card-'));
  const audit = (...args: string[]): string =>
    execFileSync('node', ['apps/cli/bin/weft.mjs', 'audit', ...args], { encoding: 'utf8' });
  try {
    const [policy, file] = [join(folder, 'policy.json'), join(folder, 'card.json')];
    const { directoryFile, trustFile } = stage.files;
    writeFileSync(policy, audit('policy', '--directory', directoryFile, '--trust', trustFile));
    writeFileSync(file, card);
    return audit('verify', file, '--policy', policy);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
