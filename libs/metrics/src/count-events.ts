import { Counter, Histogram, type Registry } from 'prom-client';
import { LRUCache } from 'lru-cache';
import type { AuditEvent, AuditLog } from '#libs/registry';

const MOST_OPEN_CHECKS = 10_000;
const CHECK_SECONDS = [0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 4, 8, 16, 32];

/**
 * A log that also counts what is appended to it, once it is durable: events by type and outcome, verdicts, how each member did in the
 * coverage, and the seconds from a question to its verdict. Of whom or what an event speaks is not counted.
 *
 * @param log the log outside of a registry's transactions
 */
export function countEvents(log: AuditLog, registry: Registry): AuditLog {
  const count = countersOf(registry);
  const askedAt = new LRUCache<string, number>({ max: MOST_OPEN_CHECKS });
  return {
    async append(event) {
      await log.append(event);
      count.events.inc({ type: event.type, outcome: event.outcome });
      if (event.type === 'check.asked' && event.subject !== null)
        askedAt.set(event.subject, Date.parse(event.at));
      if (event.type === 'check.judged') countVerdict(event, askedAt, count);
    },
  };
}

type Counters = ReturnType<typeof countersOf>;
type Judged = Extract<AuditEvent, { type: 'check.judged' }>;

function countersOf(registry: Registry) {
  const registers = [registry];
  return {
    events: new Counter({
      name: 'weft_events_total',
      help: 'Entries of the log outside of a change of the registry',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    verdicts: new Counter({
      name: 'weft_verdicts_total',
      help: 'Verdicts of duplicate checks; complete is "false" where a member did not answer in full',
      labelNames: ['verdict', 'complete'],
      registers,
    }),
    members: new Counter({
      name: 'weft_member_outcomes_total',
      help: 'How each member did in the coverage of a check',
      labelNames: ['member', 'outcome'],
      registers,
    }),
    seconds: new Histogram({
      name: 'weft_check_seconds',
      help: 'From a question to its verdict',
      buckets: CHECK_SECONDS,
      registers,
    }),
  };
}

function countVerdict(event: Judged, askedAt: LRUCache<string, number>, count: Counters): void {
  const { verdict, complete, coverage } = event.details;
  count.verdicts.inc({ verdict, complete: String(complete) });
  for (const line of coverage) {
    const [member = '', outcome = ''] = line.split(' ');
    count.members.inc({ member, outcome });
  }
  const asked = event.subject === null ? undefined : askedAt.get(event.subject);
  if (asked !== undefined) count.seconds.observe(Math.max(0, Date.parse(event.at) - asked) / 1_000);
}
