import { type Outcome } from '#libs/registry';
import { type Lie } from './impostor.js';
import { type Toxic } from './tcp-proxy.js';

/** When a fault meets a check: as its connection is made, after the question has passed and before the answer comes, or as the fault ends. */
export const PHASES = ['connect', 'middle', 'heal'] as const;

export type Phase = (typeof PHASES)[number];

/** How a fault is made. */
export type Making =
  /** By the network. */
  | { readonly by: 'network'; readonly toxic: Toxic }
  /** By somebody who listens in the node's place. */
  | { readonly by: 'silent peer' | 'bad certificate' }
  /** By somebody who passes on what the node says, and then lies; each lie in turn. */
  | { readonly by: 'impostor'; readonly lies: readonly Lie[] }
  /** By another province's own node at this address. */
  | { readonly by: 'neighbour' };

/** One fault of the matrix. */
export interface Fault {
  readonly name: string;
  /** For the report: what exactly happens. */
  readonly what: string;
  readonly making: Making;
  /** What the province's row may say of a check that meets it. */
  readonly outcomes: readonly Outcome[];
  /** Phases in which it is made otherwise. */
  readonly instead?: Partial<
    Record<Phase, { readonly making: Making; readonly outcomes: readonly Outcome[] }>
  >;
  /** Phases that cannot exist, and why. */
  readonly cannot?: Partial<Record<Phase, string>>;
  /** Whether the member does not even answer probes, so that its breaker opens. */
  readonly silences: boolean;
  /** Whether connections that are made while it lasts are good. */
  readonly sparesNewConnections?: boolean;
}

const network = (toxic: Toxic): Making => ({ by: 'network', toxic });
const HANDSHAKE_ONLY =
  'it is a property of a connection’s handshake: a connection that is in use has passed it, and one that must be made anew is the cell "connect"';

/** The fifteen faults. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'latency',
    what: 'each piece of data 120 ms late, each way',
    making: network({ kind: 'latency', ms: 120, jitterMs: 0 }),
    outcomes: ['ANSWERED'],
    silences: false,
  },
  {
    name: 'jitter',
    what: 'each piece of data 10 to 160 ms late by chance, each way',
    making: network({ kind: 'latency', ms: 10, jitterMs: 150 }),
    outcomes: ['ANSWERED'],
    silences: false,
  },
  {
    name: 'cut',
    what: 'connections end, new ones are refused',
    making: network({ kind: 'cut' }),
    outcomes: ['UNREACHABLE'],
    silences: true,
  },
  {
    name: 'bandwidth',
    what: '500 bytes a second, each way',
    making: network({ kind: 'bandwidth', bytesPerSecond: 500 }),
    outcomes: ['TIMEOUT'],
    silences: false,
  },
  {
    name: 'slow close',
    what: 'the node’s end of its connections closes, and the other end is told so ten seconds later',
    making: network({ kind: 'slow-close', ms: 10_000 }),
    outcomes: ['TIMEOUT'],
    silences: false,
    sparesNewConnections: true,
  },
  {
    name: 'timeout',
    what: 'connections are taken and kept, nothing passes',
    making: network({ kind: 'black-hole' }),
    outcomes: ['TIMEOUT'],
    silences: true,
  },
  {
    name: 'reset',
    what: 'RST to all connections and to new ones',
    making: network({ kind: 'reset' }),
    outcomes: ['UNREACHABLE'],
    silences: true,
  },
  {
    name: 'slicing',
    what: 'pieces of 256 bytes, a millisecond after each, each way',
    making: network({ kind: 'slicing', bytes: 256, ms: 1 }),
    outcomes: ['ANSWERED'],
    silences: false,
  },
  {
    name: 'truncation',
    what: 'a connection ends after 300 bytes more from the node',
    making: network({ kind: 'truncation', bytes: 300 }),
    outcomes: ['UNREACHABLE'],
    silences: true,
  },
  {
    name: 'no SETTINGS',
    what: 'TLS with the node’s certificate, and then silence: no HTTP/2 SETTINGS',
    making: { by: 'silent peer' },
    outcomes: ['TIMEOUT'],
    cannot: { middle: HANDSHAKE_ONLY },
    silences: true,
  },
  {
    name: 'bad certificate',
    what: 'of another authority, expired, or of another province, in turn',
    making: { by: 'bad certificate' },
    outcomes: ['UNREACHABLE'],
    cannot: { middle: HANDSHAKE_ONLY },
    silences: true,
  },
  {
    name: 'forged or replayed answer',
    what: 'the node’s certificate; the answer’s hits taken out under its old signature, or an earlier answer, in turn',
    making: { by: 'impostor', lies: ['forged', 'replayed'] },
    outcomes: ['BAD_SIGNATURE'],
    silences: false,
  },
  {
    name: 'stale index',
    what: 'an answer, signed by the node’s own key, of an index one change behind its registry',
    making: { by: 'impostor', lies: ['stale'] },
    outcomes: ['STALE_INDEX'],
    silences: false,
  },
  {
    name: 'answer for another',
    what: 'another province answers in its place: by its own node at the address, else by the node’s certificate and its own signature',
    making: { by: 'impostor', lies: ['of another'] },
    outcomes: ['BAD_SIGNATURE'],
    instead: { connect: { making: { by: 'neighbour' }, outcomes: ['UNREACHABLE'] } },
    silences: false,
  },
  {
    name: 'wrong model',
    what: 'an answer, signed by the node’s own key, of another model',
    making: { by: 'impostor', lies: ['of another model'] },
    outcomes: ['VERSION_MISMATCH'],
    silences: false,
  },
];

/** One cell of the matrix. */
export interface Cell {
  readonly fault: Fault;
  readonly province: string;
  readonly phase: Phase;
}

/** How the fault is made in this cell, and what its province's row may then say. */
export function madeIn({ fault, phase }: Cell): {
  readonly making: Making;
  readonly outcomes: readonly Outcome[];
} {
  return fault.instead?.[phase] ?? fault;
}

/** All cells, in the order of faults, phases and provinces. */
export function cellsOf(provinces: readonly string[]): Cell[] {
  return FAULTS.flatMap((fault) =>
    PHASES.flatMap((phase) => provinces.map((province) => ({ fault, phase, province }))),
  );
}

/** Why the cell cannot exist; undefined if it can. */
export function impossible({ fault, phase }: Cell): string | undefined {
  return fault.cannot?.[phase];
}
