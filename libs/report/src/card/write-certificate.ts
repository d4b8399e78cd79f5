import { provinceName } from '../check/words.js';
import { inLanguage, type Language } from '../language.js';
import { drawQrCode } from '../typesetting/qr-code.js';
import { Sheet } from '../typesetting/sheet.js';
import { drawFields } from '../typesetting/table.js';
import { cardCode, type CardPrint } from './card-print.js';

export const CERTIFICATE_TITLE = { zh: '作品登记证书', en: 'Certificate of copyright registration' };

const PICTURE = { width: 499, height: 270 };
const CODE = 104;

/**
 * The certificate of a registration as PDF, A4, for the bureau's seal. One that was revoked says so across its head.
 * @throws RangeError for what was never registered
 */
export async function writeCertificate(
  print: CardPrint,
  picture: Uint8Array | null,
  language: Language,
): Promise<Buffer> {
  const { registrationNumber, registeredOn } = print;
  if (registrationNumber === null || registeredOn === null)
    throw new RangeError(`${print.registrationId} is ${print.state}: it has no certificate`);
  const zh = language === 'zh';
  const title = inLanguage(CERTIFICATE_TITLE, language);
  const sheet = new Sheet({
    language,
    title: `${title} ${registrationNumber}`,
    author: provinceName(print.province, language),
    at: print.printedAt,
    foot: `${title} · ${registrationNumber}`,
  });
  sheet.y += 14;
  sheet.text(title, { size: 24, weight: 'bold', align: 'centre' }, 6);
  sheet.text(
    `${zh ? '登记号：' : 'Registration number: '}${registrationNumber}`,
    { size: 12, align: 'centre' },
    12,
  );
  if (print.state === 'revoked')
    sheet.text(
      `${zh ? '本登记已撤销，证书作废。理由：' : 'REVOKED, this certificate is void. Reason: '}${print.reason}`,
      { size: 12, weight: 'bold', align: 'centre', colour: '#a3211b' },
      10,
    );
  drawFields(sheet, [
    [zh ? '作品名称' : 'Title', print.title],
    [zh ? '作品类别' : 'Category', categoryText(print.category, zh)],
    [zh ? '著作权人' : 'Copyright owner', print.owner],
    [zh ? '创作完成日期' : 'Completed', print.completedOn ?? '–'],
    [zh ? '首次发表日期' : 'First published', print.firstPublishedOn ?? (zh ? '未发表' : 'unpublished')],
    [zh ? '登记日期' : 'Registered', registeredOn],
    [zh ? '图片摘要' : 'Digest of the picture', print.pictureDigest],
  ]);
  drawPicture(sheet, picture);
  sheet.text(
    zh
      ? '以上事项，经申请人申请，由本登记机构依照《作品自愿登记试行办法》审查，准予登记，特发此证。'
      : 'Upon application and after examination under the Measures for Voluntary Registration of Works, the above is registered, and this certificate issued.',
    { size: 10.5 },
    14,
  );
  drawFoot(sheet, print, registeredOn, language);
  return sheet.end();
}

function categoryText(category: string, zh: boolean): string {
  return category === 'F' ? (zh ? 'F 美术作品' : 'F (work of fine art)') : category;
}

function drawPicture(sheet: Sheet, picture: Uint8Array | null): void {
  sheet.room(PICTURE.height + 10);
  if (picture)
    sheet.doc.image(Buffer.from(picture), sheet.left, sheet.y, {
      fit: [PICTURE.width, PICTURE.height],
      align: 'center',
      valign: 'center',
    });
  sheet.doc.lineWidth(0.5).rect(sheet.left, sheet.y, PICTURE.width, PICTURE.height).stroke('#c8ced4');
  sheet.y += PICTURE.height + 12;
}

function drawFoot(sheet: Sheet, print: CardPrint, registeredOn: string, language: Language): void {
  const zh = language === 'zh';
  sheet.room(CODE);
  const top = sheet.y;
  drawQrCode(sheet, cardCode(print), sheet.left, top, CODE);
  const x = sheet.left + CODE + 18;
  const width = sheet.width - CODE - 18;
  const lines = [
    `${zh ? '登记机构（盖章）：' : 'Registration authority (seal): '}${provinceName(print.province, language)}`,
    `${zh ? '登记日期：' : 'Date of registration: '}${registeredOn}`,
    zh
      ? '二维码与作品数字身份卡相同；凭身份卡文件可用 weft audit verify 离线核验。'
      : 'The code is that of the identity card; with the card\'s file it is verified offline by "weft audit verify".',
  ];
  let y = top + 8;
  for (const [place, line] of lines.entries()) {
    const set = sheet.set(line, width, { size: place === 2 ? 8.5 : 11 });
    sheet.draw(set, x, y);
    y += set.height + 10;
  }
  sheet.y = top + CODE + 4;
}
