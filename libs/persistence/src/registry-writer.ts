import type { EntityManager } from 'typeorm';
import {
  type AuditEvent,
  type AuditLog,
  type ErasedTraces,
  FINGERPRINT_HEAD_BYTES,
  type KeptSalt,
  type Pattern,
  type Registration,
  RegistryError,
  type RegistryHead,
  type RegistryWriter,
  type StoredFingerprint,
  usedClearToken,
} from '#libs/registry';
import { type LogEntry, appendEntries, logEntry } from './audit-log.js';
import { eraseTraces } from './erase-traces.js';
import { RegistrationEntity, RegistryHeadEntity } from './registry-entities.js';
import { insertSalts } from './salts.js';
import { PostgresRegistryReader } from './registry-reader.js';

/**
 * The changes of one transaction. It holds the head's row from its first statement to its commit, so that changes
 * are numbered in commit order, a lookup cannot be outdated by another writer, and writers never deadlock. The head
 * and the log are written once, by `flush`.
 */
export class PostgresRegistryWriter extends PostgresRegistryReader implements RegistryWriter {
  readonly log: AuditLog = { append: async (event) => this.keepEntry(event) };
  private readonly entries: LogEntry[] = [];
  private changed = false;

  private constructor(
    manager: EntityManager,
    province: string,
    private current: RegistryHead,
  ) {
    super(manager, province);
  }

  /** Waits for the transactions before this one. */
  static async open(manager: EntityManager, province: string): Promise<PostgresRegistryWriter> {
    const { position, searchable } = await manager.findOneOrFail(RegistryHeadEntity, {
      where: { onlyRow: true },
      lock: { mode: 'pessimistic_write' },
    });
    return new PostgresRegistryWriter(manager, province, { position, searchable });
  }

  override async head(): Promise<RegistryHead> {
    return this.current;
  }

  async insertPattern(pattern: Pattern, fingerprint: StoredFingerprint): Promise<void> {
    const inserted = await this.manager.query<unknown[]>(
      `WITH kept AS (
         INSERT INTO pattern (pattern_id, picture_digest, media_type, width, height) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING RETURNING pattern_id
       )
       INSERT INTO fingerprint (pattern_id, model_digest, bytes, head)
       SELECT pattern_id, $6, $7, substring($7::bytea FOR ${FINGERPRINT_HEAD_BYTES}) FROM kept RETURNING pattern_id`,
      [
        pattern.patternId,
        pattern.pictureDigest,
        pattern.mediaType,
        pattern.width,
        pattern.height,
        fingerprint.modelDigest,
        Buffer.from(fingerprint.bytes),
      ],
    );
    if (inserted.length === 0) {
      throw (await this.findPatternByDigest(pattern.pictureDigest))
        ? conflict('pictureDigest', pattern.pictureDigest, 'use the pattern that has it')
        : conflict('patternId', pattern.patternId, 'give the pattern an id of its own');
    }
  }

  async addFingerprint(patternId: string, { modelDigest, bytes }: StoredFingerprint): Promise<void> {
    if ((await this.findPattern(patternId)) === undefined) {
      throw new RegistryError(
        'NOT_FOUND',
        'patternId',
        `${patternId} is no pattern of ${this.province}`,
        'insert the pattern with its fingerprint',
      );
    }
    const [{ moved } = { moved: '0' }] = await this.manager.query<{ moved: string }[]>(
      `WITH added AS (
         INSERT INTO fingerprint (pattern_id, model_digest, bytes, head)
         VALUES ($1, $2, $3, substring($3::bytea FOR ${FINGERPRINT_HEAD_BYTES}))
         ON CONFLICT DO NOTHING RETURNING pattern_id
       ), places AS (
         SELECT r.registration_id, row_number() OVER (ORDER BY r.position) AS place
         FROM registration r JOIN added USING (pattern_id)
       ), moved AS (
         UPDATE registration r SET position = $4 + places.place FROM places
         WHERE r.registration_id = places.registration_id RETURNING r.registration_id
       )
       SELECT count(*) AS moved FROM moved`,
      [patternId, modelDigest, Buffer.from(bytes), this.current.position],
    );
    if (Number(moved) > 0) {
      this.moveTo({ ...this.current, position: this.current.position + Number(moved) });
    }
  }

  async insertRegistration(registration: Registration): Promise<void> {
    if (registration.province !== this.province) {
      throw new RegistryError(
        'INVALID_INPUT',
        'province',
        `is ${registration.province}, but this is the registry of ${this.province}`,
        'file it in its own province',
      );
    }
    const position = this.current.position + 1;
    const inserted = await this.manager.query<unknown[]>(
      `INSERT INTO registration (registration_id, pattern_id, filed_at, position, ${CONTENT.join(', ')})
       VALUES ($1, $2, $3, $4, ${placeholders(5)}) ON CONFLICT DO NOTHING RETURNING registration_id`,
      [
        registration.registrationId,
        registration.patternId,
        registration.filedAt,
        position,
        ...contentOf(registration),
      ],
    );
    if (inserted.length === 0) {
      throw await this.conflictOf(registration);
    }
    this.moveTo({ position, searchable: this.current.searchable + 1 });
  }

