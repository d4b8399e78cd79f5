import {
  addCheckpoint,
  logOriginOf,
  partyOfOrigin,
  type KeptEquivocation,
  type WitnessDeps,
  type WitnessedLog,
  type WitnessReply,
} from '#libs/federation-log';
import { RegistryError, type AuditLog, type Clock } from '#libs/registry';
import type { Logger } from 'pino';

/** Checkpoints that may wait at once. */
const MAX_OPEN = 64;
const SHOWN = 20;

/** What a node witnesses with. */
export interface WitnessDeskDeps extends Omit<WitnessDeps, 'now' | 'report'> {
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of every log of which a checkpoint was cosigned. */
  readonly cosigned: (party: string) => void;
}

/** What a node has cosigned, and what it holds against logs. */
export interface WitnessState {
  readonly logs: readonly WitnessedLog[];
  /** The newest 20. */
  readonly equivocations: readonly KeptEquivocation[];
}

/** The node as a witness of the others' logs. */
export class WitnessDesk {
  private open = 0;
  private readonly deps: WitnessDeps;

  constructor(private readonly desk: WitnessDeskDeps) {
    this.deps = {
      ...desk,
      now: () => desk.clock.now().toISOString(),
      report: { forked: (equivocation) => this.tellForked(equivocation.origin, equivocation.reason) },
    };
  }

  /**
   * @param body of add-checkpoint
   * @param submitter party that sent it; null for somebody unknown
   * @throws RegistryError TOO_MANY
   */
  async addCheckpoint(body: string, submitter: string | null): Promise<WitnessReply> {
    if (this.open >= MAX_OPEN) {
      throw new RegistryError('TOO_MANY', 'checkpoint', 'too many wait already', 'send it again later');
    }
    this.open += 1;
    try {
      const reply = await addCheckpoint(this.deps, body, submitter === null ? null : logOriginOf(submitter));
      if (reply.status === 200 && submitter !== null) this.desk.cosigned(submitter);
      return reply;
    } finally {
      this.open -= 1;
    }
  }

  async state(): Promise<WitnessState> {
    const { store } = this.desk;
    return { logs: await store.logs(), equivocations: await store.equivocations(SHOWN) };
  }

  private async tellForked(origin: string, reason: string): Promise<void> {
    const { log, clock, logger } = this.desk;
    logger.error(
      { log: origin, reason },
      'a log shows two histories: nothing was cosigned, and the proof is kept; tell the other members',
    );
    await log.append({
      type: 'log.forked',
      outcome: 'failure',
      actor: { kind: 'member', name: partyOfOrigin(origin) ?? origin },
      at: clock.now().toISOString(),
      subject: origin,
      details: { reason },
    });
  }
}
