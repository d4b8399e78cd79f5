import { openPolicy, parseBundle, verifyBundle } from '#libs/audit';
import {
  canonicalJson,
  openCheckpoint,
  parseAddCheckpoint,
  parseReceipt,
  parseVerifierKey,
  readEntryBundle,
  readTilePath,
  splitEntryBundle,
  tilePath,
  verifyReceipt,
  createTreeHasher,
  formatAddCheckpoint,
  openWitnessed,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { AuditedFederation } from '../../audit/federation.js';
import { mutateBytes, mutateJson, mutateText } from '../mutate.js';
import { type Random } from '../random.js';
import { BrokenPromise, type OpenTarget } from '../target.js';

const hasher = createTreeHasher(nodeLogCrypto.sha256);

/** The bytes of a JSON document: a node of it changed and written canonically, or its bytes changed. */
function jsonInput(random: Random, document: unknown, ending: string): Uint8Array {
  const file = Buffer.from(`${JSON.stringify(document)}${ending}`);
  if (random.oneIn(4)) return mutateBytes(random, file, file);
  const changed = mutateJson(random, document);
  try {
    return Buffer.from(`${canonicalJson(changed)}${ending}`);
  } catch {
    return Buffer.from(`${JSON.stringify(changed) ?? ''}${ending}`);
  }
}

/** Evidence bundles: whatever the file is, the auditor gives findings and never fails. */
export const bundle: OpenTarget = async () => {
  const federation = await AuditedFederation.create();
  const check = await federation.check();
  const document: unknown = JSON.parse(check.file.toString());
  return {
    name: 'bundle',
    declared: [],
    limitMs: 3_000,
    input: (random) => Promise.resolve(jsonInput(random, document, '\n')),
    async read(input) {
      const { findings, proven } = await verifyBundle(nodeLogCrypto, federation.policy, input);
      if (typeof parseBundle(input) === 'string' && findings.length === 0)
        throw new BrokenPromise('what is no bundle has no finding');
      if (proven !== null && findings.length > 0) throw new BrokenPromise('proven in spite of findings');
    },
  };
};

/** The auditor's policy file. */
export const policy: OpenTarget = async () => {
  const { policyFile } = await AuditedFederation.create();
  return {
    name: 'policy',
    declared: ['AuditError', 'SyntaxError'],
    limitMs: 1_000,
    input: (random) => Promise.resolve(jsonInput(random, policyFile, '')),
    async read(input) {
      const { logs } = openPolicy(nodeLogCrypto, JSON.parse(Buffer.from(input).toString()));
      for (const { quorum, witnesses } of logs.values())
        if (quorum > witnesses.length) throw new BrokenPromise('a quorum that the witnesses cannot reach');
    },
  };
};

/** Checkpoints and other signed notes, with the log's and the witnesses' true keys known. */
export const note: OpenTarget = async () => {
  const federation = await AuditedFederation.create();
  const trust = federation.policy.logs.get('weft/zhejiang');
  if (!trust) throw new Error('the policy has no such log');
  const roots = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const notes = await Promise.all(
    roots.map((root, size) => federation.checkpoint('zhejiang', 20 + size, root, ['shandong', 'jiangsu'])),
  );
  const known = new Set(notes.map((text) => text.slice(0, text.lastIndexOf('\n\n'))));
  return {
    name: 'checkpoint',
    declared: ['FederationLogError'],
    limitMs: 1_000,
    input: (random) => {
      const text = random.of(notes);
      const other = Buffer.from(random.of(notes));
      return Promise.resolve(
        random.oneIn(2)
          ? Buffer.from(mutateText(random, text))
          : mutateBytes(random, Buffer.from(text), other),
      );
    },
    async read(input) {
      const text = Buffer.from(input).toString();
      openWitnessed(text, trust);
      if (!known.has(text.slice(0, text.lastIndexOf('\n\n'))))
        throw new BrokenPromise('a checkpoint that nobody signed is opened');
      openCheckpoint(text, 'weft/zhejiang', trust.logKeys);
    },
  };
};

/** Receipts, witness requests, verifier keys, tile paths and bundles of entries: what logs and witnesses send each other. */
export const logFiles: OpenTarget = async () => {
  const federation = await AuditedFederation.create();
  const check = await federation.check();
  const trust = federation.policy.logs.get('weft/zhejiang');
  const entries = check.entries.get('zhejiang');
  const files = check.logs.get('zhejiang');
  if (!trust || !entries?.[0] || !files) throw new Error('the check has no log');
  const leaf = hasher.leaf(entries[0]);
  const receipt = await federation.receipt(files, 0, entries);
  const checkpoint = Buffer.from(files.get('checkpoint') ?? []).toString();
  const request = formatAddCheckpoint({
    oldSize: 3,
    proof: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)],
    note: checkpoint,
  });
  const vkey = federation.policyFile.logs[0]?.keys[0]?.vkey ?? '';
  const entryTile = [...files].find(([path]) => path.startsWith('tile/entries'))?.[1] ?? new Uint8Array();
  const readers: [string, Uint8Array, (input: Uint8Array) => void][] = [
    [
      'receipt',
      Buffer.from(receipt),
      (input) => void verifyReceipt(hasher, parseReceipt(Buffer.from(input).toString()), leaf, trust),
    ],
    [
      'add-checkpoint',
      Buffer.from(request),
      (input) => void parseAddCheckpoint(Buffer.from(input).toString()),
    ],
    [
      'vkey',
      Buffer.from(vkey),
      (input) => void parseVerifierKey(nodeLogCrypto.sha256, Buffer.from(input).toString()),
    ],
    ['path', Buffer.from('tile/1/x001/x234/067.p/8'), readPath],
    ['entries', entryTile, readEntries],
  ];
  return {
    name: 'log-files',
    declared: ['FederationLogError'],
    limitMs: 1_000,
    input(random) {
      const place = random.below(readers.length);
      const [, seed] = random.of([readers[place] ?? random.of(readers)]);
      const changed = random.oneIn(2)
        ? Buffer.from(mutateText(random, Buffer.from(seed).toString('latin1')), 'latin1')
        : mutateBytes(random, seed, seed);
      return Promise.resolve(Buffer.concat([Buffer.of(place), changed]));
    },
    async read(input) {
      const [, , reader] = readers[(input[0] ?? 0) % readers.length] ?? [];
      reader?.(input.subarray(1));
    },
  };
};

function readPath(input: Uint8Array): void {
  const path = Buffer.from(input).toString();
  const tile = readTilePath(path);
  if (tile !== null && tilePath(tile) !== path) throw new BrokenPromise('one tile has two paths');
}

function readEntries(input: Uint8Array): void {
  const total = splitEntryBundle(input).reduce((sum, entry) => sum + entry.length + 2, 0);
  if (total !== input.length) throw new BrokenPromise('bytes of a bundle are in no entry');
  readEntryBundle(input, { level: 'entries', index: 0, width: 2 } as never);
}
