import type { AuditLog } from '../audit.js';
import { CLOCK_WINDOW_MS } from '../duplicate-check/accept-question.js';
import type { Clock, Digest, StatementSigner, StatementVerifier } from '../duplicate-check/ports.js';
import type { RecentNonces } from '../duplicate-check/recent-nonces.js';
import { RegistryError } from '../errors.js';
import type { ProvinceId } from '../province.js';
import type { DepositCopies, RegistryReader } from '../registration/ports.js';
import { recordingRefusal } from '../registration/registration-desk.js';
import {
  PICTURE_POLICIES,
  PICTURE_SHOWN_MS,
  PICTURE_SIDES,
  pictureRequestSchema,
  type PicturePolicy,
  type PictureRequest,
  type ShownPicture,
} from './picture-statements.js';

/** Draws a deposit copy as another province may see it: reduced to this longest side in pixels, with these words across it; JPEG. */
export type DrawShown = (picture: Uint8Array, side: number, watermark: string) => Promise<Uint8Array>;

/** What the owning province shows pictures with. */
export interface ShowPictureDeps {
  readonly province: ProvinceId;
  readonly policy: PicturePolicy;
  readonly registry: Pick<RegistryReader, 'find' | 'findPattern'>;
  readonly depositCopies: Pick<DepositCopies, 'get'>;
  readonly draw: DrawShown;
  readonly seen: Pick<RecentNonces, 'take'>;
  readonly signer: StatementSigner;
  readonly verifier: StatementVerifier;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly digest: Digest;
}

/** A picture as it travels: its bytes, and what the owner says of them. */
export interface SignedPicture {
  readonly content: Uint8Array;
  readonly shownJws: string;
}

/**
 * Shows a registration's picture to another province, as far as this province's policy goes: the request is the asker's own, fresh and
 * signed; what is shown is an entry of the log before it leaves, what is refused is one too.
 * @param peer the province that calls
 * @throws RegistryError FORBIDDEN by the policy or for a request of another; INVALID_INPUT; NOT_FOUND
 */
export function showPictureTo(
  deps: ShowPictureDeps,
  requestJws: string,
  peer: ProvinceId,
): Promise<SignedPicture> {
  const { clock, digest, log } = deps;
  const actor = { kind: 'member', name: peer } as const;
  return recordingRefusal(deps, { type: 'picture.shown', actor, subject: null }, async () => {
    const request = await acceptRequest(deps, requestJws, peer);
    if (PICTURE_POLICIES.indexOf(request.size) > PICTURE_POLICIES.indexOf(deps.policy)) {
      throw new RegistryError(
        'FORBIDDEN',
        'size',
        `is more than ${deps.province} shows to other provinces, which is ${deps.policy}`,
        'ask the province itself, or for less',
      );
    }
    const registration = await deps.registry.find(request.registrationId);
    const pattern = registration && (await deps.registry.findPattern(registration.patternId));
    if (!pattern)
      throw new RegistryError('NOT_FOUND', 'registrationId', 'is not in this registry', 'check the province');
    const now = clock.now();
    const requestDigest = digest(requestJws);
    const words = `${deps.province} > ${peer}  ${now.toISOString().slice(0, 16)}Z  ${requestDigest.slice(7, 19)}`;
    const content = await deps.draw(
      await deps.depositCopies.get(pattern.pictureDigest),
      PICTURE_SIDES[request.size],
      words,
    );
    const shown: ShownPicture = {
      kind: 'weft.shown-picture.v1',
      owner: deps.province,
      requestDigest,
      contentDigest: digest(content),
      shownAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + PICTURE_SHOWN_MS).toISOString(),
    };
    await log.append({
      type: 'picture.shown',
      outcome: 'success',
      actor,
      at: shown.shownAt,
      subject: request.registrationId,
      details: { requestDigest, contentDigest: shown.contentDigest, size: request.size },
    });
    return { content, shownJws: await deps.signer.sign(shown) };
  });
}

async function acceptRequest(
  { province, verifier, seen, clock }: ShowPictureDeps,
  requestJws: string,
  peer: ProvinceId,
): Promise<PictureRequest> {
  const refuse = (problem: string): never => {
    throw new RegistryError('FORBIDDEN', 'request', problem, 'sign a new one');
  };
  const payload = await verifier
    .verify(requestJws, { province: peer })
    .catch(() => refuse(`is not signed by ${peer}`));
  const parsed = pictureRequestSchema.safeParse(payload);
  if (!parsed.success) {
    const field = `request.${parsed.error.issues[0]?.path.join('.') ?? ''}`;
    throw new RegistryError('INVALID_INPUT', field, 'is not in its form', 'see the federation protocol');
  }
  const request = parsed.data;
  if (request.asker !== peer) refuse(`is of ${request.asker}; ${peer} may ask for itself only`);
  if (request.owner !== province) refuse(`is to ${request.owner}, and this is ${province}`);
  const asked = Date.parse(request.askedAt);
  if (Math.abs(clock.now().getTime() - asked) > CLOCK_WINDOW_MS)
    refuse('is over 5 minutes off; set the clocks');
  if (!seen.take(peer, request.nonce, new Date(asked + 2 * CLOCK_WINDOW_MS))) refuse('was used before');
  if (request.size === 'full' && request.reason.trim() === '') {
    throw new RegistryError('INVALID_INPUT', 'reason', 'is empty', 'say why the whole picture must be seen');
  }
  return request;
}
