import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { browserMissing, browserRequired, TestBrowser } from './chromium.js';
import { dozen, zips } from './files.js';
import { HOSTILE, newPicture, registeredPicture, Stage } from './stage.js';
import {
  fillLogIn,
  giveFiles,
  isGreen,
  jpeg,
  logIn,
  screenshot,
  seriousFaults,
  untilFinished,
} from './visitor.js';

jest.setTimeout(180_000);

if (browserMissing !== '') {
  it('is not tested in a browser where there is none', () => {
    console.warn(`The console is not tested: ${browserMissing}`);
    expect(browserRequired).toBe(false);
  });
} else {
  describe('the console in a browser, on a federation of real processes', describeConsole);
}

function describeConsole(): void {
  let stage: Stage;
  let browser: TestBrowser;
  let page: Page;

  beforeAll(async () => {
    [stage, browser] = await Promise.all([Stage.start(), TestBrowser.start()]);
    page = await browser.page();
  }, 180_000);
  afterAll(async () => {
    await browser?.stop();
    await stage?.stop();
  }, 60_000);
  afterEach(() => expect(browser.complaints.splice(0)).toEqual([]));

  const start = (): Promise<void> => page.locator('.tray-bar button.ant-btn-primary').click();
  const toIntake = async (): Promise<void> => {
    await page.goto(`${stage.origin('zhejiang')}/#/check`);
    await page.locator('.drop').waitFor();
  };
  const picture = (name: string) => page.locator('.picture', { hasText: name });

  it('lets in who knows their password, and says in Chinese who does not', async () => {
    const { user, password } = stage.person('zhejiang', 'examiner');
    await page.goto(`${stage.origin('zhejiang')}/`);
    await fillLogIn(page, user, 'not the password');
    await page.getByText('用户名或密码不对').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await logIn(page, stage.origin('zhejiang'), { user, password });
    await page.locator('.strip', { hasText: '浙江' }).waitFor();
    await page.locator('.strip-member.is-there').nth(3).waitFor();
    expect(await page.locator('.strip-member').allInnerTexts()).toHaveLength(4);
  });

  it('takes a dozen pictures, says what it does not take, and gives each its verdict with its coverage', async () => {
    await giveFiles(page, await dozen());
    await page.locator('.tray-bar', { hasText: '12 张图片待查' }).waitFor();
    const refused = await page.locator('.refused').innerText();
    expect(refused).toContain('与“浙江-镜像.jpg”是同一张图片，只查一次');
    expect(refused).toContain('不是 JPEG、PNG、WebP 或 TIFF 图片');
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'console-intake');
    await start();
    await untilFinished(page);
    await picture('浙江-镜像.jpg').click();
    await page.locator('.bench-head', { hasText: '重复' }).waitFor();
    expect(await picture('广东-旋转.jpg').innerText()).toContain('重复');
    expect(await picture('新花样-3.jpg').innerText()).toMatch(/未见重复|未查全/);
    expect(await picture('纯色.jpg').innerText()).toContain('无法查重');
    const rows = await page.locator('.coverage li').allInnerTexts();
    expect(rows).toHaveLength(4);
    for (const [place, name] of ['浙江', '山东', '江苏', '广东'].entries()) {
      expect(rows[place]).toContain(name);
      expect(rows[place]).toMatch(name === '浙江' ? /已查 4 件/ : /已查 3 件/);
    }
    await page.locator('.witness', { hasText: '已见证' }).waitFor();
    await picture('纯色.jpg').click();
    await page.locator('.bench-empty', { hasText: '画面几乎没有花样结构' }).waitFor();
  });

  it('runs nothing that stands in a file name, in a picture or in a registration', async () => {
    const name = 'x"><img src=x onerror=alert(4)>.jpg';
    expect(await picture(name).innerText()).toContain(name);
    await picture(name).click();
    await page.locator('.bench-head').waitFor();
    await page.goto(`${stage.origin('zhejiang')}/#/registrations`);
    await page.locator('tbody tr', { hasText: HOSTILE }).first().locator('a').click();
    await page.locator('.registration-body').waitFor();
    expect(await page.locator('.registration').innerText()).toContain(HOSTILE);
    await page.goBack();
    await page.goBack();
    await page.locator('.pictures').waitFor();
  });

  it('is worked through by keys, and shows two pictures of its own province in every way', async () => {
    await page.locator('.picture').first().click();
    await page.keyboard.press('j');
    await page.locator('li:nth-child(2) > .picture[aria-pressed=true]').waitFor();
    await page.keyboard.press('k');
    await page.locator('li:nth-child(1) > .picture[aria-pressed=true]').waitFor();
    await picture('浙江-镜像.jpg').click();
    await page.keyboard.press('l');
    await page.locator('li:nth-child(2) > .candidate[aria-pressed=true]').waitFor();
    await page.keyboard.press('h');
    await page.locator('.panes img').nth(1).waitFor();
    const facts = await page.locator('.compare .facts').innerText();
    expect(facts).toMatch(/镜像/);
    expect(facts).toMatch(/每 10,000 个无关花样/);
    expect(facts).toContain('浙作登字-2024-F-00001000');
    expect(facts).toContain('演示纺织有限公司');
    await page.keyboard.press('+');
    await page.locator('.zoom', { hasText: '130%' }).waitFor();
    const transforms = z
      .array(z.string())
      .parse(
        await page.evaluate("[...document.querySelectorAll('.sheet')].map(({ style }) => style.transform)"),
      );
    expect(transforms).toHaveLength(2);
    expect(new Set(transforms).size).toBe(1);
    await page.keyboard.press('0');
    await screenshot(page, 'console-compare');
    await page.keyboard.press('2');
    await page.getByRole('slider').waitFor({ timeout: 60_000 });
    await page.locator('.layer.is-top').waitFor();
    await screenshot(page, 'console-overlay');
    await page.getByRole('slider').press('ArrowRight');
    expect(await page.locator('.layer.is-top').getAttribute('style')).toContain('51%');
    await page.locator('.compare-bar').click();
    await page.keyboard.press('3');
    await page.getByRole('button', { name: '停止闪烁' }).click();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('4');
    await page.locator('.panes img').waitFor();
    await page.keyboard.press('1');
  });

  it('says of a candidate in another province what its answer says, and that its picture stays there', async () => {
    await picture('广东-旋转.jpg').click();
    const home = page.locator('.stays-home');
    await home.waitFor();
    expect(await home.innerText()).toContain('广东不向外省出示样本图');
    const facts = await page.locator('.compare .facts').innerText();
    expect(facts).toContain('粤作登字-2024-F-00001001');
    expect(facts).toMatch(/旋转 (90|270)°/);
    expect(facts).toMatch(/候选图 \d+%/);
    await screenshot(page, 'console-other-province');
  });

  it('keeps what the examiner decides, and shows who decided', async () => {
    await picture('浙江-镜像.jpg').click();
    const panel = page.locator('.decision');
    await panel.getByLabel('不重复').waitFor();
    await panel.getByLabel('重复', { exact: true }).check();
    await panel.locator('textarea').fill('镜像，花型、布局相同');
    await panel.getByRole('button', { name: '作出认定' }).click();
    await panel.locator('li', { hasText: '有效' }).waitFor();
    expect(await panel.locator('li').innerText()).toMatch(/重复[^]*镜像，花型、布局相同[^]*examiner/);
    await screenshot(page, 'console-decision');
  });

  it('keeps the page and what is on its way when the session ends, and goes on after the log-in', async () => {
    await toIntake();
    await giveFiles(page, [
      jpeg('会话-1.jpg', await newPicture(50)),
      jpeg('会话-2.jpg', await newPicture(51)),
    ]);
    await page.locator('.tray-bar', { hasText: '2 张图片待查' }).waitFor();
    await page.route('**/api/v1/check-batches/**', (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer a.b.c' } }),
    );
    await start();
    await page.locator('dialog', { hasText: '登录已过期' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.unroute('**/api/v1/check-batches/**');
    await fillLogIn(page, null, stage.person('zhejiang', 'examiner').password);
    await untilFinished(page);
    expect(await page.locator('.picture').count()).toBe(2);
  });

  it('never shows green for a check without a province, and says which', async () => {
    await stage.federation.nodes.get('shandong')?.kill('SIGKILL');
    await toIntake();
    await giveFiles(page, [
      jpeg('缺山东.jpg', await newPicture(60)),
      jpeg('缺山东-重复.jpg', await registeredPicture('zhejiang', 0)),
    ]);
    await page.locator('.tray-bar', { hasText: '2 张图片待查' }).waitFor();
    await start();
    await untilFinished(page);
    await picture('缺山东.jpg').click();
    await page.locator('.bench-head > .verdicts', { hasText: '未查全' }).waitFor();
    expect(await page.locator('.bench-head').innerText()).not.toContain('未见重复');
    expect(await page.locator('.coverage.is-incomplete').innerText()).toMatch(/未答复或未完整答复：.*山东/);
    for (const property of ['color', 'backgroundColor'] as const) {
      expect(await isGreen(page, '.bench-head .verdict', property)).toBe(false);
      expect(await isGreen(page, '.coverage li.is-missing', property)).toBe(false);
    }
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'console-incomplete');
    await picture('缺山东-重复.jpg').click();
    await page.locator('.bench-head > .verdicts', { hasText: '重复' }).waitFor();
    expect(await page.locator('.bench-head > .verdicts').innerText()).toContain('未查全');
    await picture('缺山东.jpg').click();
    await page.locator('.sequel', { hasText: '恢复后，本节点会自动补查' }).waitFor();
    await stage.federation.nodes.get('shandong')?.start();
    await page.locator('.bench-head > .verdicts', { hasText: '未见重复' }).waitFor({ timeout: 120_000 });
    await page.locator('.sequel', { hasText: '取代先前未查全的结果' }).waitFor();
    await page.getByRole('link', { name: '打开先前的结果' }).click();
    await page.locator('.sequel', { hasText: '由后来的结果取代' }).waitFor();
    await page.locator('.decision').getByLabel('不重复').check();
    await page.locator('.decision textarea').fill('按补查之前的结果');
    await page.getByRole('button', { name: '作出认定' }).click();
    await page.locator('.decision .ant-alert', { hasText: '这次查重已被后来的补查取代' }).waitFor();
    expect(await page.locator('.decision textarea').inputValue()).toBe('按补查之前的结果');
  });

  it('loses nothing when the page is closed while it sends and the node is killed while it checks', async () => {
    const [zhejiang, jiangsu] = ['zhejiang', 'jiangsu'].map((name) => stage.federation.nodes.get(name));
    await toIntake();
    const files = await Promise.all(Array.from({ length: 40 }, (_, place) => newPicture(100 + place)));
    await giveFiles(
      page,
      files.map((one, place) => jpeg(`断点-${place + 1}.jpg`, one)),
    );
    await page.locator('.tray-bar', { hasText: '40 张图片待查' }).waitFor();
    // Held back until the page is gone.
    await page.route(/pictures\/.*-(2[1-9]|3\d|40)\.jpg$/, () => undefined);
    await start();
    await page.locator('.batch-words', { hasText: '正在上传 20 / 40' }).waitFor();
    const { hash } = new URL(page.url());
    await page.close();

    // A province that hangs holds the batch up; the node is killed in the middle of it.
    process.kill(jiangsu?.pid ?? 0, 'SIGSTOP');
    page = await browser.page();
    await logIn(page, stage.origin('zhejiang'), stage.person('zhejiang', 'examiner'));
    await page.locator('.recent a').first().click();
    expect(new URL(page.url()).hash).toBe(hash);
    await page.locator('.batch-words', { hasText: '正在查重' }).waitFor({ timeout: 60_000 });
    await zhejiang?.kill('SIGKILL');
    process.kill(jiangsu?.pid ?? 0, 'SIGCONT');
    await zhejiang?.start();
    await untilFinished(page);
    expect(await page.locator('.picture .verdicts').count()).toBe(40);
  });

  it('takes a zip with names as Windows writes them, and no bomb, no 10,001 files and nothing too large', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'weft-zips-'));
    try {
      const files = [...(await zips(folder))];
      await toIntake();
      await giveFiles(page, files);
      await page.locator('.tray-bar', { hasText: '2 张图片待查' }).waitFor({ timeout: 60_000 });
      await page.locator('.refused li').nth(3).waitFor();
      expect(await page.locator('.tray-name').allInnerTexts()).toEqual([
        'good.zip/花样/牡丹.jpg',
        'good.zip/gbk-莲花.jpg',
      ]);
      const refused = await page.locator('.refused li').allInnerTexts();
      expect(refused.find((line) => line.startsWith('bomb.zip'))).toMatch(/膨胀 \d+ 倍/);
      expect(refused.find((line) => line.startsWith('many.zip'))).toContain('超过 10,000 个文件');
      expect(refused.find((line) => line.startsWith('large.jpg'))).toContain('超过 64 MiB');
      expect(refused.find((line) => line.startsWith('torn.zip'))).toContain('无法读取');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('ends a batch that is cancelled, and says so of what was not checked', async () => {
    await page.locator('.tray-bar button').first().click();
    await giveFiles(page, [
      jpeg('取消-1.jpg', await newPicture(200)),
      jpeg('取消-2.jpg', await newPicture(201)),
    ]);
    await page.locator('.tray-bar', { hasText: '2 张图片待查' }).waitFor();
    await page.route(/pictures\/.*-2\.jpg$/, () => undefined);
    await start();
    await page.locator('.batch-words', { hasText: '正在上传 1 / 2' }).waitFor();
    await page.getByRole('button', { name: '取消批次' }).click();
    await page.locator('.ask .ant-btn-dangerous').click();
    await page.locator('.bench-empty', { hasText: '批次已取消，这张图片没有查' }).waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  it('speaks English by a switch, on every page, and for every role', async () => {
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('html[lang=en]').waitFor({ state: 'attached' });
    await page.goto(`${stage.origin('zhejiang')}/#/checks`);
    await page.locator('tbody tr', { hasText: 'Duplicate' }).first().locator('a').click();
    await page.locator('.coverage', { hasText: /answered in full/ }).waitFor();
    expect(await page.locator('.compare .facts').innerText()).toMatch(/of 10,000 unrelated patterns/);
    for (const [path, words] of [
      ['checks', 'No duplicate found'],
      ['applications', 'File an application'],
      ['statistics', 'Share of duplicates'],
      ['registrations', 'registered'],
      ['members', 'level with the registry'],
      ['log', 'Copies of the others'],
    ] as const) {
      await page.goto(`${stage.origin('zhejiang')}/#/${path}`);
      await page.locator('main', { hasText: words }).waitFor();
      expect([path, await seriousFaults(page)]).toEqual([path, []]);
      if (!['checks', 'applications', 'statistics'].includes(path)) await screenshot(page, `console-${path}`);
    }
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.locator('.log-in').waitFor();
    for (const [role, places] of [
      [
        'auditor',
        ['Past checks', 'Applications', 'Registrations', 'Statistics', 'Findings', 'Members', 'Log', 'Audit'],
      ],
      ['operator', ['Members', 'Log', 'Operation']],
    ] as const) {
      await logIn(page, stage.origin('zhejiang'), stage.person('zhejiang', role));
      expect(await page.locator('header nav a').allInnerTexts()).toEqual(places);
      await page.locator('tbody tr').first().waitFor();
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.locator('.log-in').waitFor();
    }
  });

  it('forgets pictures and session when the person logs out', async () => {
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    const kept = await page.evaluate(`new Promise((resolve) => {
      const open = indexedDB.open('weft-console');
      open.onsuccess = () => {
        const count = open.result.transaction('pictures').objectStore('pictures').count();
        count.onsuccess = () => resolve(count.result);
      };
    })`);
    expect(kept).toBe(0);
  });
}
