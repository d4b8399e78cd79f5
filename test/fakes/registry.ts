import { createHash } from 'node:crypto';
import { canonicalJson } from '#libs/federation-log';
import {
  type AuditEvent,
  type AuditLog,
  entryOf,
  readEntry,
  type FingerprintReader,
  MAX_VERIFIED,
  type Pattern,
  type Registration,
  RegistryError,
  type RegistrationFilter,
  type Registry,
  type RegistrationEntries,
  type RegistryReader,
  type RegistryWriter,
  type StoredFingerprint,
  usedClearToken,
} from '#libs/registry';

/** A registry in memory, and the log that its transactions and `log` write to. */
export interface FakeRegistry extends Registry, FingerprintReader {
  /** For what happens outside of a transaction. */
  readonly log: AuditLog;
  /** What is in the log, in order. */
  readonly entries: readonly AuditEvent[];
  /** Salts that are kept, by "about of". */
  readonly salts: ReadonlyMap<string, string>;
  /** What the log says of single registrations. */
  readonly history: RegistrationEntries;
}

interface State {
  position: number;
  /** By pattern id. */
  patterns: Map<string, { pattern: Pattern; fingerprints: readonly StoredFingerprint[] }>;
  /** By registration id, in the order in which they entered. */
  registrations: Map<string, { registration: Registration; position: number }>;
  /** By year and category. */
  serials: Map<string, number>;
  /** Clear tokens that were used. */
  tokens: Set<string>;
  /** Time of the first entry. */
  joinedAt: string | null;
  /** By "about of". */
  salts: Map<string, string>;
  entries: AuditEvent[];
}

/** Behaves as the registry in PostgreSQL does: the same contract test runs on both. */
export function createFakeRegistry(province = 'zhejiang'): FakeRegistry {
  let committed: State = {
    position: 0,
    patterns: new Map(),
    registrations: new Map(),
    serials: new Map(),
    tokens: new Set(),
    joinedAt: null,
    salts: new Map(),
    entries: [],
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...readerOf(() => committed),
    async fingerprintsOf(patternIds, modelDigest) {
      if (patternIds.length > MAX_VERIFIED) {
        throw new RegistryError('INVALID_INPUT', 'patternIds', 'are more than 100', 'ask for fewer');
      }
      return new Map(
        patternIds.flatMap((id) => {
          const fingerprints = committed.patterns.get(id)?.fingerprints;
          const fingerprint = fingerprints?.find((one) => one.modelDigest === modelDigest);
          return fingerprint ? [[id, fingerprint.bytes] as const] : [];
        }),
      );
    },
    get salts() {
      return committed.salts;
    },
    get entries() {
      return committed.entries;
    },
    history: {
      async ofRegistration(registrationId) {
        return committed.entries.flatMap((event, index) => {
          const about = event.subject === registrationId && event.outcome === 'success';
          return about && event.type.startsWith('registry.')
            ? [{ index, record: entryOf(province, event) }]
            : [];
        });
      },
    },
    log: {
      async append(event) {
        committed.entries.push(logged(event));
        committed.joinedAt ??= event.at;
      },
    },
    transaction(work) {
      const run = last.then(async () => {
        const state: State = {
          position: committed.position,
          patterns: new Map(committed.patterns),
          registrations: new Map(committed.registrations),
          serials: new Map(committed.serials),
          tokens: new Set(committed.tokens),
          salts: new Map(committed.salts),
          joinedAt: committed.joinedAt,
          entries: [],
        };
        const result = await work(writerOf(state, province));
        committed = {
          ...state,
          joinedAt: committed.joinedAt ?? state.entries[0]?.at ?? null,
          entries: [...committed.entries, ...state.entries],
        };
        return result;
      });
      last = run.catch(() => undefined);
      return run;
    },
  };
}

