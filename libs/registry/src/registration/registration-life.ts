import { RegistryError } from '../errors.js';
import type { RegistrationState } from './registration.js';

const NEXT: Readonly<Record<RegistrationState, readonly RegistrationState[]>> = {
  applied: ['examined', 'refused'],
  examined: ['registered', 'refused'],
  registered: ['revoked'],
  refused: [],
  revoked: [],
};

/** Whether a registration may go from one state straight to the other. */
export function mayBecome(from: RegistrationState, to: RegistrationState): boolean {
  return NEXT[from].includes(to);
}

/** Whether a registration in state `from` can be in state `to` now or later. */
export function canReach(from: RegistrationState, to: RegistrationState): boolean {
  return from === to || NEXT[from].some((next) => canReach(next, to));
}

/** @throws RegistryError WRONG_STATE, field "state", if the registration may not go from one state straight to the other */
export function assertMayBecome(from: RegistrationState, to: RegistrationState): void {
  if (mayBecome(from, to)) return;
  const onward = NEXT[from].length === 0 ? 'nothing follows it' : `it can become ${NEXT[from].join(' or ')}`;
  throw new RegistryError(
    'WRONG_STATE',
    'state',
    `is ${from}, which cannot become ${to}`,
    `${onward}; read it again`,
  );
}
