import { useSyncExternalStore } from 'react';
import { type Session, sessionSchema } from './schemas.js';

const KEPT_AS = 'weft-session';

/** Who is logged in at this tab; `lost` while the node no longer knows the session and the page waits for a new one. */
export interface SessionState {
  readonly session: Session | null;
  readonly lost: boolean;
}

type Waiter = { readonly go: () => void; readonly giveUp: (error: Error) => void };

let state: SessionState = { session: readKept(), lost: false };
const listeners = new Set<() => void>();
let waiters: Waiter[] = [];

function become(next: SessionState): void {
  state = next;
  if (next.session === null) sessionStorage.removeItem(KEPT_AS);
  else sessionStorage.setItem(KEPT_AS, JSON.stringify(next.session));
  for (const listener of listeners) listener();
}

/** The token is kept for this tab alone and goes with it. */
function readKept(): Session | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? 'null');
    return sessionSchema.safeParse(kept).data ?? null;
  } catch {
    return null;
  }
}

export function currentSession(): Session | null {
  return state.session;
}

export function useSession(): SessionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Takes a session that the node gave; whatever waited for one goes on. */
export function enter(session: Session): void {
  become({ session, lost: false });
  const freed = waiters;
  waiters = [];
  for (const { go } of freed) go();
}

/** Forgets the session; whatever waited for a new one fails. */
export function leave(): void {
  become({ session: null, lost: false });
  const ended = waiters;
  waiters = [];
  for (const { giveUp } of ended) giveUp(new Error('logged out'));
}

/**
 * Says that the node refused this token. Resolves when there is another one; the page stays as it is meanwhile.
 * @throws Error when the person logs out instead
 */
export function awaitNewSession(refused: string | undefined): Promise<void> {
  if (state.session && state.session.token !== refused) return Promise.resolve();
  if (state.session === null) return Promise.reject(new Error('not logged in'));
  if (!state.lost) become({ ...state, lost: true });
  return new Promise((resolve, reject) => waiters.push({ go: resolve, giveUp: reject }));
}
