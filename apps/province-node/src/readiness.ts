import type { RegistryReader } from '#libs/registry';

const LOOK_MS = 2_000;

/** Whether the node can serve now. */
export class Readiness {
  private phase: 'starting' | 'serving' | 'stopping' = 'starting';

  constructor(private readonly registry: Pick<RegistryReader, 'head'>) {}

  /** The index is filled and the servers listen. */
  serving(): void {
    this.phase = 'serving';
  }

  /** No new work is taken from here on. */
  stopping(): void {
    this.phase = 'stopping';
  }

  /** Why the node cannot serve; empty if it can. Takes 2 s at most. */
  async reasons(): Promise<string[]> {
    if (this.phase !== 'serving') return [`the node is ${this.phase}`];
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<string[]>((resolve) => {
      timer = setTimeout(() => resolve([`the database does not answer within ${LOOK_MS} ms`]), LOOK_MS);
    });
    const look = this.registry.head().then(
      () => [],
      () => ['the database cannot be reached'],
    );
    return Promise.race([look, silence]).finally(() => clearTimeout(timer));
  }
}
