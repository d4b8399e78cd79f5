import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { type Random, seeded } from './seeded.js';

/** What a network does to connections; the list is that of Shopify's toxiproxy. Times in milliseconds. */
export type Toxic =
  /** Every piece comes late, each way; `jitterMs` is the most that is added by chance. */
  | { readonly kind: 'latency'; readonly ms: number; readonly jitterMs: number }
  /** Connections end, and new ones are refused. */
  | { readonly kind: 'cut' }
  /** Each way. */
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  /** The far side's connections end, and the near side is told so late. */
  | { readonly kind: 'slow-close'; readonly ms: number }
  /** Connections are taken and nothing passes; what was held passes when the fault ends, as by retransmission. */
  | { readonly kind: 'black-hole' }
  /** RST to connections and to new ones. */
  | { readonly kind: 'reset' }
  /** Pieces of so many bytes, with a pause after each. */
  | { readonly kind: 'slicing'; readonly bytes: number; readonly ms: number }
  /** A connection ends after so many bytes more of what the far side sends. */
  | { readonly kind: 'truncation'; readonly bytes: number };

/** Where connections are passed on to, on this machine. */
export type Target = number;

/** One connection through the proxy. */
interface Link {
  readonly near: Socket;
  readonly far: Socket;
  /** Bytes that the near side sent since somebody waited for that. */
  sent: number;
  /** Bytes that the far side may still send under "truncation". */
  left: number;
}

/** A piece of data on its way, as it came. */
interface Piece {
  readonly bytes: Buffer;
  readonly at: number;
  readonly delay: number;
}

const HOST = '127.0.0.1';
/** Bytes that one direction holds before it reads no more. */
const MOST_HELD = 1_048_576;
const BANDWIDTH_STEP_MS = 20;

/** A TCP proxy on loopback with at most one fault at a time. */
export class TcpProxy {
  readonly #links = new Set<Link>();
  readonly #random: Random;
  #server: Server | undefined;
  #port = 0;
  #toxic: Toxic | null = null;
  readonly #asleep = new Set<() => void>();
  #onSent: { readonly bytes: number; readonly act: () => void } | null = null;

  private constructor(
    private target: Target,
    seed: number,
  ) {
    this.#random = seeded(seed);
  }

