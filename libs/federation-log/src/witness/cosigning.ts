import { FederationLogError } from '../errors.js';
import { readDecimal } from '../log/bytes.js';
import type { TreeHasher } from '../log/hashing.js';
import { formatSignatureLine, parseNote, parseSignatureLine, verifySignatures } from '../log/note.js';
import { proveConsistency } from '../log/proofs.js';
import { nodesFromTiles } from '../log/tile-tree.js';
import { formatAddCheckpoint } from '../log/witness.js';
import { tilesOf } from '../sequencer/integrate.js';
import type { LogStore, StoredCheckpoint } from '../sequencer/ports.js';
import type { Wait } from '../sequencer/sequencer.js';
import type { WitnessReply } from './add-checkpoint.js';
import type { TrustedLog } from './trusted-logs.js';

/** Longest time that a witness is waited for. */
const CALL_MS = 3_000;
/** Shortest time between two rounds: checkpoints of that time are cosigned as one. */
const BETWEEN_MS = 50;
/** Waits of one witness after it failed, the next twice as long each time. */
const RETRY_MS = { first: 250, most: 5_000 };
/** Time that a checkpoint may be without its quorum before operators are told. */
const TELL_MS = 5_000;
/** Checkpoints without their quorum of which the cosignatures are counted. */
const MOST_OPEN = 64;
/** Times that a witness may have moved on by other processes of this log before it is asked again later. */
const MOST_OVERTAKEN = 4;
/** Longest sleep while nothing is to be done. */
const LOOK_MS = 1_000;

/** One witness that is asked. */
export interface WitnessClient {
  /** Its key name. */
  readonly name: string;
  /** @throws Error if there was no answer by the deadline */
  addCheckpoint(body: string, deadline: Date): Promise<WitnessReply>;
}

/** Told of how a log's checkpoints are cosigned; must not throw. */
export interface CosigningReport {
  /** A checkpoint has been without its quorum for 5 seconds; said once until it has one. */
  unwitnessed(state: CosigningState): void;
  /** The quorum is there again. */
  witnessed(state: CosigningState): void;
  /** A witness will not cosign, or its cosignature does not verify; said once until it cosigns. */
  refused(witness: string, problem: string): void;
}

/** What is asked for cosignatures, and of whom. */
export interface CosigningDeps {
  readonly log: TrustedLog;
  readonly hasher: TreeHasher;
  readonly store: LogStore;
  readonly witnesses: readonly WitnessClient[];
  readonly report: CosigningReport;
  readonly wait: Wait;
  readonly now: () => Date;
}

/** What an operator is told of a log's witnesses. */
export interface CosigningState {
  /** "waiting" for up to 5 seconds after a checkpoint was signed. */
  readonly phase: 'witnessed' | 'waiting' | 'unwitnessed';
  readonly quorum: number;
  /** Entries under the newest checkpoint, and under the newest that has its quorum. */
  readonly size: number;
  readonly witnessedSize: number;
  readonly witnesses: readonly {
    readonly name: string;
    /** Entries under the newest checkpoint that it cosigned, as far as this process knows. */
    readonly size: number;
    /** Why it did not cosign when it was asked last; null if it did. */
    readonly problem: string | null;
  }[];
}

/** A witness, and where it stands. */
class Peer {
  size = 0;
  problem: string | null = null;
  busy = false;
  retryMs = RETRY_MS.first;
  nextAt = 0;

  constructor(readonly client: WitnessClient) {}
}

/**
 * Collects cosignatures on a log's newest checkpoint, round by round: in a round every witness that is free is asked for the same
 * checkpoint, until the quorum is there. Whoever is late or down is asked again by itself, later each time, and holds up nobody.
 */
export class Cosigning {
  private readonly ending = new AbortController();
  private readonly peers: readonly Peer[];
  private readonly listeners = new Set<() => void>();
  private readonly names = new Map<number, Set<string>>();
  private sleeping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private head: StoredCheckpoint | null = null;
  private proof: {
    readonly from: number;
    readonly to: number;
    readonly hashes: Promise<Uint8Array[]>;
  } | null = null;
  private cosigned: StoredCheckpoint | null = null;
  private lackingSince: number | null = null;
  private told = false;

