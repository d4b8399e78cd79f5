import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MODEL_DIGEST } from '#libs/fingerprint';
import { createAuditLog, createDataSource, createDepositCopies, createRegistry } from '#libs/persistence';
import {
  findProvince,
  importRows,
  type Actor,
  type ImportDesk,
  type StoredFingerprint,
} from '#libs/registry';
import { type ProvinceHome } from '../../home/weft-home.js';

const ACTOR: Actor = { kind: 'program', name: 'weft bench' };
const PICTURE_BYTES = 32;

/** Imports into one province's registry, beside its node. */
export interface PageImporter {
  /** Imports a row for each fingerprint under this title, in one transaction up to 64; resolves when it is committed. */
  importPage(fingerprints: Iterable<StoredFingerprint>, title: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the registry of a province whose database runs: all of an import but the decoding and fingerprinting of pictures. */
export async function openPageImporter(home: ProvinceHome): Promise<PageImporter> {
  const province = findProvince(home.province);
  if (!province) throw new Error(`${home.province} is no province`);
  const dataSource = await createDataSource(readFileSync(home.databaseUrl, 'utf8').trim(), { poolSize: 2 });
  const ready = new Map<string, StoredFingerprint>();
  const digest = (data: string | Uint8Array) => `sha256:${createHash('sha256').update(data).digest('hex')}`;
  const desk: ImportDesk = {
    province,
    registry: createRegistry(dataSource, province.id),
    depositCopies: createDepositCopies(home.depositCopies),
    fingerprinter: {
      modelDigest: MODEL_DIGEST,
      async fingerprint(picture) {
        const pictureDigest = digest(picture);
        const fingerprint = ready.get(pictureDigest);
        if (!fingerprint) throw new Error('a bench imports what it has drawn');
        ready.delete(pictureDigest);
        return { pattern: { pictureDigest, mediaType: 'image/png', width: 384, height: 384 }, fingerprint };
      },
    },
    log: createAuditLog(dataSource, province.id),
    clock: { now: () => new Date() },
    random: {
      uuid: randomUUID,
      nonce: () => randomBytes(16).toString('base64url'),
      salt: () => randomBytes(32).toString('hex'),
    },
    digest,
    rowsAhead: 1,
  };
  return {
    async importPage(fingerprints, title) {
      const rows = [...fingerprints].map((fingerprint, place) => {
        const picture = randomBytes(PICTURE_BYTES);
        ready.set(digest(picture), fingerprint);
        const cells = { title, category: 'F', owner: 'bench', state: '已申请', picture: `${place}.png` };
        return { row: place + 2, cells, loadPicture: async () => picture };
      });
      for await (const { outcome, problems } of importRows(desk, rowsOf(rows), ACTOR))
        if (outcome !== 'imported') throw problems[0] ?? new Error(`a row was ${outcome}`);
    },
    close: () => dataSource.destroy(),
  };
}

async function* rowsOf<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}
