import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { projectRoot } from '../../home/project-root.js';
import type { SearchPeer } from './search-peer.js';

/** Reads (count, dimension), the vectors, then (k, query) again and again; writes k 64-bit ids for each. */
const SERVER = `
import struct, sys, numpy, faiss
read, write = sys.stdin.buffer.read, sys.stdout.buffer
count, dimension = struct.unpack('<II', read(8))
index = faiss.IndexFlatIP(dimension)
for start in range(0, count, 10000):
    rows = min(10000, count - start)
    index.add(numpy.frombuffer(read(rows * dimension * 4), '<f4').reshape(rows, dimension))
write.write(struct.pack('<q', index.ntotal)); write.flush()
while True:
    head = read(4)
    if len(head) < 4: break
    k, = struct.unpack('<I', head)
    query = numpy.frombuffer(read(dimension * 4), '<f4').reshape(1, dimension)
    write.write(index.search(query, k)[1].astype('<i8').tobytes()); write.flush()
`;

/** faiss IndexFlatIP in a Python process; the way there and back over pipes (about 0.1 ms) is in its time. */
export class Faiss implements SearchPeer {
  readonly name = 'faiss_flat_ip';
  readonly approximate = false;
  readonly mostVectors = Infinity;
  private process: ChildProcessByStdio<Writable, Readable, null> | undefined;

  async available(): Promise<string> {
    return python() === undefined
      ? 'no Python with the package faiss; "node tools/install-milvus-lite.mjs" makes one'
      : '';
  }

  async load(vectors: Float32Array, dimension: number): Promise<void> {
    const child = spawn(python() ?? 'python3', ['-c', SERVER], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.process = child;
    child.stdin.write(Buffer.from(Uint32Array.of(vectors.length / dimension, dimension).buffer));
    child.stdin.write(bytesOf(vectors));
    const [held] = await this.read(1);
    if (held !== vectors.length / dimension) throw new Error(`faiss holds ${held} vectors`);
  }

  async search(query: Float32Array, k: number): Promise<readonly number[]> {
    if (!this.process) throw new Error('faiss is not loaded');
    this.process.stdin.write(Buffer.from(Uint32Array.of(k).buffer));
    this.process.stdin.write(bytesOf(query));
    return this.read(k);
  }

  async close(): Promise<void> {
    this.process?.stdin.end();
    this.process = undefined;
  }

  /** The next `count` ids. */
  private read(count: number): Promise<number[]> {
    const child = this.process;
    if (!child) return Promise.reject(new Error('faiss is not loaded'));
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const take = (chunk: Buffer): void => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes < count * 8) return;
        child.stdout.off('data', take);
        child.off('exit', ended);
        const all = Buffer.concat(chunks);
        resolve(Array.from({ length: count }, (_, at) => Number(all.readBigInt64LE(at * 8))));
      };
      const ended = (): void => reject(new Error('the faiss process ended'));
      child.stdout.on('data', take);
      child.once('exit', ended);
    });
  }
}

/** The Python that has faiss: the project's own environment, or the machine's. */
function python(): string | undefined {
  const own = join(projectRoot(), '.venv', 'bin', 'python');
  return [...(existsSync(own) ? [own] : []), 'python3'].find(
    (command) => spawnSync(command, ['-c', 'import faiss, numpy'], { timeout: 60_000 }).status === 0,
  );
}

function bytesOf(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