  constructor(private readonly deps: CosigningDeps) {
    this.peers = deps.witnesses.map((client) => new Peer(client));
  }

  get state(): CosigningState {
    const { log } = this.deps;
    const size = this.head?.size ?? 0;
    const { witnessedSize } = this;
    const phase = size === witnessedSize ? 'witnessed' : this.told ? 'unwitnessed' : 'waiting';
    const witnesses = this.peers.map(({ client, size: theirs, problem }) => ({
      name: client.name,
      size: theirs,
      problem,
    }));
    return { phase, quorum: log.quorum, size, witnessedSize, witnesses };
  }

  /** The newest checkpoint that got its quorum while this process ran; null before the first. */
  get witnessed(): StoredCheckpoint | null {
    return this.cosigned;
  }

  private get witnessedSize(): number {
    return this.cosigned?.size ?? 0;
  }

  /** Tells when a checkpoint got its quorum. @returns what ends that */
  onWitnessed(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  start(): void {
    this.running = this.run();
  }

  /** A checkpoint was signed. */
  wake(head: StoredCheckpoint): void {
    if (this.head && head.size <= this.head.size) return;
    this.head = head;
    this.lackingSince ??= this.deps.now().getTime();
    this.sleeping.abort();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    this.sleeping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      if (this.head) await this.round(this.head);
      this.tellIfLacking();
      if (this.head && this.peers.some((peer) => this.mayAsk(peer, this.head))) {
        await this.deps.wait(BETWEEN_MS, this.ending.signal);
      } else {
        this.sleeping = new AbortController();
        if (!this.ending.signal.aborted) await this.deps.wait(this.sleepMs(), this.sleeping.signal);
      }
    }
  }

  /** Asks whoever is free; ends with the quorum, or when everybody asked has answered, at the latest after 3 seconds. */
  private async round(head: StoredCheckpoint): Promise<void> {
    const asked = this.peers.filter((peer) => this.mayAsk(peer, head)).map((peer) => this.ask(peer, head));
    if (asked.length === 0) return;
    const over = new AbortController();
    const done = this.onWitnessed(() => over.abort());
    const stop = () => over.abort();
    this.ending.signal.addEventListener('abort', stop, { once: true });
    void Promise.all(asked).then(stop);
    await this.deps.wait(CALL_MS, over.signal);
    this.ending.signal.removeEventListener('abort', stop);
    done();
  }

  private mayAsk(peer: Peer, head: StoredCheckpoint | null): boolean {
    return head !== null && !peer.busy && peer.size < head.size && peer.nextAt <= this.deps.now().getTime();
  }

  private async ask(peer: Peer, head: StoredCheckpoint): Promise<void> {
    peer.busy = true;
    try {
      peer.size = await this.cosignBy(peer, head);
      peer.problem = null;
      peer.retryMs = RETRY_MS.first;
      peer.nextAt = 0;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (error instanceof FederationLogError && peer.problem !== problem) {
        this.deps.report.refused(peer.client.name, problem);
      }
      peer.problem = problem;
      peer.nextAt = this.deps.now().getTime() + peer.retryMs;
      peer.retryMs = Math.min(RETRY_MS.most, peer.retryMs * 2);
    } finally {
      peer.busy = false;
      if (peer.size < (this.head?.size ?? 0)) this.sleeping.abort();
    }
  }

