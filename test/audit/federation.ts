import { createHash, randomUUID } from 'node:crypto';
import {
  assembleBundle,
  formatBundle,
  openPolicy,
  policyOfDirectory,
  type LogFiles,
  type OpenPolicy,
  type Policy,
} from '#libs/audit';
import {
  Frontier,
  KEY_USES,
  canonicalJson,
  createCosigner,
  createLogSigner,
  createStatementSigner,
  createTreeHasher,
  formatCheckpoint,
  formatReceipt,
  generateSigningKey,
  growTree,
  logOriginOf,
  nodesFromTiles,
  proveInclusion,
  publicKeyOf,
  signDirectory,
  signNote,
  tilePath,
  witnessNameOf,
  type Directory,
  type KeyUse,
  type SigningKey,
} from '#libs/federation-log';
import { nodeLogCrypto, signBytesBy } from '#libs/identity';
import { mergeAnswers, judgeReply, type Answer, type Question, type Result } from '#libs/registry';
import { createStatementVerifier, directoryView } from '#libs/federation-log';

export const PROVINCES = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];
export const PARTIES = [...PROVINCES, 'coordinator'];
export const digest = (data: string | Uint8Array) =>
  `sha256:${createHash('sha256').update(data).digest('hex')}`;
const hasher = createTreeHasher(nodeLogCrypto.sha256);
const MODEL = digest('model');
export const AT = '2026-11-02T08:15:30.120Z';

