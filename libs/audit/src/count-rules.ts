import type { Findings } from './finding.js';
import type { LogRecord } from './log-record.js';

/** How long a question may be open, in milliseconds: what was committed so long before an answer, its search has seen. */
const WINDOW_MS = 5 * 60_000;

/** An entry of a change of the registry, and the count that it tells. */
interface Counted {
  readonly index: number;
  readonly searchable: number;
  readonly at: number;
}

/**
 * What the entries of one log must say of how much its registry holds: each change tells the count after it, which is the count before
 * with what it added; and an answer declares no less than the entry it names, than what was cosigned, and than what was there before
 * its question.
 */
export class CountRules {
  private readonly counted: Counted[] = [];
  /** How many of them are older than the window. */
  private settled = 0;

  constructor(private readonly findings: Findings) {}

  /** The next entry that succeeded. */
  accept(index: number, record: LogRecord, where: string): void {
    if (record.type === 'member.answered') this.answered(index, record, where);
    else if (typeof record.details['searchable'] === 'number') this.changed(index, record, where);
  }

  private changed(index: number, record: LogRecord, where: string): void {
    const { type, details, at } = record;
    const searchable = Number(details['searchable']);
    const last = this.counted.at(-1);
    if (last && last.searchable + addedBy(type, details) !== searchable) {
      const problem = `counts ${searchable} registrations, and entry ${last.index} counted ${last.searchable}`;
      this.findings.add('MISSING_ENTRY', where, `${problem}: a change between them is not in the log`);
    }
    this.counted.push({ index, searchable, at: Date.parse(at) });
  }

  private answered(index: number, { details, at }: LogRecord, where: string): void {
    const declared = Number(details['declared']);
    const contradict = (problem: string) =>
      this.findings.add('VERDICT_CONTRADICTS', where, `declares ${declared} registrations, ${problem}`);
    const { declaredAt, cosigned } = details;
    if (Number(cosigned) > index)
      return contradict(`and that ${String(cosigned)} entries were cosigned before it`);
    if (typeof declaredAt === 'number') {
      const named = this.at(declaredAt);
      if (named === undefined)
        return contradict(`and entry ${declaredAt} is no change of the registry before it`);
      if (named.searchable !== declared)
        return contradict(`and entry ${declaredAt} says ${named.searchable}`);
    }
    const witnessed = this.lastBefore(Number(cosigned));
    const known = [witnessed, this.lastSettled(Date.parse(at))].flatMap((one) => one ?? []);
    const more = known.find(({ searchable }) => searchable > declared);
    if (more) contradict(`and entry ${more.index} said ${more.searchable} before`);
    else if (declaredAt === null && known.length > 0) contradict('without naming the entry that says so');
  }

  private at(index: number): Counted | undefined {
    const found = this.lastBefore(index + 1);
    return found?.index === index ? found : undefined;
  }

  private lastBefore(index: number): Counted | undefined {
    let [low, high] = [0, this.counted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.counted[middle]?.index ?? Infinity) < index) low = middle + 1;
      else high = middle;
    }
    return this.counted[low - 1];
  }

  /** The last change that was there before a question which was answered at this time could be asked. */
  private lastSettled(at: number): Counted | undefined {
    while ((this.counted[this.settled]?.at ?? Infinity) < at - WINDOW_MS) this.settled += 1;
    return this.counted[this.settled - 1];
  }
}

/** Registrations that a change adds; none ever stops being searchable. */
function addedBy(type: string, { imported }: LogRecord['details']): number {
  if (type === 'registry.filed') return 1;
  return Array.isArray(imported) ? imported.length : 0;
}
