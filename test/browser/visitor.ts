import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';

const IMAGES = join('docs', 'images');

const violationsSchema = z.array(
  z.object({ id: z.string(), impact: z.string().nullish(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** A file as it is given to a page. */
export interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export function jpeg(name: string, picture: Uint8Array): GivenFile {
  return { name, mimeType: 'image/jpeg', buffer: Buffer.from(picture) };
}

export async function logIn(
  page: Page,
  origin: string,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<void> {
  await page.goto(`${origin}/`);
  await fillLogIn(page, user, password);
  await page.locator('header nav').waitFor();
}

export async function fillLogIn(page: Page, user: string | null, password: string): Promise<void> {
  if (user !== null) await page.locator('input[autocomplete=username]').fill(user);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.locator('button[type=submit]').click();
}

/** Gives files to the page where a day begins, as its dialog would. */
export async function giveFiles(page: Page, files: GivenFile[] | string[]): Promise<void> {
  await page.locator('.drop input[type=file]').first().setInputFiles(files);
}

/** What is saved when the button of this name is pressed, on the page or in a part of it. */
export async function download(page: Page, label: string, part: Page | Locator = page): Promise<Buffer> {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    part.getByRole('button', { name: label, exact: true }).click(),
  ]);
  return readFileSync(await saved.path());
}

/** Switches the page to this language, if it speaks the other. */
export async function speak(page: Page, language: 'zh' | 'en'): Promise<void> {
  const shown = await page.locator('html').getAttribute('lang');
  if (shown?.startsWith(language)) return;
  await page.getByRole('button', { name: language === 'zh' ? '中文' : 'English', exact: true }).click();
  await page.locator(`html[lang^=${language}]`).waitFor({ state: 'attached' });
}

/** Waits until the batch that the page shows is finished. */
export async function untilFinished(page: Page): Promise<void> {
  await page.locator('.batch-words', { hasText: /已完成|finished/ }).waitFor({ timeout: 90_000 });
}

/** What axe-core calls serious or critical on this page, with the elements it means. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = violationsSchema.parse(
    await page.evaluate('axe.run(document).then(({ violations }) => violations)'),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** Whether this colour is one of green: more of green than of red and of blue. */
export async function isGreen(
  page: Page,
  selector: string,
  property: 'color' | 'backgroundColor',
): Promise<boolean> {
  const colour = z
    .string()
    .parse(
      await page.evaluate(
        `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`,
      ),
    );
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return green > red && green > blue;
}

/** With WEFT_SCREENSHOTS=1, the picture of this page for the documents. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env['WEFT_SCREENSHOTS'] !== '1') return;
  mkdirSync(IMAGES, { recursive: true });
  const { default: sharp } = await import('sharp');
  const shot = await page.screenshot();
  await sharp(shot)
    .resize({ width: 1_120 })
    .png({ palette: true, colours: 64, dither: 0, compressionLevel: 9, effort: 10 })
    .toFile(join(IMAGES, `${name}.png`));
}