  async updateRegistration(registration: Registration): Promise<void> {
    const position = this.current.position + 1;
    const [, updated] = await this.manager.query<[unknown[], number]>(
      `UPDATE registration SET position = $2, (${CONTENT.join(', ')}) = (${placeholders(3)})
       WHERE registration_id = $1 AND NOT EXISTS
         (SELECT FROM registration other WHERE other.registration_number = $3 AND other.registration_id <> $1)`,
      [registration.registrationId, position, ...contentOf(registration)],
    );
    if (updated === 0) {
      throw (await this.find(registration.registrationId))
        ? await this.conflictOf(registration)
        : new RegistryError(
            'NOT_FOUND',
            'registrationId',
            `${registration.registrationId} is no registration of ${this.province}`,
            'look it up in the list',
          );
    }
    this.moveTo({ ...this.current, position });
  }

  async nextSerial(year: number, category: string): Promise<number> {
    const [row] = await this.manager.query<{ last: string }[]>(
      `INSERT INTO registration_serial AS serial (year, category, last) VALUES ($1, $2, 1)
       ON CONFLICT (year, category) DO UPDATE SET last = serial.last + 1 RETURNING last`,
      [year, category],
    );
    return Number(row?.last);
  }

  async raiseSerial(year: number, category: string, serial: number): Promise<void> {
    await this.manager.query(
      `INSERT INTO registration_serial AS serial (year, category, last) VALUES ($1, $2, $3)
       ON CONFLICT (year, category) DO UPDATE SET last = EXCLUDED.last WHERE serial.last < EXCLUDED.last`,
      [year, category, serial],
    );
  }

  async useClearToken(tokenId: string, registrationId: string): Promise<void> {
    const used = await this.manager.query<unknown[]>(
      `INSERT INTO used_clear_token (token_id, registration_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING token_id`,
      [tokenId, registrationId],
    );
    if (used.length === 0) throw usedClearToken();
  }

  async lock(registrationId: string): Promise<Registration | undefined> {
    if ((await this.find(registrationId)) === undefined) {
      return undefined;
    }
    const row = await this.manager.findOneOrFail(RegistrationEntity, {
      where: { registrationId },
      lock: { mode: 'pessimistic_write' },
    });
    return this.registration(row);
  }

  async keepSalts(salts: readonly KeptSalt[]): Promise<void> {
    await insertSalts(this.manager, salts);
  }

  eraseTraces(registrationId: string, inPlace: string): Promise<ErasedTraces> {
    return eraseTraces(this.manager, registrationId, inPlace);
  }

  /** Writes head and log: the last thing before the commit, so that the log is held for a moment only. */
  async flush(): Promise<void> {
    // One statement at least: PostgreSQL answers the COMMIT of a transaction that failed with a silent rollback.
    await this.manager.query(`UPDATE registry_head SET position = $1, searchable = $2 WHERE $3`, [
      this.current.position,
      this.current.searchable,
      this.changed,
    ]);
    await appendEntries(this.manager, this.province, this.entries);
  }

  private moveTo(head: RegistryHead): void {
    this.current = head;
    this.changed = true;
  }

  private keepEntry(event: AuditEvent): void {
    this.entries.push(logEntry(this.province, event));
  }

  private async conflictOf({ registrationId, registrationNumber }: Registration): Promise<RegistryError> {
    const other = registrationNumber === null ? undefined : await this.findByNumber(registrationNumber);
    return other !== undefined && registrationNumber !== null
      ? conflict(
          'registrationNumber',
          registrationNumber,
          'correct the number, or change the one that has it',
        )
      : conflict('registrationId', registrationId, 'give the registration an id of its own');
  }
}

/** What an update replaces; the number comes first. */
const CONTENT = [
  'registration_number',
  'state',
  'title',
  'category',
  'owner',
  'centre',
  'completed_on',
  'first_published_on',
  'registered_on',
  'reason',
];

function contentOf(registration: Registration): unknown[] {
  return [
    registration.registrationNumber,
    registration.state,
    registration.title,
    registration.category,
    registration.owner,
    registration.centre,
    registration.completedOn,
    registration.firstPublishedOn,
    registration.registeredOn,
    registration.reason,
  ];
}

function placeholders(first: number): string {
  return CONTENT.map((_column, place) => `$${first + place}`).join(', ');
}

function conflict(field: string, value: string, remedy: string): RegistryError {
  return new RegistryError('CONFLICT', field, `${value} is in the registry already`, remedy);
}