const COMMITMENT = `commitment:${'0'.repeat(64)}`;
/** What an event of a type says where a test does not care. */
const USUAL: Readonly<Record<string, object>> = {
  'check.asked': {
    questionDigest: digest('question'),
    modelDigest: MODEL,
    epoch: 3,
    pictureCommitment: COMMITMENT,
  },
  'member.asked': { questionDigest: digest('question'), members: PROVINCES },
  'member.answered': {
    ...{ questionDigest: digest('question'), answerDigest: digest('answer') },
    ...{ searched: 0, declared: 0, declaredAt: null, cosigned: 0, verified: 0, complete: true },
  },
  'check.judged': { verdict: 'CLEAR', complete: true, resultDigest: null, coverage: [] },
  'registry.registered': {
    ...{ from: 'examined', registrationNumber: '浙作登字-2026-F-00000001', position: 1, searchable: 1 },
  },
  'registry.imported': {
    ...{ firstRow: 2, lastRow: 2, imported: [], updated: [], unchanged: 0, rejected: 0, exempt: [] },
    ...{ pictures: [], position: 1, searchable: 1 },
  },
  'decision.made': {
    ...{ decisionId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', decision: 'duplicate', decidedBy: 'li' },
    ...{ registrationId: null, supersedes: null, verdict: 'SUSPECTED' },
  },
  'clear-token.minted': {
    ...{ tokenDigest: digest('token'), province: 'zhejiang', questionDigest: digest('question'), epoch: 3 },
    ...{
      registrationId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      ground: 'clear',
      decisionId: null,
      expiresAt: AT,
    },
  },
  'person.added': { roles: ['examiner'] },
  'node.started': { epoch: 3, served: [MODEL] },
};

/** A record of a log; details that a test does not care for are filled in. */
export function record(
  party: string,
  type: string,
  subject: string | null,
  details: object,
  at = AT,
): Uint8Array {
  const actor = { kind: 'program', name: 'test' };
  return Buffer.from(
    canonicalJson({
      kind: 'weft.log-entry.v1',
      origin: party,
      type,
      outcome: 'success',
      actor,
      at,
      subject,
      details: { ...USUAL[type], ...details },
    }),
  );
}

/** What the entry of an answer says of its counts. */
function countsOf({ index }: Partial<Answer> = {}): object {
  if (!index) return {};
  const { searched, declared, log } = index;
  return { searched, declared, declaredAt: log?.entry ?? null, cosigned: log?.cosigned ?? 0 };
}

/** A federation whose parties truly sign, and whose logs are in memory. */
export class AuditedFederation {
  private constructor(
    readonly keys: ReadonlyMap<string, SigningKey>,
    readonly directory: Directory,
    readonly policyFile: Policy,
    readonly policy: OpenPolicy,
  ) {}

  static async create(): Promise<AuditedFederation> {
    const keys = new Map<string, SigningKey>();
    for (const party of PARTIES)
      for (const use of KEY_USES) keys.set(`${party} ${use}`, await generateSigningKey());
    const key = (party: string, use: KeyUse) => required(keys.get(`${party} ${use}`));
    const endpoint = (party: string) => ({
      address: '127.0.0.1:1',
      tlsName: `${party}.weft`,
      keys: KEY_USES.map((use) => ({ ...publicKeyOf(key(party, use)), use })),
    });
    const directory: Directory = {
      kind: 'weft.directory.v1',
      epoch: 3,
      issuedAt: '2026-11-01T00:00:00.000Z',
      members: PROVINCES.map((province) => ({ province, ...endpoint(province) })),
      coordinator: endpoint('coordinator'),
      calibration: {
        id: 'cal-test',
        modelDigest: MODEL,
        duplicateAt: 0.9,
        suspectedAt: 0.8,
        gallery: 1,
        background: [],
      },
    };
    const trust = {
      kind: 'weft.trust.v1' as const,
      threshold: 3,
      founders: PROVINCES.map((province) => ({ province, key: publicKeyOf(key(province, 'statement')) })),
    };
    const policyFile = policyOfDirectory(nodeLogCrypto.sha256, trust, directory);
    return new AuditedFederation(keys, directory, policyFile, openPolicy(nodeLogCrypto, policyFile));
  }

  key(party: string, use: KeyUse = 'statement'): SigningKey {
    return required(this.keys.get(`${party} ${use}`));
  }

  sign(party: string, statement: object): Promise<string> {
    return createStatementSigner(this.key(party)).then((signer) => signer.sign(statement));
  }

  signedDirectory(directory = this.directory) {
    return signDirectory(
      directory,
      PROVINCES.map((province) => this.key(province)),
    );
  }

  /** A log's files, its checkpoint cosigned by these provinces (all the others if absent). */
  async log(
    party: string,
    entries: readonly Uint8Array[],
    cosigners = PROVINCES.filter((one) => one !== party),
  ) {
    const files = new Map<string, Uint8Array>();
    const growth = await growTree(
      hasher,
      0,
      entries,
      () => Promise.reject(new Error('nothing is read')),
      () => Promise.resolve([]),
    );
    for (const { tile, bytes } of growth.tiles) files.set(tilePath(tile), bytes);
    files.set('checkpoint', Buffer.from(await this.checkpoint(party, growth.size, growth.root, cosigners)));
    return files;
  }

  checkpoint(party: string, size: number, root: Uint8Array, cosigners: readonly string[]): Promise<string> {
    const origin = logOriginOf(party);
    const raw = (key: SigningKey) => Buffer.from(key.x, 'base64url');
    const own = this.key(party, 'log');
    const { sha256 } = nodeLogCrypto;
    return signNote(formatCheckpoint({ origin, size, root }), [
      createLogSigner(sha256, origin, raw(own), signBytesBy(own)),
      ...cosigners.map((one) => {
        const key = this.key(one, 'witness');
        return createCosigner(sha256, witnessNameOf(one), raw(key), signBytesBy(key), () => 1_793_520_000);
      }),
    ]);
  }

  async receipt(
    files: ReadonlyMap<string, Uint8Array>,
    index: number,
    entries: readonly Uint8Array[],
  ): Promise<string> {
    const size = entries.length;
    const read = nodesFromTiles(hasher, size, (tile) => Promise.resolve(required(files.get(tilePath(tile)))));
    const proof = await proveInclusion(hasher, index, size, read);
    const checkpoint = Buffer.from(required(files.get('checkpoint'))).toString();
    return formatReceipt({ index, proof, checkpoint, extra: required(entries[index]) });
  }

  /**
   * A complete CLEAR check of Zhejiang: its statements, every party's log, and the bundle.
   * @param change `decided`: what its examiners decided on it, one after another
   */
  async check(
    change: {
      answer?: Partial<Answer>;
      /** Of single provinces. */
      answerOf?: Readonly<Record<string, Partial<Answer>>>;
      silent?: string;
      excluding?: string;
      decided?: readonly string[];
      askedAt?: string;
      /** What the question's entry commits to. */
      pictureCommitment?: string;
      /** Entries of every province's log before those of the check. */
      before?: number;
      /** What the entries of answers say beside their digests. */
      entryOfAnswer?: object;
    } = {},
  ) {
    const checkId = randomUUID();
    const question: Question = {
      kind: 'weft.question.v1',
      checkId,
      nonce: 'q3tM0b0S8m1uVd3n5K7xYw',
      askedAt: change.askedAt ?? AT,
      deadline: '2026-11-02T08:15:38.120Z',
      asker: 'zhejiang',
      epoch: 3,
      modelDigest: MODEL,
      fingerprintDigest: digest('fingerprint'),
      limit: 10,
      ...(change.excluding === undefined ? {} : { excluding: change.excluding }),
    };
    const questionJws = await this.sign('zhejiang', question);
    const answering = PROVINCES.filter((province) => province !== change.silent);
    const answers = await Promise.all(
      answering.map(async (province) => {
        const statement: Answer = {
          kind: 'weft.answer.v1',
          checkId,
          nonce: question.nonce,
          questionDigest: digest(questionJws),
          province,
          epoch: 3,
          modelDigest: MODEL,
          receivedAt: AT,
          answeredAt: AT,
          index: { position: 4, registryPosition: 4, searched: 0, declared: 0 },
          complete: true,
          hits: [],
          ...change.answer,
          ...change.answerOf?.[province],
        };
        return { province, answer: await this.sign(province, statement) };
      }),
    );
    const deps = {
      verifier: createStatementVerifier(this.directory),
      digest,
      directory: directoryView(this.directory),
    };
    const judged = await Promise.all(
      PROVINCES.map((province) => {
        const answer = answers.find((one) => one.province === province)?.answer;
        const reply =
          answer === undefined
            ? { kind: 'none' as const, outcome: 'TIMEOUT' as const, detail: 'no answer in time' }
            : { kind: 'answer' as const, answerJws: answer };
        return judgeReply(deps, { question, questionJws }, { province, reply, askedAt: AT, arrivedAt: AT });
      }),
    );
    const merged = mergeAnswers(deps.directory, judged, 10, AT);
    const result: Result = {
      kind: 'weft.result.v1',
      checkId,
      questionDigest: digest(questionJws),
      epoch: 3,
      judgedAt: AT,
      ...merged,
    };
    const resultJws = await this.sign('coordinator', result);
    const { before = 0 } = change;
    const entries = new Map<string, Uint8Array[]>([
      [
        'coordinator',
        [
          record('coordinator', 'member.asked', checkId, { questionDigest: digest(questionJws) }),
          record('coordinator', 'check.judged', checkId, {
            resultDigest: digest(resultJws),
            coverage: merged.coverage.map(
              (row) => `${row.province} ${row.outcome} ${row.answerDigest ?? '-'}`,
            ),
          }),
        ],
      ],
    ]);
    for (const province of PROVINCES) {
      const answer = answers.find((one) => one.province === province)?.answer;
      entries.set(province, [
        ...Array.from({ length: before }, () => record(province, 'node.started', null, {})),
        ...(province === 'zhejiang'
          ? [
              record(province, 'check.asked', checkId, {
                questionDigest: digest(questionJws),
                ...(change.pictureCommitment ? { pictureCommitment: change.pictureCommitment } : {}),
              }),
            ]
          : []),
        ...(answer === undefined
          ? [record(province, 'node.started', null, {})]
          : [
              record(province, 'member.answered', checkId, {
                questionDigest: digest(questionJws),
                answerDigest: digest(answer),
                ...countsOf({ ...change.answer, ...change.answerOf?.[province] }),
                ...change.entryOfAnswer,
              }),
            ]),
      ]);
    }
    const zhejiang = required(entries.get('zhejiang'));
    const beforeDecisions = zhejiang.length;
    for (const decision of change.decided ?? [])
      zhejiang.push(record('zhejiang', 'decision.made', checkId, { decision, decisionId: randomUUID() }));
    const logs = new Map<string, Map<string, Uint8Array>>();
    for (const [party, list] of entries) logs.set(party, await this.log(party, list));
    const due = [
      ['zhejiang', before],
      ['coordinator', 1],
      ...answering.map((one) => [one, before + (one === 'zhejiang' ? 1 : 0)] as const),
      ...(change.decided ?? []).map((_decision, place) => ['zhejiang', beforeDecisions + place] as const),
    ] as const;
    const receipts = await Promise.all(
      due.map(([party, index]) =>
        this.receipt(required(logs.get(party)), index, required(entries.get(party))),
      ),
    );
    const evidence = {
      directory: await this.signedDirectory(),
      question: questionJws,
      answers,
      result: resultJws,
      receipts,
    };
    const bundle = await assembleBundle(nodeLogCrypto, this.directory, question, evidence);
    return { bundle, file: Buffer.from(formatBundle(bundle)), question, entries, logs, result };
  }
}

/** A log's files in memory. */
export function filesOf(files: ReadonlyMap<string, Uint8Array>): LogFiles {
  return {
    read: (path) => Promise.resolve(files.get(path) ?? null),
    list: () => Promise.resolve([...files.keys()]),
  };
}

export function rootOf(entries: readonly Uint8Array[]): Uint8Array {
  const tree = Frontier.empty(hasher);
  for (const entry of entries) tree.append(hasher.leaf(entry));
  return tree.root();
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the test needs it');
  return value;
}
