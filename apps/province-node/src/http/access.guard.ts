import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
} from '@nestjs/common';
import {
  type Actor,
  type AuditLog,
  type Clock,
  readSession,
  RegistryError,
  type SessionKeeper,
  type SignedIn,
} from '#libs/registry';
import type { Request } from 'express';
import { z } from 'zod';
import { AUDIT_LOG, CLOCK, SESSIONS } from '../tokens.js';
import { allowedOn } from './policy.js';

const signedIn = new WeakMap<Request, SignedIn>();
const matchedRoute = z.object({ path: z.string() });

/** Deny by default: lets a request pass only if its route's policy row allows whoever sent it. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(SESSIONS) private readonly sessions: SessionKeeper,
    @Inject(AUDIT_LOG) private readonly log: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws RegistryError UNAUTHENTICATED without a session of this node, FORBIDDEN for a role that may not: that is an entry of the log */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const route = matchedRoute.safeParse(request.route).data?.path ?? '';
    const allowed = allowedOn(request.method, route);
    if (allowed === undefined) {
      throw new RegistryError('FORBIDDEN', 'path', 'is open to nobody', 'use a route of the API description');
    }
    if (allowed === 'public') return true;
    const person = await readSession(this.sessions, bearerToken(request));
    if (!person.roles.some((role) => allowed.includes(role))) {
      await this.recordRefusal(person, `${request.method} ${route}`);
      throw new RegistryError(
        'FORBIDDEN',
        'role',
        `${person.roles.join(', ')} may not do this`,
        `ask a person who is ${allowed.join(' or ')}`,
      );
    }
    signedIn.set(request, person);
    return true;
  }

  private recordRefusal(person: SignedIn, route: string): Promise<void> {
    return this.log.append({
      type: 'call.refused',
      outcome: 'failure',
      actor: { kind: 'person', name: person.user },
      at: this.clock.now().toISOString(),
      subject: null,
      details: { route, reason: 'NOT_ALLOWED', roles: person.roles },
    });
  }
}

function bearerToken(request: Request): string {
  const token = /^Bearer ([\w.-]{1,4096})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) {
    throw new RegistryError(
      'UNAUTHENTICATED',
      'authorization',
      'holds no bearer token',
      'log in at POST /api/v1/session and send its token',
    );
  }
  return token;
}

/** The person who sent the request, as an actor of the log. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const person = signedIn.get(context.switchToHttp().getRequest<Request>());
  if (person === undefined) throw new Error('a route that needs its caller is public');
  return { kind: 'person', name: person.user };
});