  /** Listens on this port (0 for a free one) and passes on to the target. */
  static async start(target: Target, port = 0, seed = 1): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, seed);
    await proxy.#listen(port);
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Puts a fault in force for connections that are there and those that come. */
  async suffer(toxic: Toxic): Promise<void> {
    this.#change(toxic);
    if (toxic.kind === 'cut') {
      const closed = this.#server && once(this.#server, 'close');
      this.#server?.close();
      this.dropAll();
      await closed;
    }
    for (const link of this.#links) {
      if (toxic.kind === 'reset') link.near.resetAndDestroy();
      if (toxic.kind === 'slow-close') link.far.destroy();
      if (toxic.kind === 'truncation') link.left = toxic.bytes;
    }
  }

  /** Ends the fault. */
  async heal(): Promise<void> {
    this.#change(null);
    this.#onSent = null;
    if (!this.#server?.listening) await this.#listen(this.#port);
  }

  /** Passes new connections on to another target; those that are there end. */
  retarget(target: Target): void {
    this.target = target;
    this.dropAll();
  }

  /** Ends all connections, as their ends do. */
  dropAll(): void {
    for (const { near, far } of this.#links) {
      near.destroy();
      far.destroy();
    }
  }

  /** Acts once when a connection has passed so many bytes on to the far side from now on, before anything of it comes back. */
  onceSent(bytes: number, act: () => void): void {
    for (const link of this.#links) link.sent = 0;
    this.#onSent = { bytes, act };
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#change(null);
    if (!server?.listening) return;
    server.close();
    this.dropAll();
    await once(server, 'close');
  }

  async #listen(port: number): Promise<void> {
    const server = createServer({ noDelay: true }, (near) => this.#accept(near));
    this.#server = server;
    await once(server.listen(port, HOST), 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  #accept(near: Socket): void {
    if (this.#toxic?.kind === 'reset') {
      near.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const far = connect({ port: this.target, host: HOST, noDelay: true });
    const left = this.#toxic?.kind === 'truncation' ? this.#toxic.bytes : Infinity;
    const link: Link = { near, far, sent: 0, left };
    this.#links.add(link);
    near.once('close', () => {
      this.#links.delete(link);
      far.destroy();
    });
    // An end by error is an end: "close" follows.
    near.on('error', () => undefined);
    far.on('error', () => undefined);
    far.once('close', () => void this.#endNear(near));
    this.#pump(link, near, far);
    this.#pump(link, far, near);
  }

  async #endNear(near: Socket): Promise<void> {
    if (this.#toxic?.kind === 'slow-close') await this.#pause(this.#toxic.ms);
    if (near.writable) near.end();
    near.destroySoon();
  }

  /** Passes on what one side sends, piece after piece. */
  #pump(link: Link, from: Socket, to: Socket): void {
    const queue: Piece[] = [];
    let held = 0;
    let busy = false;
    const work = async (): Promise<void> => {
      busy = true;
      for (let piece = queue.shift(); piece; piece = queue.shift()) {
        await this.#pass(link, piece, from, to);
        held -= piece.bytes.length;
        if (held < MOST_HELD) from.resume();
      }
      busy = false;
    };
    from.on('data', (bytes: Buffer) => {
      queue.push({ bytes, at: performance.now(), delay: this.#delay() });
      held += bytes.length;
      if (held >= MOST_HELD) from.pause();
      if (!busy) void work();
    });
  }

  async #pass(link: Link, piece: Piece, from: Socket, to: Socket): Promise<void> {
    let rest = piece.bytes;
    while (rest.length > 0 && !to.destroyed) {
      const { take, wait } = this.#step(rest.length, piece, link, from === link.far);
      // A fault that began or ended meanwhile has its own step.
      if (wait > 0 && (await this.#pause(wait))) continue;
      if (to.destroyed) return;
      to.write(rest.subarray(0, take));
      rest = rest.subarray(take);
      if (from === link.near) this.#count(link, take);
      else if ((link.left -= take) <= 0) {
        link.near.end();
        link.far.destroy();
        return;
      }
    }
  }

  /** How much of so many bytes passes next, and after how long. */
  #step(length: number, { at, delay }: Piece, { left }: Link, back: boolean): { take: number; wait: number } {
    const toxic = this.#toxic;
    switch (toxic?.kind) {
      case 'latency':
        return { take: length, wait: at + delay - performance.now() };
      case 'bandwidth':
        return {
          take: Math.min(length, Math.ceil((toxic.bytesPerSecond * BANDWIDTH_STEP_MS) / 1_000)),
          wait: BANDWIDTH_STEP_MS,
        };
      case 'slicing':
        return { take: Math.min(length, toxic.bytes), wait: toxic.ms };
      case 'black-hole':
        return { take: 0, wait: Infinity };
      case 'truncation':
        return { take: back ? Math.min(length, left) : length, wait: 0 };
      default:
        return { take: length, wait: 0 };
    }
  }

  #delay(): number {
    if (this.#toxic?.kind !== 'latency') return 0;
    return this.#toxic.ms + this.#random() * this.#toxic.jitterMs;
  }

  #count(link: Link, bytes: number): void {
    link.sent += bytes;
    const waiting = this.#onSent;
    if (!waiting || link.sent < waiting.bytes) return;
    this.#onSent = null;
    waiting.act();
  }

  #change(toxic: Toxic | null): void {
    this.#toxic = toxic;
    for (const link of this.#links) link.left = Infinity;
    for (const wake of [...this.#asleep]) wake();
  }

  /** Whether a fault began or ended before the time was over. */
  #pause(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (changed: boolean): void => {
        clearTimeout(timer);
        this.#asleep.delete(wake);
        resolve(changed);
      };
      const wake = (): void => end(true);
      const timer = Number.isFinite(ms) ? setTimeout(() => end(false), ms) : undefined;
      this.#asleep.add(wake);
    });
  }
}
