import type { Actor, AuditEvent, AuditLog } from '../audit.js';
import { commitTo } from '../audit-events/commitment.js';
import type { Clock, Digest, Random } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import { findingIdOf } from '../findings/finding-statements.js';
import type { FindingStore } from '../findings/ports.js';
import { parseReason } from '../registration/decide-registration.js';
import { recordingRefusal } from '../registration/registration-desk.js';
import type { Worklist } from './ports.js';
import {
  worklistStateOf,
  type WorklistItem,
  type WorklistResult,
  type WorklistStep,
} from './worklist-item.js';

/** What a worklist is worked on with. */
export interface WorklistDesk {
  readonly province: string;
  readonly worklist: Worklist;
  readonly findings: Pick<FindingStore, 'find'>;
  /** For what was refused. */
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
}

/** Whose work on which item. */
interface ItemAct {
  readonly itemId: string;
  /** The latest step that the examiner saw; null for none. */
  readonly before: string | null;
  readonly actor: Actor;
}

/**
 * An examiner takes an item: one that is open, one that a colleague has, or one that was closed and is looked at again.
 * @throws RegistryError NOT_FOUND; WRONG_STATE if the examiner has it already; CONFLICT, field "before"
 */
export function takeItem(desk: WorklistDesk, act: ItemAct): Promise<void> {
  const { itemId, before, actor } = act;
  return recordingRefusal(desk, { type: 'worklist.taken', actor, subject: itemId }, async () => {
    const item = await itemOf(desk, itemId);
    if (hasIt(item, actor)) {
      throw new RegistryError('WRONG_STATE', 'itemId', 'is yours already', 'close it, or give it back');
    }
    await add(desk, item, { ...bare(desk, actor), step: 'taken' }, { before, type: 'worklist.taken', actor });
  });
}

/**
 * An examiner gives an item back.
 * @throws RegistryError NOT_FOUND; WRONG_STATE if it is not theirs; CONFLICT, field "before"
 */
export function releaseItem(desk: WorklistDesk, act: ItemAct): Promise<void> {
  const { itemId, before, actor } = act;
  return recordingRefusal(desk, { type: 'worklist.released', actor, subject: itemId }, async () => {
    const item = await itemOf(desk, itemId);
    assertHasIt(item, actor);
    const step = { ...bare(desk, actor), step: 'released' } as const;
    await add(desk, item, step, { before, type: 'worklist.released', actor });
  });
}

/** What an examiner came to. */
export interface ItemClosing extends ItemAct {
  readonly result: WorklistResult;
  readonly reason: string;
}

/**
 * An examiner closes the item that they took.
 * @throws RegistryError NOT_FOUND; INVALID_INPUT, field "reason"; WRONG_STATE if it is not theirs, or field "result" for "finding-sent"
 *   where the other province was sent none; CONFLICT, field "before"
 */
export function closeItem(desk: WorklistDesk, closing: ItemClosing): Promise<void> {
  const { itemId, before, result, actor } = closing;
  return recordingRefusal(desk, { type: 'worklist.closed', actor, subject: itemId }, async () => {
    const item = await itemOf(desk, itemId);
    assertHasIt(item, actor);
    const reason = parseReason(closing.reason);
    const findingId = result === 'finding-sent' ? await findingOf(desk, item) : null;
    const step = { ...bare(desk, actor), step: 'closed', result, reason, findingId } as const;
    const salt = desk.random.salt();
    const reasonCommitment = commitTo(desk.digest, { of: 'reason', salt, value: reason });
    const entry: AuditEvent = {
      ...{ type: 'worklist.closed', outcome: 'success', actor, at: step.at, subject: itemId },
      details: { ...about(item, step), result, findingId, reasonCommitment },
    };
    const kept = { about: step.stepId, of: 'reason', salt } as const;
    await desk.worklist.add(itemId, before, step, { entry, salt: kept });
  });
}

async function itemOf({ worklist }: WorklistDesk, itemId: string): Promise<WorklistItem> {
  const item = await worklist.find(itemId);
  if (item) return item;
  throw noSuchItem();
}

export function noSuchItem(): RegistryError {
  return new RegistryError('NOT_FOUND', 'itemId', 'names no item of the worklist', 'see the list');
}

function hasIt({ steps }: WorklistItem, { name }: Actor): boolean {
  return worklistStateOf(steps) === 'taken' && steps.at(-1)?.by === name;
}

function assertHasIt(item: WorklistItem, actor: Actor): void {
  if (hasIt(item, actor)) return;
  throw new RegistryError('WRONG_STATE', 'itemId', 'is not yours to work on', 'take it first');
}

/** The finding about the other registration that the item's own check gave rise to. */
async function findingOf({ province, digest, findings }: WorklistDesk, item: WorklistItem): Promise<string> {
  const { checkId, other } = item;
  const { registrationId } = other;
  const findingId =
    checkId === null ? undefined : findingIdOf(digest, { from: province, checkId, registrationId });
  if (findingId !== undefined && (await findings.find(findingId))) return findingId;
  const problem = 'is not so: the other province was sent no finding about it';
  throw new RegistryError('WRONG_STATE', 'result', problem, 'send the finding first');
}

function bare({ random, clock }: WorklistDesk, { name }: Actor): Omit<WorklistStep, 'step'> {
  const nothing = { result: null, reason: null, findingId: null };
  return { stepId: random.uuid(), by: name, at: clock.now().toISOString(), ...nothing };
}

/** What an entry says of the item: its two registrations. */
function about({ registrationId, other }: WorklistItem, { stepId }: WorklistStep) {
  return { stepId, registrationId, province: other.province, otherRegistrationId: other.registrationId };
}

async function add(
  { worklist }: WorklistDesk,
  item: WorklistItem,
  step: WorklistStep,
  {
    before,
    type,
    actor,
  }: Omit<ItemAct, 'itemId'> & { readonly type: 'worklist.taken' | 'worklist.released' },
): Promise<void> {
  const head = { outcome: 'success', actor, at: step.at, subject: item.itemId } as const;
  await worklist.add(item.itemId, before, step, {
    entry: { type, ...head, details: about(item, step) },
    salt: null,
  });
}
