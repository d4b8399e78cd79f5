import qrcode from 'qrcode-generator';
import type { Sheet } from './sheet.js';

/** White modules around a code (ISO/IEC 18004). */
const QUIET = 4;

/** Draws a text as a QR code (error correction M), its top left corner here. @param text ASCII, at most 600 characters */
export function drawQrCode(sheet: Sheet, text: string, x: number, y: number, side: number): void {
  const code = qrcode(0, 'M');
  code.addData(text, 'Byte');
  code.make();
  const count = code.getModuleCount();
  const module = side / (count + 2 * QUIET);
  sheet.doc.rect(x, y, side, side).fill('#ffffff');
  for (let row = 0; row < count; row += 1) {
    for (let start = 0; start < count; start += 1) {
      if (!code.isDark(row, start)) continue;
      let end = start;
      while (end < count && code.isDark(row, end)) end += 1;
      sheet.doc.rect(
        x + (QUIET + start) * module,
        y + (QUIET + row) * module,
        (end - start) * module,
        module,
      );
      start = end;
    }
  }
  sheet.doc.fill('#000000');
}
