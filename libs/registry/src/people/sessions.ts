import { SignJWT, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import type { ProvinceId } from '../province.js';
import { ROLES, userNameSchema, type SignedIn } from './person.js';

/** How long a session lasts, in seconds. */
const SESSION_SECONDS = 900;
/** How far a session may seem to come from the future: what a clock is set back by when it is set right. */
const AHEAD_SECONDS = 30;

/** A session as its holder gets it. */
export interface Session extends SignedIn {
  /** JWT (RFC 7519, HS256). */
  readonly token: string;
  /** RFC 3339 with milliseconds. */
  readonly expiresAt: string;
  /** Whose node it is of. */
  readonly province: ProvinceId;
}

/** What makes and reads a node's sessions. */
export interface SessionKeeper {
  /** Issuer and audience: another province's token is refused here. */
  readonly province: ProvinceId;
  /** 32 secret random bytes of this node. */
  readonly key: Uint8Array;
  readonly clock: Clock;
}

const claimsSchema = z.object({
  sub: userNameSchema,
  roles: z.array(z.enum(ROLES)).min(1),
  iat: z.number(),
});

/** Opens a session of 15 minutes. */
export async function openSession(keeper: SessionKeeper, person: SignedIn): Promise<Session> {
  const issuedAt = Math.floor(keeper.clock.now().getTime() / 1_000);
  const expires = issuedAt + SESSION_SECONDS;
  const token = await new SignJWT({ roles: [...person.roles] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(person.user)
    .setIssuer(keeper.province)
    .setAudience(keeper.province)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .sign(keeper.key);
  return {
    token,
    expiresAt: new Date(expires * 1_000).toISOString(),
    user: person.user,
    roles: person.roles,
    province: keeper.province,
  };
}

/**
 * Whose session this token is.
 * @throws RegistryError UNAUTHENTICATED for a token that is not this node's, has expired or was altered, or is of a time yet to come:
 *   no session gets longer by a clock that is set back
 */
export async function readSession(keeper: SessionKeeper, token: string): Promise<SignedIn> {
  try {
    const { payload } = await jwtVerify(token, keeper.key, {
      algorithms: ['HS256'],
      issuer: keeper.province,
      audience: keeper.province,
      currentDate: keeper.clock.now(),
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    const claims = claimsSchema.parse(payload);
    if (claims.iat - keeper.clock.now().getTime() / 1_000 > AHEAD_SECONDS)
      throw new errors.JWTExpired('of a time yet to come', payload);
    return { user: claims.sub, roles: claims.roles };
  } catch (cause) {
    const problem =
      cause instanceof errors.JWTExpired ? 'has expired' : 'is not a session token of this province node';
    throw new RegistryError('UNAUTHENTICATED', 'authorization', problem, 'log in again', { cause });
  }
}
