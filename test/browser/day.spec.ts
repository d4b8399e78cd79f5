import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { audit as auditCommand, withFiles } from './audit.js';
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
  describe('a working day in the console, of four provinces that share differently', describeDay);
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
        shandong: { WEFT_SHARE_PICTURES: 'thumbnail' },
        jiangsu: { WEFT_SHARE_PICTURES: 'full' },
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

  it('shows of each province what its policy lets it show, and nothing before it is asked for', async () => {
    const { lent, compare } = wordsOf('zh');
    const home = page.locator('.stays-home');
    const ask = (label: string) => page.getByRole('button', { name: label, exact: true });
    await speak(page, 'zh');
    await open('check');
    await page.locator('.recent a').first().click();

    await picture('guangdong.jpg').click();
    await home.getByText('广东不向外省出示样本图', { exact: false }).waitFor();
    expect([await ask(lent.askThumbnail).count(), await ask(lent.askFull).count()]).toEqual([0, 0]);
    expect(await page.locator('.compare .facts').innerText()).toMatch(
      /旋转 (90|270)°[^]*候选图 \d+%[^]*粤作登字/,
    );

    await picture('shandong.jpg').click();
    await home
      .getByText('山东向外省出示带水印的缩略图。两省日志都会记录这次调阅', { exact: false })
      .waitFor();
    expect(await ask(lent.askFull).count()).toBe(0);
    await ask(lent.askThumbnail).click();
    await page
      .locator('.pane', { hasText: /山东出示，.*前有效，不得留存/ })
      .locator('img')
      .waitFor();
    expect(await page.locator('.panes img').count()).toBe(2);
    expect(await page.locator('.compare-bar').getByText(compare.mode.overlay).count()).toBe(0);

    await picture('jiangsu.jpg').click();
    await home.getByText('写明理由可调阅全图', { exact: false }).waitFor();
    expect(await ask(lent.askFull).isDisabled()).toBe(true);
    await home.locator('input').fill('与本省申请布局相同，须核对循环单元');
    await ask(lent.askFull).click();
    await page.locator('.pane', { hasText: '江苏出示' }).locator('img').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'console-lent');
    await page.locator('.compare-bar').click();
    await page.keyboard.press('2');
    await page.locator('.layer.is-top').waitFor({ timeout: 60_000 });
    await picture('guangdong.jpg').click();
    await picture('jiangsu.jpg').click();
    await home.waitFor();
  });

  it('lets one of two examiners decide who decide at once, and tells the other', async () => {
    const { decision, problem } = wordsOf('zh');
    await picture('jiangsu.jpg').click();
    await second.page.goto(page.url());
    // An address with another picture of the same batch alone does not turn to it.
    await second.page.reload();
    const both = [page, second.page];
    for (const one of both) {
      await speak(one, 'zh');
      const panel = one.locator('.decision');
      await one.locator('.picture[aria-pressed=true]', { hasText: 'jiangsu.jpg' }).waitFor();
      await panel.getByLabel(decision.kinds.derivative).check();
      await panel.locator('textarea').fill('同一花型改色');
    }
    await Promise.all(both.map((one) => one.getByRole('button', { name: decision.decide }).click()));
    for (const one of both) await one.locator('.decision li').waitFor();
    const told = await Promise.all(
      both.map((one) => one.locator('.decision .ant-alert', { hasText: problem.decidedSince }).count()),
    );
    expect(told.toSorted()).toEqual([0, 1]);
    expect(await Promise.all(both.map((one) => one.locator('.decision li').count()))).toEqual([1, 1]);
  });

  it('sends a finding to the province that registered the picture, which answers it; both read the same', async () => {
    const { findings } = wordsOf('zh');
    const other = second.page;
    const step = (one: Page, text: string) => one.locator('.life li', { hasText: text });
    await speak(page, 'zh');
    await open('check');
    await page.locator('.recent a').first().click();
    await picture('guangdong.jpg').click();
    await page.getByLabel(findings.sendReason).fill('旋转 90° 后与贵省登记一致');
    await page.getByRole('button', { name: findings.send, exact: true }).click();
    await page.getByRole('link', { name: findings.sentAlready }).click();
    await page.getByText(findings.delivery.delivered).first().waitFor({ timeout: 30_000 });

    await logIn(other, stage.origin('guangdong'), stage.person('guangdong', 'examiner'));
    await speak(other, 'zh');
    await other.goto(`${stage.origin('guangdong')}/#/findings`);
    await other.locator('tbody tr a').first().click();
    for (const act of ['acknowledged', 'examined'] as const) {
      await other.getByRole('button', { name: findings.act[act], exact: true }).click();
      await step(other, findings.step[act]).waitFor();
    }
    const reject = other.getByRole('button', { name: findings.act.rejected, exact: true });
    expect(await reject.isDisabled()).toBe(true);
    await other.getByLabel(findings.reason).fill('底图为公有领域纹样');
    await reject.click();
    await step(other, '底图为公有领域纹样').waitFor();

    await step(page, '底图为公有领域纹样').waitFor({ timeout: 60_000 });
    const history = (one: Page) => one.locator('.life li b').allInnerTexts();
    expect(await history(page)).toEqual(await history(other));
    for (const one of [page, other]) expect(await seriousFaults(one)).toEqual([]);
    await screenshot(page, 'console-finding');
  });

  it('hands on what was found in the market with its evidence, and settles a pair of the worklist', async () => {
    const { market, worklist, compare } = wordsOf('zh');
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    const step = (text: string) => page.locator('.life li', { hasText: text });
    await open('check');
    await page.locator('.recent a').first().click();
    await picture('zhejiang.jpg').click();
    await page.getByText(market.openTitle).click();
    await page.getByLabel(market.openRemark).fill('柯桥轻纺城三楼，窗帘布');
    await button(market.open).click();
    await page.getByRole('link', { name: market.opened }).click();
    await page.getByLabel(market.name).fill('绍兴市柯桥区人民法院');
    await page.getByLabel(market.authority).selectOption('court');
    await button(market.handOn).click();
    await step('绍兴市柯桥区人民法院').waitFor();
    const proved = await withFiles({ 'market.json': await download(page, market.evidence) }, (path) =>
      auditCommand('verify', path('market.json'), '--policy', stage.policyFile),
    );
    expect(proved).toContain('已证明');
    await page.getByLabel(market.reference).fill('（2026）浙0603民初1号');
    await button(market.conclude).click();
    await step('（2026）浙0603民初1号').waitFor();
    await page.locator('.page-head', { hasText: market.state.concluded }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'console-market');

    await stage.fillWorklist('zhejiang');
    await open('findings/worklist');
    await page.locator('tbody tr a').first().click();
    await page.locator('.panes img').nth(1).waitFor();
    await button(worklist.take).click();
    await page.getByLabel(worklist.reason).fill('布局不同，仅题材相近');
    await page.getByLabel(worklist.result).selectOption('not-a-duplicate');
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'console-worklist');
    await page.getByText(compare.mode.overlay, { exact: true }).click();
    // Two patterns that have nothing to do with each other: the node says why there is no overlay.
    await page.locator('p.drawing').waitFor({ timeout: 60_000 });
    await button(worklist.close).click();
    await step('布局不同，仅题材相近').waitFor();
    await open('findings/worklist');
    await page.getByText(worklist.none).waitFor();
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

    await page.getByLabel(audit.kind).selectOption('picture');
    await page.locator('tbody tr', { hasText: events['picture.asked'] }).first().locator('a').click();
    await page.locator('.is-proved').waitFor();
    expect(await page.locator('.entry-details').innerText()).toMatch(/thumbnail|full/);
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'console-entry');
    await logOut();
  });

  it('holds in the log of the province that showed a picture that it did', async () => {
    const { events } = wordsOf('zh');
    await logIn(page, stage.origin('jiangsu'), stage.person('jiangsu', 'auditor'));
    await page.goto(`${stage.origin('jiangsu')}/#/audit?type=picture`);
    await page.locator('tbody tr', { hasText: events['picture.shown'] }).waitFor();
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
