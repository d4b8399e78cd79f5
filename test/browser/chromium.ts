import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** What does without the network, a graphics card and a sandbox (a container's root has none). */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.warn('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));`;

const executable = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser'].map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** Why there is no browser to test with; empty if there is one. `WEFT_REQUIRE_BROWSER=1` makes the lack of one a failure. */
export const browserMissing =
  executable === undefined ? 'chromium is not installed; "apt-get install chromium" installs it' : '';

export const browserRequired = process.env['WEFT_REQUIRE_BROWSER'] === '1';

/** A browser with a profile of its own, and all that its pages complained of. */
export class TestBrowser {
  readonly complaints: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  static async start(): Promise<TestBrowser> {
    const profile = mkdtempSync(join(tmpdir(), 'weft-browser-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: executable ?? '',
      headless: true,
      args: FLAGS,
      locale: 'zh-CN',
      viewport: { width: 1440, height: 900 },
    });
    return new TestBrowser(context, profile);
  }

  /** A page that notes every violation of its content security policy, every failure of its scripts, and every dialog. */
  async page(): Promise<Page> {
    const page = await this.context.newPage();
    page.setDefaultTimeout(60_000);
    await page.addInitScript(TELL_VIOLATIONS);
    page.on('console', (message) => {
      if (message.text().startsWith('policy:')) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return page;
  }

  async stop(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }
}
