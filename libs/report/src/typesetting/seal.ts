import type { Language } from '../language.js';
import { drawQrCode } from './qr-code.js';
import type { Sheet } from './sheet.js';

const SIDE = 118;

/** The end of a report: its QR code, what it says, and where to sign. @param code what the QR code holds, ASCII */
export function drawSeal(sheet: Sheet, code: string, digest: string, language: Language): void {
  const zh = language === 'zh';
  sheet.heading(zh ? '核验与签署' : 'Verification and signature', SIDE + 12);
  const top = sheet.y;
  drawQrCode(sheet, code, sheet.left, top, SIDE);
  const x = sheet.left + SIDE + 14;
  const width = sheet.width - SIDE - 14;
  const told = sheet.set(
    zh
      ? `二维码载有编号、本报告事实的摘要与日志回执（日志、序号、检查点）。任何人可用本报告的 JSON 与证据包（weft evidence、weft audit verify）离线核验，无须信任任何服务器。事实摘要：${digest}`
      : `The QR code holds the id, the digest of this report's facts and the log receipt (log, entry, checkpoint). Anybody can verify it offline with the report's JSON and the evidence bundle (weft evidence, weft audit verify), trusting no server. Digest of the facts: ${digest}`,
    width,
    { size: 8.5 },
  );
  sheet.draw(told, x, top + 4);
  const line = zh
    ? '审查员：______________________    日期：________________'
    : 'Examiner: ______________________    Date: ________________';
  sheet.draw(sheet.set(line, width, { size: 10 }), x, top + Math.max(SIDE - 24, told.height + 14));
  sheet.y = top + Math.max(SIDE, told.height + 34) + 6;
}
