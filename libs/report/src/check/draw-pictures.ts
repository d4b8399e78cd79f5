import type { CheckFacts, ShownPictures } from '../facts/check-facts.js';
import { inLanguage, type Language } from '../language.js';
import type { Sheet } from '../typesetting/sheet.js';
import { pictureAbsence } from './words.js';

const PAIR = { width: 240, height: 190 };
const UNIT = { width: 156, height: 140 };

/** The two pictures side by side, then overlay and repeat units; a sentence for each that is not there. */
export function drawPictures(
  sheet: Sheet,
  facts: CheckFacts,
  pictures: ShownPictures,
  language: Language,
): void {
  const zh = language === 'zh';
  const absence = pictureAbsence(facts);
  if (pictures.query || pictures.candidate) sheet.heading(zh ? '图样' : 'Pictures', PAIR.height + 40);
  if (pictures.query || pictures.candidate) {
    const first = facts.candidates[0];
    drawRow(sheet, PAIR, [
      { picture: pictures.query, caption: zh ? '送检图' : 'Query' },
      {
        picture: pictures.candidate,
        caption: pictures.candidate
          ? `${zh ? '候选 1：' : 'Candidate 1: '}${first?.registrationNumber ?? first?.registrationId ?? ''}`
          : '',
      },
    ]);
  }
  if (absence) sheet.text(inLanguage(absence, language), { size: 9 });
  const shown = facts.shown.evidence.map(({ caption }, place) => ({
    picture: pictures.evidence[place] ?? null,
    caption: inLanguage(caption, language),
  }));
  if (shown.length > 0) sheet.heading(zh ? '套印与循环单元' : 'Overlay and repeat', UNIT.height + 50);
  for (let place = 0; place < shown.length; place += 3) drawRow(sheet, UNIT, shown.slice(place, place + 3));
  for (const { reason } of facts.shown.absent)
    sheet.text(`${zh ? '未附图：' : 'Not drawn: '}${inLanguage(reason, language)}`, { size: 8.5 });
}

interface Pictured {
  readonly picture: Uint8Array | null;
  readonly caption: string;
}

function drawRow(sheet: Sheet, frame: { width: number; height: number }, row: readonly Pictured[]): void {
  const captions = row.map(({ caption }) => sheet.set(caption, frame.width, { size: 7.8, most: 6 }));
  const height = frame.height + Math.max(...captions.map((caption) => caption.height)) + 10;
  sheet.room(height);
  for (const [place, { picture }] of row.entries()) {
    const x = sheet.left + place * (frame.width + 13);
    if (picture) {
      sheet.doc.image(Buffer.from(picture), x, sheet.y, {
        fit: [frame.width, frame.height],
        align: 'center',
        valign: 'center',
      });
      sheet.doc.lineWidth(0.5).rect(x, sheet.y, frame.width, frame.height).stroke('#c8ced4');
    }
    const caption = captions[place];
    if (caption) sheet.draw(caption, x, sheet.y + frame.height + 4);
  }
  sheet.y += height;
}
