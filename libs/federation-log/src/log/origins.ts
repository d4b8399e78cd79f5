/** Whose log or key it is: a province's id, or "coordinator". */
export type PartyName = string;

const PARTY = /^weft\/([a-z]{2,20})$/;
const WITNESS = /^weft\/([a-z]{2,20})\/witness$/;

/** Origin line and key name of a party's log: `weft/zhejiang`, `weft/coordinator`. */
export function logOriginOf(party: PartyName): string {
  return `weft/${party}`;
}

/** Key name of a party as a witness: `weft/zhejiang/witness`. */
export function witnessNameOf(party: PartyName): string {
  return `weft/${party}/witness`;
}

/** The party of a log's origin; null if it is none of ours. */
export function partyOfOrigin(origin: string): PartyName | null {
  return PARTY.exec(origin)?.[1] ?? null;
}

/** The party of a witness's key name; null if it is none of ours. */
export function partyOfWitness(name: string): PartyName | null {
  return WITNESS.exec(name)?.[1] ?? null;
}
