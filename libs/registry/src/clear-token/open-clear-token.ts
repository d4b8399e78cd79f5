import type { CheckStore } from '../check-records/ports.js';
import { LETS_IN } from '../decision/decision-kinds.js';
import type { DecisionStore } from '../decision/ports.js';
import { CLOCK_WINDOW_MS } from '../duplicate-check/accept-question.js';
import type { Clock, Digest, DirectoryView, StatementVerifier } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import type { RegistryReader } from '../registration/ports.js';
import { CLEAR_TOKEN_MS, clearTokenSchema, type ClearToken } from './clear-token.js';
import type { TokenAges } from './token-ages.js';

/** What a node holds a clear token against. */
export interface ClearTokenDeps {
  readonly verifier: StatementVerifier;
  readonly directory: Pick<DirectoryView, 'epoch'>;
  readonly digest: Digest;
  readonly checks: Pick<CheckStore, 'find'>;
  readonly decisions: Pick<DecisionStore, 'ofCheck'>;
  readonly clock: Clock;
  /** Of the tokens that this node got. */
  readonly ages: Pick<TokenAges, 'outlived'>;
}

/** A token that may let in, and the digest that names it in the log. */
export interface OpenedToken {
  readonly token: ClearToken;
  readonly digest: string;
}

const MAX_TOKEN_CHARACTERS = 65_536;
const REMEDY = 'ask for a new one from the latest check of this application';

/**
 * Reads a clear token for the registration of one application: signed by the coordinator, in time, of this epoch, for this
 * province and application, from a check of this node of the very picture that was filed, and not against a later decision.
 * @param jws as it came
 * @throws RegistryError NO_CLEAR_TOKEN, field "clearToken"; NOT_FOUND for an application that is not here
 */
export async function openClearToken(
  deps: ClearTokenDeps & { readonly registry: RegistryReader; readonly province: { readonly id: string } },
  jws: string,
  registrationId: string,
): Promise<OpenedToken> {
  const token = await readToken(deps, jws);
  if (token.province !== deps.province.id) throw refused(`is for ${token.province}`);
  if (token.registrationId !== registrationId) throw refused('is for another application');
  if (token.epoch !== deps.directory.epoch)
    throw refused(`is of directory epoch ${token.epoch}, and epoch ${deps.directory.epoch} is in force`);
  const digest = deps.digest(jws);
  assertInTime(deps, token, digest);
  await assertOfFiledPicture(deps, token);
  await assertStillDecided(deps, token);
  return { token, digest };
}

/** Fifteen minutes by the coordinator's clock and by this node's, which may lie five apart; and by no clock more since the token came. */
function assertInTime(
  { clock, ages }: Pick<ClearTokenDeps, 'clock' | 'ages'>,
  { issuedAt, expiresAt }: ClearToken,
  digest: string,
): void {
  const now = clock.now().getTime();
  if (now >= Date.parse(expiresAt) || ages.outlived(digest)) throw refused(`has expired at ${expiresAt}`);
  if (Date.parse(expiresAt) - Date.parse(issuedAt) > CLEAR_TOKEN_MS) throw refused('is valid for too long');
  if (Date.parse(issuedAt) - now > CLOCK_WINDOW_MS)
    throw refused(
      `is of ${issuedAt}, which is yet to come here: this node's clock or the coordinator's is wrong`,
    );
}

async function readToken({ verifier }: ClearTokenDeps, jws: string): Promise<ClearToken> {
  if (jws.length > MAX_TOKEN_CHARACTERS) throw refused('is too long');
  const payload = await verifier.verify(jws, 'coordinator').catch((cause: unknown) => {
    throw refused('is not signed by the coordinator', { cause });
  });
  const parsed = clearTokenSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw refused(`is no clear token (${parsed.error.issues[0]?.path.join('.') ?? ''})`);
}

/** The check that the token is from is this node's, and its picture is the deposit copy. */
async function assertOfFiledPicture(
  { checks, registry }: Pick<ClearTokenDeps, 'checks'> & { readonly registry: RegistryReader },
  { checkId, registrationId }: ClearToken,
): Promise<void> {
  const [check, registration] = await Promise.all([checks.find(checkId), registry.find(registrationId)]);
  if (!registration) {
    const remedy = 'look it up in the list';
    throw new RegistryError('NOT_FOUND', 'registrationId', 'names no registration here', remedy);
  }
  const pattern = await registry.findPattern(registration.patternId);
  if (!check) throw refused('is from a check that is not of this node');
  if (check.registrationId !== registrationId) throw refused('is from a check of another application');
  if (check.picture.digest !== pattern?.pictureDigest)
    throw refused('is from a check of another picture than the one that was filed');
}

/** What a token rests on may have been decided anew since it was minted. */
async function assertStillDecided({ decisions }: ClearTokenDeps, token: ClearToken): Promise<void> {
  const latest = (await decisions.ofCheck(token.checkId)).at(-1);
  if (latest && !latest.inForce) throw refused('is from a check whose decision waits for a second examiner');
  if (latest && !LETS_IN.includes(latest.kind))
    throw refused(`is from a check that was decided "${latest.kind}"`);
  if (token.ground === 'decision' && latest?.decisionId !== token.decision?.decisionId)
    throw refused('rests on a decision that was superseded');
}

/** A clear token lets in once. */
export function usedClearToken(): RegistryError {
  return refused('was used before');
}

/** No registration without a clear token that holds. */
function refused(problem: string, options?: ErrorOptions): RegistryError {
  return new RegistryError('NO_CLEAR_TOKEN', 'clearToken', problem, REMEDY, options);
}
