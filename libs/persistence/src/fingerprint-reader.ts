import type { DataSource } from 'typeorm';
import { type FingerprintReader, MAX_VERIFIED, RegistryError } from '#libs/registry';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The stored fingerprints of a registry in PostgreSQL. */
export class PostgresFingerprints implements FingerprintReader {
  constructor(private readonly dataSource: DataSource) {}

  async fingerprintsOf(
    patternIds: readonly string[],
    modelDigest: string,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    if (patternIds.length > MAX_VERIFIED) {
      throw new RegistryError(
        'INVALID_INPUT',
        'patternIds',
        `are more than ${MAX_VERIFIED}`,
        `ask for at most ${MAX_VERIFIED} at once`,
      );
    }
    const rows = await this.dataSource.manager.query<{ pattern_id: string; bytes: Buffer }[]>(
      'SELECT pattern_id, bytes FROM fingerprint WHERE pattern_id = ANY($1::uuid[]) AND model_digest = $2',
      [patternIds.filter((id) => UUID.test(id)), modelDigest],
    );
    return new Map(rows.map((row) => [row.pattern_id, row.bytes]));
  }
}
