import type { Registry } from 'prom-client';
import { watch, type Reading } from './gauges.js';

const LOG_PHASES = ['signing', 'failing', 'damaged', 'stopped'];
const WITNESSING_PHASES = ['witnessed', 'waiting', 'unwitnessed'];

/** What every party of the federation is watched for: its log, that log's witnesses, its certificate. */
export interface WatchedParty {
  readonly log: { readonly state: { readonly size: number; readonly phase: string } };
  readonly cosigning: {
    readonly state: {
      readonly phase: string;
      readonly witnessedSize: number;
      readonly quorum: number;
      readonly witnesses: readonly {
        readonly name: string;
        readonly size: number;
        readonly problem: string | null;
      }[];
    };
  };
  /** When its TLS certificate ends. */
  readonly certificateEnds: Date;
  /** The list of what is revoked; undefined where none is configured. */
  readonly revocations: { readonly ageSeconds: number } | undefined;
}

/** Gauges of what an operator has to know before it is too late, for a node and the coordinator alike. */
export function watchParty(
  registry: Registry,
  { log, cosigning, certificateEnds, revocations }: WatchedParty,
): void {
  watch(
    registry,
    {
      name: 'weft_log_entries',
      help: 'Entries under the newest checkpoint: signed, and cosigned by a quorum',
      labels: ['under'],
    },
    () => [
      { labels: { under: 'signature' }, value: log.state.size },
      { labels: { under: 'quorum' }, value: cosigning.state.witnessedSize },
    ],
  );
  watch(
    registry,
    {
      name: 'weft_log_phase',
      help: 'Whether the log is signed, 1 for the phase it is in',
      labels: ['phase'],
    },
    () => oneOf(LOG_PHASES, log.state.phase),
  );
  watch(
    registry,
    {
      name: 'weft_log_witnessing',
      help: "Whether the log's newest checkpoint has its quorum, 1 for the phase",
      labels: ['phase'],
    },
    () => oneOf(WITNESSING_PHASES, cosigning.state.phase),
  );
  watch(
    registry,
    {
      name: 'weft_log_witness_answers',
      help: 'Whether this witness cosigned when it was asked last',
      labels: ['witness'],
    },
    () =>
      cosigning.state.witnesses.map(({ name, problem }) => ({
        labels: { witness: name },
        value: problem === null ? 1 : 0,
      })),
  );
  watch(
    registry,
    { name: 'weft_certificate_ends_timestamp_seconds', help: "When this process' TLS certificate ends" },
    () => [{ value: certificateEnds.getTime() / 1_000 }],
  );
  watch(
    registry,
    {
      name: 'weft_revocations_age_seconds',
      help: 'Since the revocation list was issued; over 3600 nobody is asked or answered',
    },
    () => (revocations ? [{ value: revocations.ageSeconds }] : []),
  );
}

function oneOf(phases: readonly string[], current: string): Reading[] {
  return phases.map((phase) => ({ labels: { phase }, value: phase === current ? 1 : 0 }));
}
