import type { Session } from '../api/schemas.js';

type Roles = Session['roles'];

/** The pages that one goes to, and which roles the node answers there. */
export const PLACES = [
  { to: '/check', word: 'nav.check', roles: ['examiner'] },
  { to: '/checks', word: 'nav.checks', roles: ['examiner', 'auditor'] },
  { to: '/applications', word: 'nav.applications', roles: ['examiner', 'auditor'] },
  { to: '/registrations', word: 'nav.registrations', roles: ['examiner', 'auditor'] },
  { to: '/statistics', word: 'nav.statistics', roles: ['examiner', 'auditor'] },
  { to: '/findings', word: 'nav.findings', roles: ['examiner', 'auditor'] },
  { to: '/members', word: 'nav.members', roles: ['examiner', 'auditor', 'operator'] },
  { to: '/log', word: 'nav.log', roles: ['examiner', 'auditor', 'operator'] },
  { to: '/operation', word: 'nav.operation', roles: ['operator'] },
  { to: '/audit', word: 'nav.audit', roles: ['auditor'] },
] as const;

export function placesOf(roles: Roles) {
  return PLACES.filter((place) => place.roles.some((role) => roles.includes(role)));
}

/** Where a person begins. */
export function homeOf(roles: Roles): string {
  return placesOf(roles)[0]?.to ?? '/members';
}
