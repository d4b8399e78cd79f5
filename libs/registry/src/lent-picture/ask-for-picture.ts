import type { Actor, AuditLog } from '../audit.js';
import type { Clock, Digest, Random, StatementSigner, StatementVerifier } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import type { ProvinceId } from '../province.js';
import { recordingRefusal } from '../registration/registration-desk.js';
import {
  MAX_PICTURE_REASON,
  shownPictureSchema,
  type PictureRequest,
  type PictureSize,
  type ShownPicture,
} from './picture-statements.js';
import type { SignedPicture } from './show-picture-to.js';

const DEADLINE_MS = 15_000;

/** The way to another province's pictures. */
export interface PictureClient {
  /** @throws RegistryError as the owner refuses it, FEDERATION_UNAVAILABLE if it gives no answer by the deadline */
  askForPicture(owner: ProvinceId, requestJws: string, deadline: Date): Promise<SignedPicture>;
}

/** What a node asks for another province's picture with. */
export interface AskPictureDeps {
  readonly province: ProvinceId;
  readonly members: readonly ProvinceId[];
  readonly pictures: PictureClient;
  readonly signer: StatementSigner;
  readonly verifier: StatementVerifier;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
}

/** What an examiner asks to see. */
export interface PictureWish {
  readonly owner: ProvinceId;
  readonly registrationId: string;
  readonly size: PictureSize;
  /** At most 500 characters; needed for size "full". */
  readonly reason: string;
  readonly actor: Actor;
}

/** Another province's picture, to be looked at until it expires and not to be kept. */
export interface LentPicture {
  /** JPEG with the owner's watermark. */
  readonly content: Uint8Array;
  readonly expiresAt: string;
}

/**
 * Asks the owning province to show a registration's picture. That it is asked for is an entry of the log before it is; what came of it
 * is another. Nothing of the picture is kept.
 * @throws RegistryError INVALID_INPUT; FORBIDDEN by the owner's policy; NOT_FOUND there; FEDERATION_UNAVAILABLE if it gives no answer, or
 *   one that it did not sign
 */
export function askForPicture(deps: AskPictureDeps, wish: PictureWish): Promise<LentPicture> {
  const { clock, digest, log } = deps;
  const { owner, registrationId, size, actor } = wish;
  return recordingRefusal(deps, { type: 'picture.received', actor, subject: registrationId }, async () => {
    const requestJws = await deps.signer.sign(requestOf(deps, wish));
    const requestDigest = digest(requestJws);
    const entry = { outcome: 'success', actor, subject: registrationId } as const;
    await log.append({
      ...entry,
      type: 'picture.asked',
      at: clock.now().toISOString(),
      details: { province: owner, size, requestDigest },
    });
    const deadline = new Date(clock.now().getTime() + DEADLINE_MS);
    const { content, shownJws } = await deps.pictures.askForPicture(owner, requestJws, deadline);
    const { contentDigest, expiresAt } = await readShown(
      deps,
      owner,
      shownJws,
      requestDigest,
      digest(content),
    );
    await log.append({
      ...entry,
      type: 'picture.received',
      at: clock.now().toISOString(),
      details: { province: owner, requestDigest, contentDigest, expiresAt },
    });
    return { content, expiresAt };
  });
}

function requestOf(
  { province, members, clock, random }: AskPictureDeps,
  { owner, registrationId, size, reason }: PictureWish,
): PictureRequest {
  if (!members.includes(owner) || owner === province) {
    throw new RegistryError(
      'INVALID_INPUT',
      'province',
      'is no other member',
      'name the province of the candidate',
    );
  }
  if (reason.length > MAX_PICTURE_REASON) {
    throw new RegistryError(
      'INVALID_INPUT',
      'reason',
      `is longer than ${MAX_PICTURE_REASON} characters`,
      'shorten it',
    );
  }
  if (size === 'full' && reason.trim() === '') {
    throw new RegistryError('INVALID_INPUT', 'reason', 'is empty', 'say why the whole picture must be seen');
  }
  const askedAt = clock.now().toISOString();
  return {
    kind: 'weft.picture-request.v1',
    asker: province,
    owner,
    registrationId,
    size,
    reason,
    nonce: random.nonce(),
    askedAt,
  };
}

async function readShown(
  { verifier, clock }: AskPictureDeps,
  owner: ProvinceId,
  shownJws: string,
  requestDigest: string,
  contentDigest: string,
): Promise<ShownPicture> {
  const unbelieved = (problem: string): RegistryError =>
    new RegistryError(
      'FEDERATION_UNAVAILABLE',
      'province',
      problem,
      `tell ${owner}; its node or the way to it is not sound`,
    );
  const payload = await verifier.verify(shownJws, { province: owner }).catch(() => null);
  const parsed = shownPictureSchema.safeParse(payload);
  if (!parsed.success) throw unbelieved(`${owner} did not sign what came`);
  const shown = parsed.data;
  if (shown.owner !== owner || shown.requestDigest !== requestDigest || shown.contentDigest !== contentDigest)
    throw unbelieved(`what came is not what ${owner} signed for this request`);
  if (Date.parse(shown.expiresAt) <= clock.now().getTime()) throw unbelieved('what came has expired');
  return shown;
}
