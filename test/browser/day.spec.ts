import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { withFiles } from './audit.js';
import { browserMissing, browserRequired, TestBrowser } from './chromium.js';
import { type Language, wordsOf } from './languages.js';
import { registerInConsole } from './registering.js';
import { newPicture, registeredPicture, Stage } from './stage.js';
import {
  download,
  giveFiles,
  jpeg,
  logIn,
  screenshot,
  seriousFaults,
  speak,
  untilFinished,
} from './visitor.js';

jest.setTimeout(180_000);

if (browserMissing !== '') {
  it('is not tested in a browser where there is none', () => expect(browserRequired).toBe(false));
} else {
  describe('a working day in the console', describeDay);
}

function describeDay(): void {
  let stage: Stage;
  let browser: TestBrowser;
  let page: Page;
  /** Another examiner of Zhejiang, in a browser of their own. */
  let second: { readonly browser: TestBrowser; readonly page: Page };

  beforeAll(async () => {
    let other: TestBrowser;
    [stage, browser, other] = await Promise.all([
      Stage.start({
        zhejiang: { WEFT_FOUR_EYES: 'on' },
      }),
      TestBrowser.start(),
      TestBrowser.start(),
    ]);
    page = await browser.page();
    second = { browser: other, page: await other.page() };
    await logIn(second.page, stage.origin('zhejiang'), await stage.addExaminer('zhejiang', 'wang'));
  }, 180_000);
  afterAll(async () => {
    await browser?.stop();
    await second?.browser.stop();
    await stage?.stop();
  }, 60_000);
  afterEach(() =>
    expect([...browser.complaints.splice(0), ...second.browser.complaints.splice(0)]).toEqual([]),
  );

  const as = (role: 'examiner' | 'auditor' | 'operator') =>
    logIn(page, stage.origin('zhejiang'), stage.person('zhejiang', role));
  const open = (path: string) => page.goto(`${stage.origin('zhejiang')}/#/${path}`);
  const picture = (name: string) => page.locator('.picture', { hasText: name });
  const logOut = async (): Promise<void> => {
    await page.getByRole('button', { name: /^(退出登录|Log out)$/ }).click();
    await page.locator('.log-in').waitFor();
  };

  const days: readonly (readonly [string, Language, number])[] = [
    ['in Chinese', 'zh', 300],
    ['in English', 'en', 310],
  ];
  it.each(days)('goes from a batch of twelve to a certificate %s', async (_name, language, seed) => {
    const words = wordsOf(language);
    await as('examiner');
    await speak(page, language);
    await open('check');
    await giveFiles(page, await twelve(seed));
    await page.locator('.tray-bar button.ant-btn-primary').click();
    await untilFinished(page);

    await picture('guangdong.jpg').click();
    await page.locator('.bench-head', { hasText: words.verdict.DUPLICATE }).waitFor();
    expect(await picture('new-8.jpg').innerText()).toContain(words.verdict.CLEAR);
    await picture('zhejiang.jpg').click();
    await page.locator('.panes img').nth(1).waitFor();
    await page.keyboard.press('2');
    await page.locator('.layer.is-top').waitFor({ timeout: 60_000 });
    await page.keyboard.press('1');

    await decide(page, language, words.decision.kinds.duplicate, `镜像 ${language}`);
    await page.locator('.decision li', { hasText: words.decision.waits }).waitFor();
    expect(await page.getByRole('button', { name: words.decision.confirm }).count()).toBe(0);
    await confirmBySecond(language);
    await page.reload();
    await picture('zhejiang.jpg').click();
    await page.locator('.decision li', { hasText: words.decision.inForce }).waitFor();

    const [bench, bar] = [page.locator('.bench-head'), page.locator('.batch-head')];
    for (const label of [words.report.zh, words.report.en])
      expect(beginning(await download(page, label, bench))).toBe('%PDF-');
    expect(JSON.parse(String(await download(page, words.report.json, bench)))).toHaveProperty(
      'facts.decisions',
    );
    expect(beginning(await download(page, words.report[language], bar))).toBe('%PDF-');
    expect(beginning(await download(page, words.report.xlsx, bar))).toMatch(/^PK/);

    await registerInConsole(page, stage, language, {
      works: [
        { title: `四季团花 ${language}`, seed: seed + 20 },
        { title: `宝相花 ${language}`, seed: seed + 21 },
      ],
      number: /浙作登字-\d{4}-F-0*[12]\b/,
    });
    if (language === 'zh') await logOut();
  });

  it('says of a wrong date and of a name of 500 characters what is wrong, and cuts nothing off', async () => {
    const { registrations, applications } = wordsOf('zh');
    await speak(page, 'zh');
    await open('applications/new');
    const owner = page.getByLabel(registrations.owner).first();
    await owner.fill('纺'.repeat(500));
    await page.getByText('著作权人：超过 200 个字符，请缩短。').waitFor();
    expect((await owner.inputValue()).length).toBe(500);
    await page.getByLabel(registrations.completedOn).fill('2099-01-01');
    await page.getByText('创作完成日期：晚于今天，请核对日期。').waitFor();
    expect(await page.getByRole('button', { name: applications.file, exact: true }).isDisabled()).toBe(true);
    expect(await seriousFaults(page)).toEqual([]);
    await owner.fill('柯桥纺织有限公司');
    await page.getByLabel(registrations.completedOn).fill('2024-05-01');
    await page.getByLabel(registrations.firstPublishedOn).fill('2024-04-01');
    await page.getByText('创作完成日期：晚于首次发表日期').waitFor();
    expect(await page.getByText('超过 200 个字符').count()).toBe(0);
  });

  it('takes a folder, and leaves out what a system put there', async () => {
    await open('check');
    await withFiles({ 'a.jpg': Buffer.from(await newPicture(400)), '.DS_Store': 'x' }, async (path) => {
      await page.locator('.drop input[type=file]').nth(1).setInputFiles(path(''));
      await page.locator('.tray-name', { hasText: 'a.jpg' }).waitFor();
      expect(await page.locator('.tray-name').count()).toBe(1);
    });
  });

  it('gives the figures of the bureau, each share with what it is a share of', async () => {
    const { statistics } = wordsOf('zh');
    await open('statistics');
    await page
      .getByText(/占查重图片 \d+ 张的 \d+\.\d\d%/)
      .first()
      .waitFor();
    await page.getByLabel(statistics.by).selectOption('category');
    await page.locator('tbody tr', { hasText: statistics.total }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'console-statistics');
    const [label] = await page.getByRole('button', { name: /登记表（XLSX）/ }).allInnerTexts();
    expect(beginning(await download(page, label ?? ''))).toMatch(/^PK/);
    await page.getByLabel(statistics.to).fill('2020-01');
    await page.getByText(statistics.tooLong).waitFor();
    await logOut();
  });

  it('lets an auditor search the log and verify it in the browser, and shows what was altered', async () => {
    const { audit, check, events } = wordsOf('zh');
    await as('auditor');
    await open('checks');
    await page.locator('tbody tr a').first().click();
    const bundle = await download(page, check.evidence);
    await open('audit');
    const whole = page.getByRole('region', { name: audit.whole });
    expect(await whole.getByRole('button').isDisabled()).toBe(true);
    await page.getByRole('region', { name: audit.policy }).locator('input').setInputFiles(stage.policyFile);
    await whole.getByRole('button').click();
    await whole.locator('.is-proved', { hasText: '没有缺失，没有改动' }).waitFor();
    const files = page.getByRole('region', { name: audit.files });
    await files
      .locator('input')
      .setInputFiles({ name: 'evidence.json', mimeType: 'application/json', buffer: bundle });
    await files.locator('.is-proved', { hasText: audit.kinds.bundle }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'console-audit');

    await page.route('**/log/tile/entries/**', async (route) => {
      const body = await (await route.fetch()).body();
      body.writeUInt8((body.at(-9) ?? 0) ^ 1, body.length - 9);
      await route.fulfill({ body });
    });
    await whole.getByRole('button').click();
    await whole.locator('.is-refused', { hasText: '记录被改动' }).waitFor();
    await page.unrouteAll({ behavior: 'wait' });

    await page.getByLabel(audit.kind).selectOption('decision.');
    await page.locator('tbody tr', { hasText: events['decision.made'] }).first().locator('a').click();
    await page.locator('.is-proved').waitFor();
    expect(await page.locator('.entry-details').innerText()).toMatch(/duplicate/);
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'console-entry');
    await logOut();
  });

  it('shows an operator what waits, what runs out and what was imported', async () => {
    await as('operator');
    await open('operation');
    await page
      .getByText(/还有 \d+ 天/)
      .first()
      .waitFor();
    const now = page.getByRole('region', { name: '本节点现状' });
    expect(await now.innerText()).toMatch(/正常服务[^]*0 个批次，0 张图片[^]*剩余 [\d.]+ (GiB|MiB)/);
    const imports = page.getByRole('region', { name: '最近的导入' }).locator('tbody tr');
    await imports.filter({ hasText: 'test' }).waitFor();
    expect(await imports.first().innerText()).toMatch(/2–5\s+4\s+0\s+0\s+0/);
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'console-operation');
  });

  async function decide(on: Page, language: Language, kind: string, reason: string): Promise<void> {
    const panel = on.locator('.decision');
    await panel.getByLabel(kind, { exact: true }).check();
    await panel.locator('textarea').fill(reason);
    await panel.getByRole('button', { name: wordsOf(language).decision.decide }).click();
  }

  /** The second examiner opens what the first looks at, and confirms it. */
  async function confirmBySecond(language: Language): Promise<void> {
    const { decision } = wordsOf(language);
    await second.page.goto(page.url());
    await speak(second.page, language);
    await second.page.getByRole('button', { name: decision.confirm }).click();
    await second.page.locator('.decision li', { hasText: decision.inForce }).waitFor();
  }
}

/** A copy of a registration of each province, each turned in its way, and eight that nobody registered. */
async function twelve(seed: number) {
  const turned = async (name: 'zhejiang' | 'shandong' | 'jiangsu' | 'guangdong') => {
    const original = sharp(await registeredPicture(name, 1));
    const copy = name === 'zhejiang' ? original.flop() : original.rotate(90);
    return jpeg(`${name}.jpg`, await copy.jpeg({ quality: 85 }).toBuffer());
  };
  const copies = await Promise.all((['zhejiang', 'shandong', 'jiangsu', 'guangdong'] as const).map(turned));
  const fresh = await Promise.all(
    Array.from({ length: 8 }, async (_, place) =>
      jpeg(`new-${place + 1}.jpg`, await newPicture(seed + place)),
    ),
  );
  return [...copies, ...fresh];
}

function beginning(file: Buffer): string {
  return file.subarray(0, 5).toString('latin1');
}
