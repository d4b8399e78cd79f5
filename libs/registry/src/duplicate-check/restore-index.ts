import type { RegistryReader } from '../registration/ports.js';
import type { KeptIndex } from '../similarity.js';
import type { CurrentIndex } from './current-index.js';

/** Looks at a registry that moves until index and registry are caught at the same change. */
const MAX_LOOKS = 20;

export interface RestoreDependencies {
  readonly registry: Pick<RegistryReader, 'head' | 'holdings'>;
  readonly index: KeptIndex;
  /** Over the same index. */
  readonly current: CurrentIndex;
  /** Fills the empty index from its file. @throws Error saying what is wrong with it */
  readonly read: () => Promise<void>;
}

/**
 * Fills an index: from its file if that is whole, and what it holds after catching up is what the registry holds; else from the
 * registry alone.
 * @returns why the file did not serve; null if it did
 */
export async function restoreIndex(deps: RestoreDependencies): Promise<string | null> {
  const problem = await whyNotRestored(deps);
  if (problem !== null) await deps.index.clear();
  await deps.current.state();
  return problem;
}

async function whyNotRestored({
  registry,
  index,
  current,
  read,
}: RestoreDependencies): Promise<string | null> {
  // The registry counts while the file is read.
  const early = registry.holdings(index.modelDigest);
  early.catch(() => undefined);
  try {
    await read();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { position } = await registry.head();
  if (index.position > position)
    return `it is of change ${index.position}, and the registry is at ${position}: the registry was set back`;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    await current.state();
    const [wanted, held] = await Promise.all([
      look === 0 ? early : registry.holdings(index.modelDigest),
      index.holdings(),
    ]);
    if (wanted.position !== index.position) continue;
    return held.count === wanted.count && held.digest === wanted.digest
      ? null
      : `it holds ${held.count} registrations (${held.digest}), the registry ${wanted.count} (${wanted.digest})`;
  }
  return `the registry moved through ${MAX_LOOKS} looks at it`;
}