function readerOf(state: () => State): RegistryReader {
  const all = () => [...state().registrations.values()];
  const find = async (id: string) => state().registrations.get(id)?.registration;
  return {
    head: async () => ({ position: state().position, searchable: state().registrations.size }),
    find,
    joinedAt: async () => state().joinedAt,
    async changesSince(position, modelDigest, limit) {
      refuseOutside('limit', limit, 5_000);
      return all()
        .filter((entry) => entry.position > position)
        .sort((one, other) => one.position - other.position)
        .slice(0, limit)
        .map(({ registration: { registrationId, patternId, state: its }, position: at }) => {
          const fingerprints = state().patterns.get(patternId)?.fingerprints;
          const fingerprint = fingerprints?.find((one) => one.modelDigest === modelDigest)?.bytes ?? null;
          return { registrationId, patternId, state: its, fingerprint, position: at };
        });
    },
    async holdings(modelDigest) {
      const held = all().filter(({ registration }) =>
        state()
          .patterns.get(registration.patternId)
          ?.fingerprints.some((one) => one.modelDigest === modelDigest),
      );
      const sum = held.reduce((before, { registration: { registrationId, patternId, state: its } }) => {
        const text = `${registrationId} ${patternId} ${its}`;
        return before + createHash('sha256').update(text).digest().readBigUInt64BE();
      }, 0n);
      const digest = BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
      return { position: state().position, count: held.length, digest };
    },
    async findMany(ids) {
      if (ids.length > 100) {
        throw new RegistryError('INVALID_INPUT', 'registrationIds', 'are more than 100', 'ask for fewer');
      }
      return ids.flatMap((id) => state().registrations.get(id)?.registration ?? []);
    },
    findByNumber: async (number) =>
      all().find(({ registration }) => registration.registrationNumber === number)?.registration,
    findPattern: async (id) => state().patterns.get(id)?.pattern,
    findPatternByDigest: async (digest) =>
      [...state().patterns.values()].find(({ pattern }) => pattern.pictureDigest === digest)?.pattern,
    async patternsWithout(modelDigest, after, limit) {
      refuseOutside('limit', limit, 1_000);
      return [...state().patterns.values()]
        .filter(({ fingerprints }) => fingerprints.every((one) => one.modelDigest !== modelDigest))
        .map(({ pattern }) => pattern)
        .filter(({ patternId }) => after === null || patternId > after)
        .sort((one, other) => (one.patternId < other.patternId ? -1 : 1))
        .slice(0, limit);
    },
    findByPattern: async (patternId) =>
      all()
        .map(({ registration }) => registration)
        .filter((registration) => registration.patternId === patternId)
        .slice(0, 200),
    async list(filter) {
      refuseOutside('limit', filter.limit, 200);
      const newestFirst = all()
        .map(({ registration }) => registration)
        .reverse();
      const from = filter.after === undefined ? 0 : 1 + placeOf(newestFirst, filter.after);
      return newestFirst
        .slice(from)
        .filter((registration) => matches(registration, filter))
        .slice(0, filter.limit);
    },
    async *stream() {
      for (const { registration } of all()) {
        const pattern = state().patterns.get(registration.patternId)?.pattern;
        if (pattern !== undefined) {
          yield { registration, pattern };
        }
      }
    },
  };
}

