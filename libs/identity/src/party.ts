import type { Signatory } from '#libs/federation-log';

/** Whom a process of the federation stands for: a province, or the coordinator. */
export type Party = Signatory;

/** As messages to an operator name it. */
export function nameOf(party: Party): string {
  return party === 'coordinator' ? 'the coordinator' : party.province;
}

/** As its certificate names it: the URI among the subject's alternative names. */
export function uriOf(party: Party): string {
  return party === 'coordinator' ? 'urn:weft:coordinator' : `urn:weft:province:${party.province}`;
}
