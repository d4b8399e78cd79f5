import type { ProvinceId } from '../province.js';
import { HedgeBudget } from './hedge-budget.js';
import { judgeReply } from './judge-reply.js';
import type { JudgeDependencies } from './judge-check.js';
import type { AcceptedQuestion, MemberClient, MemberReply, MemberReplicas } from './ports.js';
import { RecentLatencies } from './recent-latencies.js';

/** How long the first process of a member is waited for before a second one is asked, milliseconds. */
const DELAY_MS = { least: 20, unknown: 500, most: 2_000 };
/** And never longer than this share of the time there is. */
const OF_TIME_LEFT = 0.5;

/**
 * What became of a second process of a member: asked because the first was slow, and first to answer; not asked, for want of budget; asked
 * because the first was not there.
 */
export type HedgeEvent = 'hedged' | 'hedge_won' | 'over_budget' | 'failed_over';

/** What hedging works with. */
export interface HedgeDependencies extends JudgeDependencies {
  readonly members: MemberReplicas;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number;
  readonly now: () => Date;
  /** Calls `work` after so many milliseconds unless what it returns is called; keeps no process alive. */
  readonly later: (work: () => void, milliseconds: number) => () => void;
  readonly tell?: ((province: ProvinceId, event: HedgeEvent) => void) | undefined;
}

/** What is known of one member. */
interface Known {
  readonly latencies: RecentLatencies;
  readonly budget: HedgeBudget;
}

/**
 * Asks members that answer from several processes. The first one is asked; where it has not answered after what 95 of its 100 latest calls
 * took, the same questions go to the second, for at most 5% of a member's questions; where it is not there, at once and whatever the
 * budget, each process once. The first complete answer counts, and the other call is given up.
 */
export class HedgedMembers implements MemberClient {
  private readonly known = new Map<ProvinceId, Known>();

  constructor(private readonly deps: HedgeDependencies) {}

  async search(
    province: ProvinceId,
    questions: readonly AcceptedQuestion[],
    deadline: Date,
  ): Promise<MemberReply[]> {
    if (this.deps.members.replicas(province) < 2)
      return this.deps.members.search(province, questions, deadline);
    const known = this.known.get(province) ?? {
      latencies: new RecentLatencies(),
      budget: new HedgeBudget(),
    };
    this.known.set(province, known);
    known.budget.earn(questions.length);
    return new HedgedSearch(this.deps, known, { province, questions, deadline }).run();
  }
}

/** What is asked of a member, in one call. */
interface Asked {
  readonly province: ProvinceId;
  readonly questions: readonly AcceptedQuestion[];
  readonly deadline: Date;
}

/** One call's questions, at as many of a member's processes as it takes. */
class HedgedSearch {
  private readonly over = new AbortController();
  private readonly arrived: { readonly replica: number; readonly replies: MemberReply[] }[] = [];
  /** When each call that is open began. */
  private readonly open = new Map<number, number>();
  private next = 0;
  private finish: (replies: MemberReply[]) => void = () => undefined;

  constructor(
    private readonly deps: HedgeDependencies,
    private readonly known: Known,
    private readonly asked: Asked,
  ) {}

  async run(): Promise<MemberReply[]> {
    const done = new Promise<MemberReply[]>((resolve) => (this.finish = resolve));
    this.start();
    const settled = this.deps.later(() => this.hedge(), this.delayMs());
    try {
      return await done;
    } finally {
      settled();
      this.giveUpOthers();
    }
  }

  /** @returns false if every process was asked already */
  private start(): boolean {
    const replica = this.next;
    const { province, questions, deadline } = this.asked;
    if (replica >= this.deps.members.replicas(province)) return false;
    this.next += 1;
    this.open.set(replica, this.deps.monotonic());
    const call = this.deps.members.search(province, questions, deadline, {
      replica,
      signal: this.over.signal,
    });
    void call.then((replies) => this.arrive(replica, replies));
    return true;
  }

  private hedge(): void {
    if (this.next !== 1) return;
    if (!this.known.budget.spend(this.asked.questions.length)) this.tell('over_budget');
    else if (this.start()) this.tell('hedged');
  }

  private async arrive(replica: number, replies: MemberReply[]): Promise<void> {
    const began = this.open.get(replica);
    if (began === undefined) return;
    this.open.delete(replica);
    this.arrived.push({ replica, replies });
    if (isLost(replies)) {
      if (this.start()) this.tell('failed_over');
    } else this.known.latencies.note(this.deps.monotonic() - began);
    if (this.open.size === 0) this.finish(await this.best());
    else if (!isLost(replies) && (await this.answersOf(replies)) === replies.length)
      this.end(replica, replies);
  }

  private end(replica: number, replies: MemberReply[]): void {
    if (replica > 0 && this.open.has(0)) this.tell('hedge_won');
    this.finish(replies);
  }

  /** Of what came, the one with the most complete answers; of equals the one that came first. */
  private async best(): Promise<MemberReply[]> {
    const [first, ...others] = this.arrived;
    if (first === undefined) throw new Error('a call gave nothing');
    if (others.length === 0) return first.replies;
    let best = { replies: first.replies, answers: await this.answersOf(first.replies) };
    for (const { replies } of others) {
      const answers = await this.answersOf(replies);
      if (answers > best.answers || (isLost(best.replies) && !isLost(replies))) best = { replies, answers };
    }
    return best.replies;
  }

  /** Replies that are believed, and complete. */
  private async answersOf(replies: readonly MemberReply[]): Promise<number> {
    const { province, questions } = this.asked;
    const at = this.deps.now().toISOString();
    const judged = await Promise.all(
      replies.map(async (reply, place) => {
        const asked = questions[place];
        if (asked === undefined || reply.kind === 'none') return false;
        const timed = { province, reply, askedAt: at, arrivedAt: at };
        return (await judgeReply(this.deps, asked, timed)).row.outcome === 'ANSWERED';
      }),
    );
    return judged.filter(Boolean).length;
  }

  private giveUpOthers(): void {
    const now = this.deps.monotonic();
    for (const began of this.open.values()) this.known.latencies.note(now - began);
    this.open.clear();
    this.over.abort();
  }

  private delayMs(): number {
    const { least, unknown, most } = DELAY_MS;
    const left = this.asked.deadline.getTime() - this.deps.now().getTime();
    const slow = Math.min(most, Math.max(least, this.known.latencies.p95 ?? unknown));
    return Math.max(0, Math.min(slow, left * OF_TIME_LEFT));
  }

  private tell(event: HedgeEvent): void {
    this.deps.tell?.(this.asked.province, event);
  }
}

/** Whether nobody was there to answer. */
function isLost(replies: readonly MemberReply[]): boolean {
  return replies.every(
    (reply) => reply.kind === 'none' && (reply.outcome === 'UNREACHABLE' || reply.outcome === 'BREAKER_OPEN'),
  );
}
