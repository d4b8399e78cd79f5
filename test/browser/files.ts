import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { newPicture, registeredPicture } from './stage.js';
import { type GivenFile, jpeg } from './visitor.js';

/** Twelve pictures, two more files that are not taken. */
export async function dozen(): Promise<GivenFile[]> {
  const own = await sharp(await registeredPicture('zhejiang', 0))
    .flop()
    .jpeg({ quality: 80 })
    .toBuffer();
  const other = await sharp(await registeredPicture('guangdong', 1))
    .rotate(90)
    .resize(480)
    .jpeg()
    .toBuffer();
  const flat = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#804020' } })
    .jpeg()
    .toBuffer();
  const script = await sharp(await newPicture(20))
    .withExif({
      IFD0: { Artist: '<script>alert(3)</script>', ImageDescription: '"><img src=x onerror=alert(3)>' },
    })
    .jpeg()
    .toBuffer();
  const fresh = await Promise.all(
    Array.from({ length: 7 }, async (_, place) => jpeg(`新花样-${place + 1}.jpg`, await newPicture(place))),
  );
  return [
    jpeg('浙江-镜像.jpg', own),
    jpeg('广东-旋转.jpg', other),
    jpeg('纯色.jpg', flat),
    jpeg('exif.jpg', script),
    jpeg('x"><img src=x onerror=alert(4)>.jpg', await newPicture(21)),
    ...fresh,
    jpeg('又一次.jpg', own),
    { name: '说明.txt', mimeType: 'text/plain', buffer: Buffer.from('不是图片') },
  ];
}

/** Archives and one file that are dropped together; their paths. */
export async function zips(folder: string): Promise<string[]> {
  const good = storedZip([
    [Buffer.from('花样/牡丹.jpg'), await newPicture(30)],
    // As Windows in China writes 莲花: GB 18030, and no flag that says so.
    [
      Buffer.concat([Buffer.from('gbk-'), Buffer.from('c1abbba8', 'hex'), Buffer.from('.jpg')]),
      await newPicture(31),
    ],
    [Buffer.from('__MACOSX/._牡丹.jpg'), new Uint8Array(8)],
  ]);
  const contents: Readonly<Record<string, Uint8Array>> = {
    'good.zip': good,
    'bomb.zip': zipSync({ 'a.jpg': new Uint8Array(40 * 1024 * 1024) }),
    'many.zip': storedZip(
      Array.from({ length: 10_001 }, (_, n) => [Buffer.from(`${n}.jpg`), new Uint8Array(1)]),
    ),
    'torn.zip': good.subarray(0, Math.floor(good.length / 3)),
    'large.jpg': Buffer.concat([await newPicture(32), Buffer.alloc(64 * 1024 * 1024)]),
  };
  return Object.entries(contents).map(([name, bytes]) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  });
}

/** A zip of files as they are, their names as these bytes (PKWARE APPNOTE 4.3). */
function storedZip(files: readonly (readonly [name: Buffer, content: Uint8Array])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(content.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, name, content]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), shared, place, name]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Math.min(files.length, 0xffff), 4);
  end.writeUInt16LE(Math.min(files.length, 0xffff), 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06'), end]);
}
