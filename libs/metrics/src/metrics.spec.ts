import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AuditEvent, AuditLog } from '#libs/registry';
import { countEvents, createMetrics, listenForScrapes, watch, watchParty } from './index.js';

const CHECK = '00000000-0000-4000-8000-000000000001';
const program = { kind: 'program', name: 'test' } as const;

function asked(at: string): AuditEvent {
  return {
    type: 'check.asked',
    outcome: 'success',
    actor: program,
    at,
    subject: CHECK,
    details: {
      questionDigest: `sha256:${'0'.repeat(64)}`,
      modelDigest: `sha256:${'0'.repeat(64)}`,
      epoch: 1,
      pictureCommitment: `commitment:${'0'.repeat(64)}`,
    },
  };
}

function judged(at: string, coverage: string[]): AuditEvent {
  return {
    type: 'check.judged',
    outcome: 'success',
    actor: program,
    at,
    subject: CHECK,
    details: { verdict: 'INCOMPLETE', complete: false, resultDigest: null, coverage },
  };
}

const silent: AuditLog = { append: async () => undefined };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

describe('the figures of a process', () => {
  it('count verdicts, what each member came to, and how long a check took', async () => {
    const metrics = createMetrics();
    const log = countEvents(silent, metrics);
    await log.append(asked('2026-03-01T08:30:00.000Z'));
    await log.append(
      judged('2026-03-01T08:30:00.400Z', ['jiangsu TIMEOUT -', 'zhejiang ANSWERED sha256:00']),
    );
    const text = await metrics.metrics();
    expect(text).toContain('weft_verdicts_total{verdict="INCOMPLETE",complete="false"} 1');
    expect(text).toContain('weft_member_outcomes_total{member="jiangsu",outcome="TIMEOUT"} 1');
    expect(text).toContain('weft_member_outcomes_total{member="zhejiang",outcome="ANSWERED"} 1');
    expect(text).toContain('weft_events_total{type="check.asked",outcome="success"} 1');
    expect(text).toContain('weft_check_seconds_bucket{le="0.5"} 1');
    expect(text).toContain('weft_check_seconds_bucket{le="0.25"} 0');
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).not.toContain(CHECK);
  });

  it('do not count what the log did not take', async () => {
    const metrics = createMetrics();
    const log = countEvents({ append: () => Promise.reject(new Error('full disk')) }, metrics);
    await expect(log.append(asked('2026-03-01T08:30:00.000Z'))).rejects.toThrow('full disk');
    expect(await metrics.metrics()).not.toContain('weft_events_total{');
  });

  it('say how the log stands with its witnesses, and when the certificate ends', async () => {
    const metrics = createMetrics();
    watchParty(metrics, {
      log: { state: { size: 12, phase: 'signing' } },
      cosigning: {
        state: {
          phase: 'unwitnessed',
          quorum: 2,
          witnessedSize: 10,
          witnesses: [
            { name: 'weft/jiangsu', size: 12, problem: null },
            { name: 'weft/shandong', size: 0, problem: 'no answer' },
          ],
        },
      },
      certificateEnds: new Date(1_800_000_000_000),
      revocations: { ageSeconds: 1_200 },
    });
    const text = await metrics.metrics();
    for (const line of [
      'weft_log_entries{under="signature"} 12',
      'weft_log_entries{under="quorum"} 10',
      'weft_log_phase{phase="signing"} 1',
      'weft_log_phase{phase="damaged"} 0',
      'weft_log_witnessing{phase="unwitnessed"} 1',
      'weft_log_witness_answers{witness="weft/jiangsu"} 1',
      'weft_log_witness_answers{witness="weft/shandong"} 0',
      'weft_certificate_ends_timestamp_seconds 1800000000',
      'weft_revocations_age_seconds 1200',
    ])
      expect(text).toContain(line);
  });

  it('leave out what cannot be read now, rather than saying it as it was', async () => {
    const metrics = createMetrics();
    let patterns: number | undefined = 7;
    watch(metrics, { name: 'weft_registry_patterns', help: 'x' }, () => {
      if (patterns === undefined) throw new Error('the database is away');
      return [{ value: patterns }];
    });
    expect(await metrics.metrics()).toContain('weft_registry_patterns 7');
    patterns = undefined;
    expect(await metrics.metrics()).not.toMatch(/^weft_registry_patterns/m);
  });

  it('are read at /metrics, and nothing else is', async () => {
    const port = await freePort();
    const listener = await listenForScrapes({ host: '127.0.0.1', port }, createMetrics());
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining('text/plain'),
      ]);
      expect(await answer.text()).toContain('nodejs_eventloop_lag');
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
      expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(404);
    } finally {
      await listener.close();
    }
  });
});
