import { partyOfOrigin, partyOfWitness } from '#libs/federation-log';
import { type LogStateReport } from './check-report.js';
import { plainTable, provinceName } from './tables.js';

const PHASES = {
  witnessed: '已见证 witnessed',
  waiting: '等待见证 waiting for witnesses',
  unwitnessed: '未见证 UNWITNESSED',
} as const;

/** Whether the node's log has its witnesses, and no log has shown two histories. */
export function isInOrder({ log, equivocations }: LogStateReport): boolean {
  return log.phase !== 'unwitnessed' && equivocations.length === 0;
}

/** The node's log and the logs that it witnesses, for people; what is wrong comes first. */
export function logStateText({ log, witnessed, equivocations, mirrors }: LogStateReport): string {
  const forks = equivocations.map(
    ({ origin, reason, seenAt }) =>
      `日志分叉 FORKED LOG: ${partyName(origin)} (${reason}, ${seenAt}); 证据已保存 the proof is kept: GET /api/v1/log-state`,
  );
  const own = `本省日志 Own log: ${PHASES[log.phase]}, ${log.witnessedSize}/${log.size}, 法定见证数 quorum ${log.quorum}`;
  const table = plainTable([
    '一方 Party',
    '见证本省 Witnesses us',
    '我方见证 Cosigned',
    '副本 Copy',
    '说明 Detail',
  ]);
  const parties = new Set([
    ...log.witnesses.map(({ name }) => partyOfWitness(name) ?? name),
    ...mirrors.map(({ party }) => party),
  ]);
  for (const party of parties) {
    const witness = log.witnesses.find(({ name }) => (partyOfWitness(name) ?? name) === party);
    const cosigned = witnessed.find(({ origin }) => partyOfOrigin(origin) === party);
    const mirror = mirrors.find((one) => one.party === party);
    table.push([
      partyName(party),
      text(witness?.size),
      text(cosigned?.size),
      text(mirror?.size),
      [witness?.problem, mirror?.problem].filter((line) => line).join('\n'),
    ]);
  }
  return [...forks, own, table.toString()].join('\n');
}

function partyName(name: string): string {
  const party = partyOfOrigin(name) ?? name;
  return party === 'coordinator' ? '协调器 coordinator' : provinceName(party);
}

function text(size: number | null | undefined): string {
  return size === null || size === undefined ? '–' : String(size);
}
