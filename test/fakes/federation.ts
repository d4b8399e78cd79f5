import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  AskerWatch,
  CurrentIndex,
  RecentNonces,
  acceptQuestion,
  answerQuestions,
  fanOut,
  type AuditEvent,
  type AuditLog,
  entryOf,
  readEntry,
  type CheckDependencies,
  type Clock,
  type CoordinatorReply,
  type DeclaredCount,
  type DirectoryView,
  type FingerprintedPicture,
  type MemberReply,
  type RegistrationState,
  type SearchableRegistration,
  type RefusalReason,
  type SignedQuestion,
  type SimilarityIndex,
  type StatementSigner,
} from '#libs/registry';
import {
  createStatementSigner,
  createStatementVerifier,
  generateSigningKey,
  publicKeyOf,
  type Directory,
  type SigningKey,
} from '#libs/federation-log';
import { ExactIndex } from '#libs/similarity';
import { createFakeVerifier, fakeVerification } from './verifier.js';

export const MEMBERS = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];
export const DIMENSION = 4;

export const digest = (data: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(data).digest('hex')}`;
export const MODEL = digest('the model of the tests');
export const clock: Clock = { now: () => new Date() };
export const random = {
  uuid: () => randomUUID(),
  nonce: () => randomBytes(16).toString('base64url'),
  salt: () => randomBytes(32).toString('hex'),
};

/** An audit log in memory, which can be told to fail. */
export class FakeLog implements AuditLog {
  readonly events: AuditEvent[] = [];
  failing = false;

  async append(event: AuditEvent): Promise<void> {
    if (this.failing) throw new Error('the log is full');
    const entry = readEntry(entryOf('zhejiang', event));
    if (typeof entry === 'string') throw new RangeError(entry);
    this.events.push(event);
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }
}

/** A fingerprint that is nothing but its numbers. */
export function fingerprintOf(numbers: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(numbers).buffer);
}

export function embeddingOf(fingerprint: Uint8Array): { modelDigest: string; embedding: Float32Array } {
  return { modelDigest: MODEL, embedding: new Float32Array(fingerprint.slice().buffer) };
}

/** A picture that was fingerprinted. */
export function fingerprinted(numbers: readonly number[]): FingerprintedPicture {
  const bytes = fingerprintOf(numbers);
  return {
    pattern: { pictureDigest: digest(bytes), mediaType: 'image/png', width: 100, height: 100 },
    fingerprint: { modelDigest: MODEL, bytes },
  };
}

/** What a FingerprintReader gives of these rows. */
export function storedFingerprints(
  rows: readonly SearchableRegistration[],
  patternIds: readonly string[],
): ReadonlyMap<string, Uint8Array> {
  return new Map(
    rows.flatMap(({ patternId, fingerprint }) =>
      fingerprint && patternIds.includes(patternId) ? [[patternId, fingerprint] as const] : [],
    ),
  );
}

/** A member in memory: what of a registry the index follows, and a member's real story over it. */
export class FakeProvince {
  readonly log = new FakeLog();
  readonly rows: SearchableRegistration[] = [];
  /** Registrations that the registry counts but has lost the fingerprint of. */
  lost = 0;
  /** What the log of this province declares. */
  told: DeclaredCount | null = null;
  /** Its machine's; a test may set it. */
  clock: Clock = clock;
  readonly candidateVerifier = createFakeVerifier(embeddingOf, () => this.clock.now().getTime());
  private index = this.current(new ExactIndex(MODEL, DIMENSION));
  private readonly seen = new RecentNonces({ now: () => this.clock.now() });
  watch = new AskerWatch(clock, 1_000, 'secret');

  constructor(
    readonly province: string,
    readonly signer: StatementSigner,
    readonly directory: DirectoryView,
    private readonly verifier: CheckDependencies['verifier'],
  ) {}

  /** Searches this index from now on. */
  searchIn(index: SimilarityIndex): void {
    this.index = this.current(index);
  }

  private current(index: SimilarityIndex): CurrentIndex {
    return new CurrentIndex(this, index, embeddingOf, () => undefined);
  }

  /** Files and commits; searchable when it returns. */
  file(numbers: readonly number[] | null, state: RegistrationState = 'registered'): string {
    const registrationId = randomUUID();
    this.rows.push({
      registrationId,
      patternId: randomUUID(),
      state,
      fingerprint: numbers ? fingerprintOf(numbers) : null,
      position: this.rows.length + 1,
    });
    return registrationId;
  }

  async head(): Promise<{ position: number; searchable: number }> {
    return { position: this.rows.length, searchable: this.rows.length };
  }

  async changesSince(position: number, _model: string, limit: number): Promise<SearchableRegistration[]> {
    return this.rows.filter((row) => row.position > position).slice(0, limit);
  }

  async fingerprintsOf(patternIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    return storedFingerprints(this.rows, patternIds);
  }

  async search(questions: readonly SignedQuestion[]): Promise<MemberReply[]> {
    const { province, directory, signer, verifier, log, seen, clock } = this;
    const deps = {
      province,
      directory,
      signer,
      verifier,
      log,
      seen,
      digest,
      clock,
      indexes: [this.index],
      embeddingOf,
      counts: { cosigned: () => 0, declared: async () => this.told },
      watch: this.watch,
      verification: fakeVerification(this.candidateVerifier, this),
    };
    const answers = await answerQuestions(deps, questions);
    return answers.map((answer) =>
      'answerJws' in answer
        ? { kind: 'answer', answerJws: answer.answerJws }
        : { kind: 'none', outcome: outcomeOf(answer.refused.reason), detail: answer.refused.message },
    );
  }
}

/** As the wire tells it. */
function outcomeOf(reason: RefusalReason) {
  if (reason === 'INDEX_UNAVAILABLE') return 'UNREACHABLE';
  return reason === 'INDEX_TIMEOUT' ? 'TIMEOUT' : 'REFUSED';
}

/** Changes what passes between coordinator and member, or coordinator and asker, as an attacker or a fault would. */
export interface Tampering {
  fromMember?: (province: string, replies: MemberReply[]) => MemberReply[] | Promise<MemberReply[]>;
  fromCoordinator?: (reply: CoordinatorReply) => CoordinatorReply;
}

/** Four members and a coordinator in memory: the real stories, real signatures, no wire. */
export class FakeFederation {
  readonly coordinatorLog = new FakeLog();
  readonly tampering: Tampering = {};
  /** The coordinator's machine's; a test may set it. */
  coordinatorClock: Clock = clock;

  private constructor(
    readonly keys: ReadonlyMap<string, SigningKey>,
    readonly signedDirectory: Directory,
    readonly directory: DirectoryView,
    readonly provinces: ReadonlyMap<string, FakeProvince>,
    private readonly coordinatorSigner: StatementSigner,
  ) {}

  static async create(): Promise<FakeFederation> {
    const keys = new Map<string, SigningKey>();
    for (const name of [...MEMBERS, 'coordinator']) keys.set(name, await generateSigningKey());
    const key = (name: string): SigningKey => keys.get(name) ?? fail(`no key of ${name}`);
    const endpoint = (name: string) => ({
      address: 'localhost:1',
      tlsName: `${name}.test`,
      keys: [publicKeyOf(key(name))],
    });
    const signedDirectory: Directory = {
      kind: 'weft.directory.v1',
      epoch: 1,
      issuedAt: '2026-01-01T00:00:00.000Z',
      members: MEMBERS.map((province) => ({ province, ...endpoint(province) })),
      coordinator: endpoint('coordinator'),
      calibration: {
        id: 'cal-test',
        modelDigest: MODEL,
        duplicateAt: 0.95,
        suspectedAt: 0.8,
        gallery: 1_000,
        background: [{ score: 0.95, per10000: 2 }],
      },
    };
    const directory = { epoch: 1, members: MEMBERS, calibration: signedDirectory.calibration };
    const verifier = createStatementVerifier(signedDirectory);
    const provinces = new Map<string, FakeProvince>();
    for (const name of MEMBERS)
      provinces.set(
        name,
        new FakeProvince(name, await createStatementSigner(key(name)), directory, verifier),
      );
    return new FakeFederation(
      keys,
      signedDirectory,
      directory,
      provinces,
      await createStatementSigner(key('coordinator')),
    );
  }

  member(province: string): FakeProvince {
    return this.provinces.get(province) ?? fail(`no member ${province}`);
  }

  /** What the asking node needs, with this federation behind it. */
  asking(province: string): CheckDependencies & { log: FakeLog } {
    const member = this.member(province);
    return {
      province,
      federation: {
        check: (question) => this.coordinate(question),
        checkBatch: async function* (
          this: FakeFederation,
          items: AsyncIterable<{ itemId: string; question: SignedQuestion }>,
        ) {
          for await (const { itemId, question } of items)
            yield { kind: 'result' as const, itemId, reply: await this.coordinate(question) };
        }.bind(this),
      },
      metadata: { describe: async () => new Map() },
      directory: this.directory,
      signer: member.signer,
      verifier: createStatementVerifier(this.signedDirectory),
      digest,
      sentOf: (fingerprint) => fingerprint,
      log: member.log,
      clock: { now: () => member.clock.now() },
      random,
    };
  }

  private async coordinate(signed: SignedQuestion): Promise<CoordinatorReply> {
    const verifier = createStatementVerifier(this.signedDirectory);
    const shared = {
      directory: this.directory,
      verifier,
      digest,
      clock: { now: () => this.coordinatorClock.now() },
    };
    const question = await acceptQuestion({ ...shared, seen: new RecentNonces(clock) }, signed);
    const members = {
      search: async (province: string, questions: readonly SignedQuestion[]) => {
        const replies = await this.member(province).search(questions);
        return this.tampering.fromMember?.(province, replies) ?? replies;
      },
    };
    const deps = { ...shared, members, signer: this.coordinatorSigner, log: this.coordinatorLog };
    const [reply] = await fanOut(deps, [{ ...signed, question }], new Date(question.deadline));
    if (!reply) fail('the coordinator gave no reply');
    return this.tampering.fromCoordinator?.(reply) ?? reply;
  }
}

function fail(message: string): never {
  throw new Error(message);
}
