import { provinceName, STATE } from '../check/words.js';
import { inLanguage, type Language } from '../language.js';
import { drawQrCode } from '../typesetting/qr-code.js';
import { Sheet } from '../typesetting/sheet.js';
import { drawTable } from '../typesetting/table.js';
import { cardCode, type CardPrint } from './card-print.js';

export const CARD_TITLE = { zh: '作品数字身份卡（一图一码）', en: 'Identity card of a registered work' };

const CARD = { height: 236, picture: 168, code: 96, inner: 14 };

/** The identity card of a registration as PDF, A4: the card to cut out, its history, and what its code proves. */
export async function writeIdCard(
  print: CardPrint,
  picture: Uint8Array | null,
  language: Language,
): Promise<Buffer> {
  const title = inLanguage(CARD_TITLE, language);
  const sheet = new Sheet({
    language,
    title: `${title} ${print.registrationNumber ?? print.registrationId}`,
    author: provinceName(print.province, language),
    at: print.printedAt,
    foot: `${title} · ${print.registrationId}`,
  });
  drawCard(sheet, print, picture, language);
  drawHistory(sheet, print, language);
  drawProof(sheet, print, language);
  return sheet.end();
}

function drawCard(sheet: Sheet, print: CardPrint, picture: Uint8Array | null, language: Language): void {
  const { height, picture: side, inner } = CARD;
  const top = sheet.y;
  sheet.doc.lineWidth(1).roundedRect(sheet.left, top, sheet.width, height, 10).stroke('#26457a');
  const title = `${inLanguage(CARD_TITLE, language)} · ${provinceName(print.province, language)}`;
  sheet.draw(
    sheet.set(title, sheet.width, { size: 12, weight: 'bold', most: 1 }),
    sheet.left + inner,
    top + 9,
  );
  const y = top + 36;
  if (picture) {
    sheet.doc.image(Buffer.from(picture), sheet.left + inner, y, {
      fit: [side, side],
      align: 'center',
      valign: 'center',
    });
  }
  sheet.doc
    .lineWidth(0.5)
    .rect(sheet.left + inner, y, side, side)
    .stroke('#c8ced4');
  const x = sheet.left + inner + side + 14;
  const width = sheet.width - side - 3 * inner - CARD.code;
  drawLines(sheet, linesOf(print, language), { x, y, width, bottom: top + height - 8 });
  const code = { x: sheet.left + sheet.width - CARD.code - inner, y: top + 36 };
  drawQrCode(sheet, cardCode(print), code.x, code.y, CARD.code);
  const state = sheet.set(inLanguage(STATE[print.state], language), CARD.code, {
    size: 12,
    weight: 'bold',
    most: 1,
  });
  sheet.draw(
    { ...state, style: { ...state.style, align: 'centre' } },
    code.x,
    code.y + CARD.code + 6,
    CARD.code,
  );
  sheet.y = top + height + 16;
}

function linesOf(print: CardPrint, language: Language): readonly (readonly [name: string, value: string])[] {
  const zh = language === 'zh';
  return [
    [zh ? '登记号' : 'Registration number', print.registrationNumber ?? '–'],
    [zh ? '作品名称' : 'Title', print.title],
    [zh ? '著作权人' : 'Copyright owner', print.owner],
    [zh ? '登记日期' : 'Registered', print.registeredOn ?? '–'],
    [zh ? '图片摘要' : 'Digest of the picture', print.pictureDigest],
    [zh ? '登记 ID' : 'Registration id', print.registrationId],
  ];
}

/** Small names above their values, as far as they fit: the whole stands in the certificate and the card's file. */
function drawLines(
  sheet: Sheet,
  lines: readonly (readonly [name: string, value: string])[],
  { x, y, width, bottom }: { x: number; y: number; width: number; bottom: number },
): void {
  let at = y;
  for (const [name, value] of lines) {
    const named = sheet.set(name, width, { size: 7, colour: '#555555', most: 1 });
    const told = sheet.set(value, width, { size: 9, most: 2 });
    if (at + named.height + told.height > bottom) return;
    sheet.draw(named, x, at);
    sheet.draw(told, x, at + named.height - 1);
    at += named.height + told.height + 1;
  }
}

function drawHistory(sheet: Sheet, { steps, filedAt, reason }: CardPrint, language: Language): void {
  const zh = language === 'zh';
  sheet.heading(zh ? '状态经过' : 'States');
  const rows = steps.map(({ state, at, entry }) => [
    inLanguage(STATE[state], language),
    sheet.time(at),
    String(entry),
  ]);
  const imported = [zh ? '导入' : 'imported', sheet.time(filedAt), '–'];
  drawTable(
    sheet,
    [
      { heading: zh ? '状态' : 'State', share: 2 },
      { heading: zh ? '时间' : 'Time', share: 3 },
      { heading: zh ? '日志条目' : 'Log entry', share: 2 },
    ],
    steps[0]?.state === 'applied' ? rows : [imported, ...rows],
  );
  if (reason !== '') sheet.text(`${zh ? '理由：' : 'Reason: '}${reason}`);
}

function drawProof(sheet: Sheet, print: CardPrint, language: Language): void {
  const zh = language === 'zh';
  const { entry, factsDigest, witnessed } = print;
  sheet.heading(zh ? '核验' : 'Verification');
  if (factsDigest === null) {
    sheet.text(
      zh
        ? '本件为导入的登记，本省日志没有它单独的条目：二维码只载登记 ID、登记号和图片摘要，不含日志证明。'
        : 'This registration was imported: the log has no entries of its own about it. The code holds id, number and digest of the picture, and no proof.',
    );
    return;
  }
  sheet.text(
    zh
      ? `二维码载有登记 ID、登记号、图片摘要、身份卡事实的摘要和日志回执（日志、条目、检查点）。向登记机构索取本件的身份卡文件（weft-card-….json），任何人可用 weft audit verify 离线核验：每一步都在该省日志里并经其他省见证，受理时所承诺的正是这张图片，登记号由日志条目给出。扫码所得的摘要须与核验结果所列一致。二维码自身不含证明；检查点之后的变更须看日志。`
      : "The code holds registration id, number, digest of the picture, digest of the card's facts and the log receipt (log, entry, checkpoint). Get the card's file (weft-card-….json) from the registry: with \"weft audit verify\" anybody can verify offline that each step is in the province's log and was witnessed by others, that what was filed is this picture, and that the log gave the number. The digest in the code must be the one that the verifier prints. The code by itself proves nothing, and the card says nothing of what came after its checkpoint.",
  );
  sheet.text(`${zh ? '事实摘要：' : 'Digest of the facts: '}${factsDigest}`, { size: 8.5 });
  if (entry)
    sheet.text(
      `${zh ? '日志回执：' : 'Log receipt: '}${entry.log} · ${entry.index} / ${entry.size} · ${entry.root}${witnessed ? '' : zh ? '（尚未见证）' : ' (not witnessed yet)'}`,
      { size: 8.5 },
    );
}
