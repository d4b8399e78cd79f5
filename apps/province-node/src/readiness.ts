import type { CosigningState, SequencerState } from '#libs/federation-log';
import type { RevocationState } from '#libs/identity';
import type { CurrentIndex, RegistryReader, ServedVersion } from '#libs/registry';
import type { RefingerprintProgress } from './refingerprinting/refingerprint-runner.js';

const LOOK_MS = 2_000;

/** What an operator is told of the versions. */
export interface VersionsProgress {
  /** As far as the index has come, the program's own first. */
  readonly served: readonly ServedVersion[];
  /** The work on the program's own. */
  readonly refingerprinting: RefingerprintProgress;
}

/** Why a node cannot serve, if it cannot, and what an operator is told besides. */
export interface NodeState {
  /** Empty if it can. */
  readonly reasons: readonly string[];
  readonly versions?: VersionsProgress;
  readonly log?: SequencerState & { readonly witnesses: CosigningState['phase'] };
  /** Absent where no list is configured. */
  readonly revocations?: RevocationState;
}

/** Whether the node can serve now. */
export class Readiness {
  private phase: 'starting' | 'serving' | 'stopping' = 'starting';

  constructor(
    private readonly registry: Pick<RegistryReader, 'head'>,
    private readonly indexes: readonly Pick<CurrentIndex, 'modelDigest' | 'size'>[],
    private readonly refingerprinting: { readonly progress: RefingerprintProgress },
    private readonly log: { readonly state: SequencerState },
    private readonly cosigning: { readonly state: Pick<CosigningState, 'phase'> },
    private readonly revocations?: { readonly state: RevocationState },
  ) {}

  /** The index is filled and the servers listen. */
  serving(): void {
    this.phase = 'serving';
  }

  /** No new work is taken from here on. */
  stopping(): void {
    this.phase = 'stopping';
  }

  /** Why the node cannot serve; empty if it can, and then how far its versions are. Takes 2 s at most. */
  async look(): Promise<NodeState> {
    if (this.phase !== 'serving') return { reasons: [`the node is ${this.phase}`] };
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<{ reasons: string[] }>((resolve) => {
      const reasons = [`the database does not answer within ${LOOK_MS} ms`];
      timer = setTimeout(() => resolve({ reasons }), LOOK_MS);
    });
    const look = this.registry.head().then(
      ({ searchable }) => ({
        reasons: this.log.state.phase === 'damaged' ? ['the log is not what was signed'] : [],
        versions: this.versions(searchable),
        log: { ...this.log.state, witnesses: this.cosigning.state.phase },
        ...(this.revocations ? { revocations: this.revocations.state } : {}),
      }),
      () => ({ reasons: ['the database cannot be reached'] }),
    );
    return Promise.race([look, silence]).finally(() => clearTimeout(timer));
  }

  private versions(declared: number): VersionsProgress {
    return {
      served: this.indexes.map(({ modelDigest, size }) => ({ modelDigest, searched: size, declared })),
      refingerprinting: this.refingerprinting.progress,
    };
  }
}
