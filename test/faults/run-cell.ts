import { setTimeout as pause } from 'node:timers/promises';
import { type Outcome } from '#libs/registry';
import { BAD_CERTIFICATES, startBadlyCertified, startSilentPeer, type Peer } from './bad-peers.js';
import { BUDGET_MS, type FaultStand, type Place, type SeenCheck } from './fault-stand.js';
import { madeIn, type Cell, type Making } from './faults.js';

/** A question with its fingerprint is longer, all else that a party sends in the time of a check is shorter. */
const QUESTION_BYTES = 6_000;
/** In the cells "heal" of faults that let something through, the fault ends so long after a question, or some of it, has passed. */
const HEAL = { ms: 150, ofSlowQuestion: 600 };
/** Longest until a breaker has opened, counted from the end of the check that met the fault. */
export const OPEN_MS = 3_000;
/** A check that is asked so long after the fault's end must be clean: a breaker looks every two seconds. */
export const CLEAN_MS = 3_500;
/** How often a cell is tried whose fault met another's question: a node asks incomplete checks again by itself. */
const TRIES = 4;

/** What was seen in one cell. */
export interface SeenCell {
  readonly cell: Cell;
  /** In their order; the first met the fault in the cell's phase. */
  readonly during: readonly SeenCheck[];
  /** The first clean check after the fault's end, or the last one looked at. */
  readonly after: SeenCheck;
  /** Milliseconds from the fault's end until the first clean check was asked; null if none was. */
  readonly cleanMs: number | null;
  /** Whether the breaker was seen open; null where that is not waited for. */
  readonly opened: boolean | null;
}

/** A fault that is ready to be brought about. */
interface Made {
  begin(): Promise<void>;
  end(): Promise<void>;
}

export const outcomeIn = ({ report }: SeenCheck, province: string): Outcome | undefined =>
  report.coverage.find((row) => row.province === province)?.outcome;

/** Brings the fault about in the cell's phase, asks, ends it, and asks until a check is clean. */
export async function runCell(stand: FaultStand, cell: Cell): Promise<SeenCell> {
  const { province, fault, phase } = cell;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const made = await make(stand, cell, attempt);
    let opened: boolean | null = null;
    const during: SeenCheck[] = [];
    try {
      const first = await meet(stand, cell, made);
      if (first) {
        during.push(first);
        if (phase !== 'heal') during.push(await stand.check(province, 'new'));
        else if (fault.silences) opened = await untilOpen(stand, province, during);
      }
    } finally {
      await made.end();
    }
    const clean = await untilClean(stand, province);
    if (during.length > 0) return { cell, during, opened, ...clean };
  }
  throw new Error(`the fault met no question of ours in ${TRIES} attempts`);
}

/** The check that meets the fault; undefined if another's question met it first. */
async function meet(stand: FaultStand, cell: Cell, made: Made): Promise<SeenCheck | undefined> {
  const place = stand.place(cell.province);
  if (cell.phase === 'middle') return meetInTheMiddle(stand, place, madeIn(cell).making, made.begin);
  await made.begin();
  const seen =
    cell.phase === 'heal' && !cell.fault.silences
      ? await healInTheMiddle(stand, cell, made.end)
      : await stand.check(cell.province, 'planted');
  const outcome = outcomeIn(seen, cell.province);
  const missed =
    outcome === 'BREAKER_OPEN' || (outcome === 'ANSWERED' && madeIn(cell).making.by !== 'network');
  return missed ? undefined : seen;
}

async function make(stand: FaultStand, cell: Cell, turn: number): Promise<Made> {
  const { province, proxy, impostor, node } = stand.place(cell.province);
  const { making } = madeIn(cell);
  const behind = (port: number): Made => ({
    begin: async () => proxy.retarget(port),
    end: async () => {
      await proxy.heal();
      proxy.retarget(node);
    },
  });
  const peer = async (started: Promise<Peer>): Promise<Made> => {
    const { port, stop } = await started;
    const { begin, end } = behind(port);
    return {
      begin,
      async end() {
        await end();
        stop();
      },
    };
  };
  switch (making.by) {
    case 'network':
      return {
        async begin() {
          if (making.toxic.kind !== 'slow-close') proxy.dropAll();
          await proxy.suffer(making.toxic);
        },
        end: () => proxy.heal(),
      };
    case 'silent peer':
      return peer(startSilentPeer(stand.identity(stand.home.province(province))));
    case 'bad certificate': {
      const wrong = BAD_CERTIFICATES[(stand.provinces.indexOf(province) + turn) % BAD_CERTIFICATES.length];
      const neighbour = stand.neighbour(province);
      return peer(startBadlyCertified(stand.home, province, neighbour, wrong ?? 'expired'));
    }
    case 'neighbour':
      return behind(stand.place(stand.neighbour(province)).node);
    case 'impostor': {
      const { begin, end } = behind(impostor.port);
      return {
        async begin() {
          impostor.lies = making.lies;
          await begin();
        },
        async end() {
          impostor.lies = [];
          await end();
        },
      };
    }
  }
}

/** The fault sets in when our question has passed; undefined if it met another's. */
async function meetInTheMiddle(
  stand: FaultStand,
  { province, proxy, impostor }: Place,
  making: Making,
  begin: () => Promise<void>,
): Promise<SeenCheck | undefined> {
  if (making.by === 'impostor') {
    proxy.retarget(impostor.port);
    // It gives the node's answers as they are, over the connection over which it will lie.
    const honest = await stand.check(province, 'planted');
    if (!honest.report.complete) return undefined;
  }
  let at = NaN;
  proxy.onceSent(QUESTION_BYTES, () => {
    at = Date.now();
    if (making.by === 'impostor') impostor.lies = making.lies;
    else if (making.by === 'network') void proxy.suffer(making.toxic);
    else void begin();
  });
  const seen = await stand.check(province, 'planted');
  const { askedAt, finishedAt } = seen.report;
  return at >= Date.parse(askedAt) && at <= Date.parse(finishedAt) ? seen : undefined;
}

/** The fault ends while the check waits, if anything passes; else with the check. */
async function healInTheMiddle(stand: FaultStand, cell: Cell, end: () => Promise<void>): Promise<SeenCheck> {
  const bytes = cell.fault.name === 'bandwidth' ? HEAL.ofSlowQuestion : QUESTION_BYTES;
  stand.place(cell.province).proxy.onceSent(bytes, () => void pause(HEAL.ms).then(end));
  return stand.check(cell.province, 'planted');
}

/** Checks until one says BREAKER_OPEN; whether one did that was asked in time. */
async function untilOpen(stand: FaultStand, province: string, during: SeenCheck[]): Promise<boolean> {
  const from = Date.parse(during[0]?.report.finishedAt ?? '');
  for (;;) {
    const seen = await stand.check(province, 'new');
    during.push(seen);
    if (outcomeIn(seen, province) === 'BREAKER_OPEN') return true;
    if (Date.parse(seen.report.askedAt) > from + OPEN_MS) return false;
  }
}

/** Checks until one is complete; the last one asked is one that had to be. */
async function untilClean(stand: FaultStand, province: string): Promise<Pick<SeenCell, 'after' | 'cleanMs'>> {
  const from = Date.now();
  for (;;) {
    const after = await stand.check(province, 'planted');
    const cleanMs = Math.max(0, Date.parse(after.report.askedAt) - from);
    if (after.report.complete) return { after, cleanMs };
    if (cleanMs > CLEAN_MS + BUDGET_MS) return { after, cleanMs: null };
    await pause(100);
  }
}