  /**
   * @returns entries under the newest checkpoint for which it needs not be asked
   * @throws FederationLogError if the witness refuses or signs badly; what its client or the store throws
   */
  private async cosignBy(peer: Peer, head: StoredCheckpoint): Promise<number> {
    const deadline = new Date(this.deps.now().getTime() + CALL_MS);
    for (let [oldSize, tries] = [peer.size, 1]; ; tries += 1) {
      const reply = await this.send(peer, head, oldSize, deadline);
      if (reply.status === 200) {
        await this.keep(peer, head, reply.body);
        return head.size;
      }
      const size = reply.status === 409 ? readDecimal(reply.body.replace(/\n$/, '')) : oldSize;
      if (size === null || size === oldSize || tries > MOST_OVERTAKEN) {
        throw new FederationLogError('PROOF_FAILS', `answered ${reply.status}: ${reasonOf(reply)}`);
      }
      if (size > head.size) {
        if (await this.isOurs(size)) return size - 1;
        throw new FederationLogError('PROOF_FAILS', `has cosigned ${size} entries`);
      }
      // It stands elsewhere than this process knew, as after a start, or where another process of this log cosigns beside it.
      peer.size = Math.min(size, head.size - 1);
      oldSize = size;
    }
  }

  /** Another process of this log had it cosign a later checkpoint, which this one takes up too. */
  private async isOurs(size: number): Promise<boolean> {
    const newest = await this.deps.store.newest();
    if (newest === null || newest.size < size) return false;
    this.wake(newest);
    return true;
  }

  private async send(
    { client }: Peer,
    head: StoredCheckpoint,
    oldSize: number,
    deadline: Date,
  ): Promise<WitnessReply> {
    const proof = await this.prove(oldSize, head.size);
    return client.addCheckpoint(formatAddCheckpoint({ oldSize, proof, note: head.note }), deadline);
  }

  /** Witnesses that keep up with the log are all sent the same proof. */
  private prove(from: number, to: number): Promise<Uint8Array[]> {
    if (this.proof?.from === from && this.proof.to === to) return this.proof.hashes;
    const { hasher, store } = this.deps;
    const hashes = proveConsistency(hasher, from, to, nodesFromTiles(hasher, to, tilesOf(store)));
    this.proof = { from, to, hashes };
    hashes.catch(() => (this.proof = null));
    return hashes;
  }

  /** Keeps what the witness signed, after it was verified. */
  private async keep({ client }: Peer, head: StoredCheckpoint, body: string): Promise<void> {
    const { log, store } = this.deps;
    const signatures = body.replace(/\n$/, '').split('\n').slice(0, 8).map(parseSignatureLine);
    const known = log.witnesses.filter(({ name }) => name === client.name);
    const [good] = verifySignatures({ text: parseNote(head.note).text, signatures }, known);
    if (good === undefined) {
      throw new FederationLogError('UNKNOWN_KEY', `signed by no key that the directory names for it`);
    }
    await store.cosign(head.size, client.name, formatSignatureLine(good.line));
    const names = this.names.get(head.size) ?? new Set<string>();
    this.names.set(head.size, names.add(client.name));
    const [oldest] = this.names.keys();
    if (this.names.size > MOST_OPEN && oldest !== undefined) this.names.delete(oldest);
    if (names.size >= log.quorum && head.size > this.witnessedSize) this.reached(head);
  }

  private reached(head: StoredCheckpoint): void {
    const { size } = head;
    this.cosigned = head;
    for (const known of this.names.keys()) if (known < size) this.names.delete(known);
    this.lackingSince = (this.head?.size ?? 0) > size ? this.deps.now().getTime() : null;
    const wasTold = this.told;
    this.told = false;
    if (wasTold) this.deps.report.witnessed(this.state);
    for (const listener of this.listeners) listener();
  }

  private tellIfLacking(): void {
    if (this.told || this.lackingSince === null) return;
    if (this.deps.now().getTime() - this.lackingSince < TELL_MS) return;
    this.told = true;
    this.deps.report.unwitnessed(this.state);
  }

  private sleepMs(): number {
    const now = this.deps.now().getTime();
    const waits = this.peers
      .filter(({ busy, size }) => !busy && size < (this.head?.size ?? 0))
      .map(({ nextAt }) => nextAt - now);
    return Math.max(1, Math.min(LOOK_MS, ...waits));
  }
}

function reasonOf({ body }: WitnessReply): string {
  return body.slice(0, 300).trim();
}
