import PDFDocument from 'pdfkit';
import { chinaTime, type Language } from '../language.js';
import { fontsOf, type Weight } from './fonts.js';
import { breakLines } from './lines.js';
import { printable } from './printable.js';

/** A4 in points, and what stays white at its edges. */
const PAGE = { width: 595.28, height: 841.89, margin: 48, footer: 44 };
const LEADING = 1.45;
/** Of the em, from a line's top to its baseline. */
const ASCENT = 1.06;
const INK = '#1a1a1a';

/** How a text is set. */
export interface TextStyle {
  /** Points; 9.5 by default. */
  readonly size?: number;
  readonly weight?: Weight;
  readonly colour?: string;
  /** Lines at most; what is longer is cut and says so. 60 by default. */
  readonly most?: number;
  readonly align?: 'left' | 'centre';
}

/** What stands in a document's properties and at the foot of its pages. */
export interface SheetInfo {
  readonly language: Language;
  readonly title: string;
  readonly author: string;
  /** RFC 3339; the facts' own time, so that the same facts give the same bytes. */
  readonly at: string;
  /** At the foot of each page, beside its number. */
  readonly foot: string;
}

/** A text broken into lines, ready to be drawn. */
export interface SetText {
  readonly lines: readonly string[];
  readonly height: number;
  readonly style: TextStyle;
}

/** An A4 document that is filled from top to bottom; a new page begins where something does not fit. */
export class Sheet {
  readonly left = PAGE.margin;
  readonly width = PAGE.width - 2 * PAGE.margin;
  readonly bottom = PAGE.height - PAGE.margin - PAGE.footer / 2;
  y = PAGE.margin;
  readonly doc: PDFKit.PDFDocument;
  private readonly widths = new Map<string, number>();
  private readonly chunks: Buffer[] = [];
  private readonly ended: Promise<void>;

  constructor(private readonly info: SheetInfo) {
    this.doc = new PDFDocument({
      size: 'A4',
      margin: 0,
      bufferPages: true,
      lang: info.language === 'zh' ? 'zh-CN' : 'en',
      displayTitle: true,
      info: {
        Title: this.printable(info.title),
        Author: this.printable(info.author),
        CreationDate: new Date(info.at),
        Producer: 'Weft',
        Creator: 'Weft',
      },
    });
    this.doc.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    this.ended = new Promise((resolve) => this.doc.on('end', resolve));
    for (const weight of ['regular', 'bold'] as const)
      for (const { name, bytes } of fontsOf(weight)) this.doc.registerFont(name, bytes);
  }

  /** Every character seen, as `printable` says. */
  printable(text: string): string {
    return printable(text, (codePoint) => fontsOf('regular').some((font) => font.has(codePoint)));
  }

  /** Makes room for so much; begins a page if there is none. */
  room(height: number): void {
    if (this.y + height > this.bottom && this.y > PAGE.margin) this.nextPage();
  }

  nextPage(): void {
    this.doc.addPage({ size: 'A4', margin: 0 });
    this.y = PAGE.margin;
  }

  /** Breaks a text for a width. */
  set(text: string, width: number, style: TextStyle = {}): SetText {
    const { size = 9.5, weight = 'regular', most = 60 } = style;
    const lines = breakLines(this.printable(text), width, (part) => this.measure(part, size, weight), most);
    return { lines, height: lines.length * size * LEADING, style };
  }

  /** Draws a text that was set, its top left corner here; the cursor stays. */
  draw({ lines, style }: SetText, x: number, y: number, width = 0): void {
    const { size = 9.5, weight = 'regular', colour = INK, align = 'left' } = style;
    this.doc.fillColor(colour);
    for (const [place, line] of lines.entries()) {
      const shift = align === 'centre' ? (width - this.measure(line, size, weight)) / 2 : 0;
      this.drawLine(line, x + shift, y + place * size * LEADING + size * ASCENT, size, weight);
    }
  }

  /** A paragraph at the cursor, over several pages if it is long. */
  text(text: string, style: TextStyle = {}, gap = 4): void {
    const { size = 9.5 } = style;
    const { lines } = this.set(text, this.width, style);
    for (const line of lines) {
      this.room(size * LEADING);
      this.draw({ lines: [line], height: 0, style }, this.left, this.y, this.width);
      this.y += size * LEADING;
    }
    this.y += gap;
  }

  /** A heading that stays with so much of what follows it. */
  heading(text: string, keep = 60): void {
    this.room(keep + 24);
    this.y += 8;
    this.text(text, { size: 11.5, weight: 'bold', colour: '#0f3d5e' }, 5);
  }

  rule(colour = '#c8ced4'): void {
    this.doc.lineWidth(0.6).strokeColor(colour);
    this.doc
      .moveTo(this.left, this.y)
      .lineTo(this.left + this.width, this.y)
      .stroke();
  }

  /** Numbers the pages and gives the file. */
  async end(): Promise<Buffer> {
    const { count } = this.doc.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.doc.switchToPage(page);
      const number =
        this.info.language === 'zh' ? `第 ${page + 1} 页 共 ${count} 页` : `Page ${page + 1} of ${count}`;
      const style = { size: 8, colour: '#555555', most: 1 };
      const top = PAGE.height - PAGE.footer;
      this.draw(this.set(this.info.foot, this.width - 90, style), this.left, top);
      const set = this.set(number, 90, style);
      this.draw(set, this.left + this.width - this.measure(number, 8, 'regular'), top);
    }
    this.doc.end();
    await this.ended;
    return Buffer.concat(this.chunks);
  }

  /** "2026-03-05 20:00:00 (UTC+8)" */
  time(instant: string): string {
    return chinaTime(instant);
  }

  private drawLine(line: string, x: number, baseline: number, size: number, weight: Weight): void {
    let at = x;
    for (const { font, text } of this.runs(line, weight)) {
      // Only a run's own font knows its characters: pdfkit itself drops what a font lacks.
      this.doc.font(font, size).text(text, at, baseline, { lineBreak: false, baseline: 'alphabetic' });
      at += this.widthOf(font, text, size);
    }
  }

  private measure(text: string, size: number, weight: Weight): number {
    return this.runs(text, weight).reduce((sum, run) => sum + this.widthOf(run.font, run.text, size), 0);
  }

  private widthOf(font: string, text: string, size: number): number {
    const key = `${font} ${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      width = this.doc.font(font, 1000).widthOfString(text) / 1000;
      this.widths.set(key, width);
    }
    return width * size;
  }

  private runs(text: string, weight: Weight): { font: string; text: string }[] {
    const fonts = fontsOf(weight);
    const runs: { font: string; text: string }[] = [];
    for (const character of text) {
      const font = fonts.find((one) => one.has(character.codePointAt(0) ?? 0)) ?? fonts[0];
      const name = font?.name ?? '';
      const last = runs.at(-1);
      if (last?.font === name) last.text += character;
      else runs.push({ font: name, text: character });
    }
    return runs;
  }
}
