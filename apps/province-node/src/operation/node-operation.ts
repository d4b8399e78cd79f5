import { X509Certificate } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import type { BatchStore } from '#libs/registry';

/** Batches that are looked at; `BatchStore.running` gives no more. */
const MOST_BATCHES = 100;

/** What an operator looks after at the machine. */
export interface Operation {
  /** Of Node.js, "v22.22.0". */
  readonly runtime: string;
  readonly startedAt: string;
  /** When this node's certificate ends. */
  readonly certificateEnds: string;
  /** What waits to be checked: at most 100 batches are counted. */
  readonly queue: { readonly batches: number; readonly pictures: number };
  /** Bytes of the file system that holds the node's data; null where it tells nothing. */
  readonly disk: { readonly free: number; readonly total: number } | null;
  /** Bytes of memory that the process holds. */
  readonly memory: number;
}

export interface NodeOperationDeps {
  readonly dataDir: string;
  /** PEM. */
  readonly certificate: string | Buffer;
  readonly batches: Pick<BatchStore, 'running'>;
  readonly startedAt: Date;
}

/** Looks at the process, its disk and its queue. */
export class NodeOperation {
  private readonly certificateEnds: string;

  constructor(private readonly deps: NodeOperationDeps) {
    this.certificateEnds = new Date(new X509Certificate(deps.certificate).validTo).toISOString();
  }

  async look(): Promise<Operation> {
    const { dataDir, batches, startedAt } = this.deps;
    const [running, disk] = await Promise.all([batches.running(MOST_BATCHES), diskOf(dataDir)]);
    return {
      runtime: process.version,
      startedAt: startedAt.toISOString(),
      certificateEnds: this.certificateEnds,
      queue: {
        batches: running.length,
        pictures: running.reduce((sum, { count, finished }) => sum + count - finished, 0),
      },
      disk,
      memory: process.memoryUsage.rss(),
    };
  }
}

async function diskOf(folder: string): Promise<Operation['disk']> {
  try {
    const { bsize, bavail, blocks } = await statfs(folder);
    return { free: bsize * bavail, total: bsize * blocks };
  } catch {
    return null;
  }
}
