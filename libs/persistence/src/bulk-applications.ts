import { createHash, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { FINGERPRINT_HEAD_BYTES, type StoredFingerprint } from '#libs/registry';

/** Applications of one statement. */
const PAGE = 2_000;

/**
 * Files so many applications with these fingerprints and no picture, by a few large statements in one transaction: for measuring a
 * registry of a size that would take hours to import. They are searched and counted like any other; the log does not have them.
 *
 * @param fingerprints of different patterns
 * @returns once all are committed
 */
export async function insertBulkApplications(
  dataSource: DataSource,
  fingerprints: Iterable<StoredFingerprint>,
): Promise<void> {
  await dataSource.transaction(async (manager) => {
    let page: StoredFingerprint[] = [];
    const write = async (): Promise<void> => {
      if (page.length === 0) return;
      await manager.query(INSERT, [
        page.map(() => randomUUID()),
        page.map(({ bytes }) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`),
        page.map(({ modelDigest }) => modelDigest),
        page.map(({ bytes }) => Buffer.from(bytes)),
      ]);
      page = [];
    };
    for (const fingerprint of fingerprints) {
      page.push(fingerprint);
      if (page.length === PAGE) await write();
    }
    await write();
  });
}

/** The pattern's id serves as its registration's too. */
const INSERT = `
  WITH drawn AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])
      WITH ORDINALITY AS drawn (id, digest, model, bytes, place)
  ), head AS (
    UPDATE registry_head SET position = position + (SELECT count(*) FROM drawn),
      searchable = searchable + (SELECT count(*) FROM drawn)
    RETURNING position - (SELECT count(*) FROM drawn) AS before
  ), patterns AS (
    INSERT INTO pattern (pattern_id, picture_digest, media_type, width, height)
    SELECT id, digest, 'image/png', 384, 384 FROM drawn RETURNING pattern_id
  ), fingerprints AS (
    INSERT INTO fingerprint (pattern_id, model_digest, bytes, head)
    SELECT id, model, bytes, substring(bytes FOR ${FINGERPRINT_HEAD_BYTES}) FROM drawn WHERE (SELECT count(*) FROM patterns) >= 0
  )
  INSERT INTO registration (registration_id, pattern_id, state, title, category, owner, centre, filed_at, reason, position)
  SELECT id, id, 'applied', 'drawn', 'F', 'bench', '', now(), '', head.before + place FROM drawn, head`;
