import { describe, expect, it } from '@jest/globals';
import {
  cardCode,
  LANGUAGES,
  printPicture,
  writeCertificate,
  writeIdCard,
  type CardPrint,
} from '#libs/report';
import jsQrModule from 'jsqr';
import sharp from 'sharp';
import { renderPages, textOfPages } from './read-pdf.js';
import { sha256, uuid } from './samples.js';

// Its types know no ESM: what is imported is the CommonJS module.
const jsQr = 'default' in jsQrModule ? jsQrModule.default : jsQrModule;

const print: CardPrint = {
  registrationId: uuid(1),
  registrationNumber: '浙作登字-2026-F-00000001',
  province: 'zhejiang',
  state: 'registered',
  title: '缠枝莲纹',
  category: 'F',
  owner: '𠮷田纺织',
  completedOn: '2026-01-05',
  firstPublishedOn: null,
  registeredOn: '2026-03-09',
  filedAt: '2026-03-05T12:00:00.000Z',
  reason: '',
  pictureDigest: sha256('picture'),
  steps: [
    { state: 'applied', at: '2026-03-05T12:00:00.000Z', entry: 4_711 },
    { state: 'examined', at: '2026-03-06T02:00:00.000Z', entry: 4_800 },
    { state: 'registered', at: '2026-03-09T02:00:00.000Z', entry: 4_904 },
  ],
  factsDigest: sha256('facts'),
  entry: { log: 'weft/zhejiang', index: 4_904, size: 5_000, root: Buffer.alloc(32, 7).toString('base64') },
  witnessed: true,
  printedAt: '2026-03-09T03:00:00.000Z',
};

const picture = await printPicture(
  await sharp({ create: { width: 900, height: 700, channels: 3, background: '#d02020' } })
    .png()
    .toBuffer(),
  1_000,
);
const textOf = async (pdf: Uint8Array): Promise<string> => (await textOfPages(pdf)).join('');

async function codesIn(pdf: Uint8Array): Promise<string[]> {
  return (await renderPages(pdf, 3)).flatMap(({ pixels, width, height }) => {
    const found = jsQr(new Uint8ClampedArray(pixels), width, height);
    return found ? [found.data] : [];
  });
}

describe('the identity card and the certificate of a registration', () => {
  it.each(LANGUAGES)('tell number, title, owner and digest, on one page of A4 (%s)', async (language) => {
    for (const write of [writeIdCard, writeCertificate]) {
      const pdf = await write(print, picture, language);
      expect(await textOfPages(pdf)).toHaveLength(1);
      const text = await textOf(pdf);
      for (const part of [
        '浙作登字-2026-F-00000001',
        '缠枝莲纹',
        '𠮷田纺织',
        print.pictureDigest,
        '2026-03-09',
      ])
        expect(text).toContain(part);
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
    }
    expect(await textOf(await writeIdCard(print, picture, language))).toMatch(/4711.*4800.*4904/);
  });

  it('have one QR code, which a phone reads: id, number, picture, facts, log receipt', async () => {
    const said = [
      'weft-card/1',
      print.registrationId,
      encodeURIComponent('浙作登字-2026-F-00000001'),
      print.pictureDigest,
      print.factsDigest,
      `weft/zhejiang 4904 5000 ${print.entry?.root}`,
    ].join('\n');
    expect(cardCode(print)).toBe(said);
    expect(await codesIn(await writeIdCard(print, picture, 'zh'))).toEqual([said]);
    expect(await codesIn(await writeCertificate(print, picture, 'en'))).toEqual([said]);
  });

  it('say of a revoked registration that its certificate is void, and give none for an application', async () => {
    const revoked = await writeCertificate({ ...print, state: 'revoked', reason: '重复登记' }, picture, 'zh');
    expect(await textOf(revoked)).toContain('本登记已撤销，证书作废。理由：重复登记');
    const applied = { ...print, state: 'applied', registrationNumber: null, registeredOn: null } as const;
    await expect(writeCertificate(applied, picture, 'zh')).rejects.toThrow('it has no certificate');
  });

  it('say of an imported registration that there is no proof, and of a fresh one that it is not witnessed', async () => {
    const imported = { ...print, steps: [], factsDigest: null, entry: null, witnessed: false };
    expect(await textOf(await writeIdCard(imported, null, 'zh'))).toContain('不含日志证明');
    expect(cardCode({ ...print, entry: null })).toMatch(/\npending$/);
    expect(await textOf(await writeIdCard({ ...print, witnessed: false }, null, 'zh'))).toContain('尚未见证');
  });

  it('keep a name of 500 characters inside of the card, and show every character of a hostile one', async () => {
    const long = await writeIdCard(
      { ...print, owner: '绍'.repeat(500), title: '兴'.repeat(500) },
      picture,
      'zh',
    );
    expect(await textOf(long)).toContain('…');
    expect(await textOfPages(long)).toHaveLength(1);
    expect(await codesIn(long)).toHaveLength(1);
    const hostile = await writeCertificate({ ...print, owner: '李\u202e三' }, picture, 'zh');
    expect(await textOf(hostile)).toContain('李[U+202E]三');
  });
});
