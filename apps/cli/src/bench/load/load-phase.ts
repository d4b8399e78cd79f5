import { errorCodeOf } from './outcome-code.js';
import { arrive } from './arrivals.js';
import { type ProvinceUnderLoad } from './province-under-load.js';
import { ANSWERED, timesByCode, timesOf, type Sample, type SampleTimes } from './samples.js';

/** Checks under way at once from this one process; what arrives beyond it counts as unsent. */
const MOST_OPEN = 2_000;
/** Checks to one batch. */
const CHECKS_A_BATCH = 40;
/** Checks to one page imported. */
const CHECKS_A_PAGE = 100;

/** What one phase is to be. */
export interface PhasePlan {
  /** Checks a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Whether batches and imports run beside the checks. */
  readonly mix: boolean;
}

/** What one phase came to. */
export interface Phase extends PhasePlan {
  readonly arrived: number;
  readonly unsent: number;
  /** Checks that all members answered in full, a second. */
  readonly answered_per_second: number;
  /** Of those. */
  readonly answered: SampleTimes;
  /** Of all others that were begun: how soon one is told so. */
  readonly refused: SampleTimes;
  readonly by_code: Readonly<Record<string, SampleTimes>>;
  /** Checks that were CLEAR although a member had not answered over all its patterns; 0, or the federation lies. */
  readonly false_clears: number;
}

/**
 * Offers the provinces checks in turn at a rate, and with `mix` a batch of 16 for every 40 checks and a page of 64 imported rows for every
 * 100, each arriving on its own.
 * @param random draws from [0, 1)
 */
export async function runPhase(
  provinces: readonly ProvinceUnderLoad[],
  plan: PhasePlan,
  random: () => number,
): Promise<Phase> {
  const { rate, seconds, mix } = plan;
  const samples: Sample[] = [];
  let falseClears = 0;
  const timed =
    (kind: Sample['kind'], work: (province: ProvinceUnderLoad) => Promise<string>) =>
    async (arrivedAt: number, place: number): Promise<void> => {
      const province = provinces[place % provinces.length];
      if (!province) return;
      const code = await work(province).catch(errorCodeOf);
      samples.push({ kind, code, ms: performance.now() - arrivedAt });
    };
  const check = timed('check', async (province) => {
    const { code, falseClear } = await province.check();
    if (falseClear) falseClears += 1;
    return code;
  });
  const at = (share: number) => ({ rate: rate / share, seconds, most: MOST_OPEN, random });
  const [{ arrived, unsent }] = await Promise.all([
    arrive(at(1), check),
    ...(mix
      ? [
          arrive(
            at(CHECKS_A_BATCH),
            timed('batch', (province) => province.batch()),
          ),
          arrive(
            at(CHECKS_A_PAGE),
            timed('import', (province) => province.importPage()),
          ),
        ]
      : []),
  ]);
  const checks = samples.filter(({ kind }) => kind === 'check');
  const timesWhere = (answered: boolean) =>
    timesOf(checks.filter(({ code }) => (code === ANSWERED) === answered).map(({ ms }) => ms));
  const answered = timesWhere(true);
  return {
    ...plan,
    arrived,
    unsent,
    answered_per_second: Number((answered.count / seconds).toFixed(1)),
    answered,
    refused: timesWhere(false),
    by_code: timesByCode(samples),
    false_clears: falseClears,
  };
}