function writerOf(state: State, province: string): RegistryWriter {
  const { find, findByNumber, findPatternByDigest, ...reader } = readerOf(() => state);
  const put = (registration: Registration) => {
    state.position += 1;
    state.registrations.set(registration.registrationId, { registration, position: state.position });
  };
  const refuseTakenNumber = async ({ registrationNumber, registrationId }: Registration) => {
    const other = registrationNumber === null ? undefined : await findByNumber(registrationNumber);
    if (other !== undefined && other.registrationId !== registrationId) {
      throw conflict('registrationNumber', String(registrationNumber));
    }
  };
  return {
    ...reader,
    find,
    findByNumber,
    findPatternByDigest,
    async insertPattern(pattern, fingerprint) {
      if (await findPatternByDigest(pattern.pictureDigest)) {
        throw conflict('pictureDigest', pattern.pictureDigest);
      }
      if (state.patterns.has(pattern.patternId)) {
        throw conflict('patternId', pattern.patternId);
      }
      state.patterns.set(pattern.patternId, { pattern, fingerprints: [fingerprint] });
    },
    async addFingerprint(patternId, fingerprint) {
      const kept = state.patterns.get(patternId);
      if (kept === undefined) {
        throw new RegistryError('NOT_FOUND', 'patternId', 'names no pattern', 'insert it');
      }
      if (kept.fingerprints.some((one) => one.modelDigest === fingerprint.modelDigest)) return;
      state.patterns.set(patternId, { ...kept, fingerprints: [...kept.fingerprints, fingerprint] });
      [...state.registrations.values()]
        .filter(({ registration }) => registration.patternId === patternId)
        .sort((one, other) => one.position - other.position)
        .forEach(({ registration }) => put(registration));
    },
    async insertRegistration(registration) {
      if (registration.province !== province) {
        throw new RegistryError('INVALID_INPUT', 'province', `is not ${province}`, 'file it in its own');
      }
      if (!state.patterns.has(registration.patternId)) {
        throw new Error(`no pattern ${registration.patternId}`);
      }
      await refuseTakenNumber(registration);
      if (state.registrations.has(registration.registrationId)) {
        throw conflict('registrationId', registration.registrationId);
      }
      put(registration);
    },
    async updateRegistration(registration) {
      const before = await find(registration.registrationId);
      if (before === undefined) {
        throw new RegistryError('NOT_FOUND', 'registrationId', 'names no registration', 'look it up');
      }
      await refuseTakenNumber(registration);
      const { patternId, filedAt } = before;
      put({ ...registration, patternId, filedAt, province });
    },
    async nextSerial(year, category) {
      const serial = (state.serials.get(`${year} ${category}`) ?? 0) + 1;
      state.serials.set(`${year} ${category}`, serial);
      return serial;
    },
    async raiseSerial(year, category, serial) {
      const key = `${year} ${category}`;
      state.serials.set(key, Math.max(serial, state.serials.get(key) ?? 0));
    },
    async useClearToken(tokenId) {
      if (state.tokens.has(tokenId)) throw usedClearToken();
      state.tokens.add(tokenId);
    },
    async keepSalts(salts) {
      for (const { about, of, salt } of salts) state.salts.set(`${about} ${of}`, salt);
    },
    async eraseTraces(registrationId) {
      const about = [...state.salts.keys()].filter((key) => key.startsWith(registrationId));
      for (const key of about) state.salts.delete(key);
      return { salts: about.length, reasons: 0 };
    },
    lock: find,
    log: { append: async (event) => void state.entries.push(logged(event)) },
  };
}

/** @throws as the real log does for what is not in the catalogue as it is */
function logged(event: AuditEvent): AuditEvent {
  const entry = readEntry(entryOf('zhejiang', event));
  if (typeof entry === 'string') throw new RangeError(entry);
  canonicalJson(entry);
  return event;
}

function matches(registration: Registration, { state, category, text }: RegistrationFilter): boolean {
  const { title, registrationNumber } = registration;
  const wanted = text?.toLowerCase() ?? '';
  return (
    (state === undefined || registration.state === state) &&
    (category === undefined || registration.category === category) &&
    (title.toLowerCase().includes(wanted) || (registrationNumber ?? '').toLowerCase().includes(wanted))
  );
}

function placeOf(registrations: readonly Registration[], registrationId: string): number {
  const place = registrations.findIndex((registration) => registration.registrationId === registrationId);
  if (place < 0) {
    throw new RegistryError(
      'INVALID_INPUT',
      'after',
      'is no registration of this province',
      'give its last id',
    );
  }
  return place;
}

function refuseOutside(field: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new RegistryError('INVALID_INPUT', field, `is not one of 1 to ${max}`, 'give such a number');
  }
}

function conflict(field: string, value: string): RegistryError {
  return new RegistryError('CONFLICT', field, `${value} is in the registry already`, 'use another');
}
