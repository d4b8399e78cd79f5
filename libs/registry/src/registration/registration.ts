import type { ProvinceId } from '../province.js';

/** A registration's states; all of them are searchable. */
export const REGISTRATION_STATES = ['applied', 'examined', 'registered', 'refused', 'revoked'] as const;

export type RegistrationState = (typeof REGISTRATION_STATES)[number];

/** What a filed application says of the work: the monthly report's columns less number and registration date. */
export interface WorkMetadata {
  /** 1 to 200 characters. */
  readonly title: string;
  /** One capital letter of the national list; "F" for works of fine art. */
  readonly category: string;
  /** Copyright owner, 1 to 200 characters; personal data, does not travel unless a policy says so. */
  readonly owner: string;
  /** ISO 8601 date. */
  readonly completedOn: string | null;
  /** ISO 8601 date; null if unpublished or unknown. */
  readonly firstPublishedOn: string | null;
  /** The centre inside the province that took it, for example "绍兴柯桥"; empty if unknown. */
  readonly centre: string;
}

/** A pattern's entry in one province's registry. */
export interface Registration extends WorkMetadata {
  /** UUID, stable for ever. */
  readonly registrationId: string;
  /** UUID of the picture: one picture, one id. */
  readonly patternId: string;
  readonly province: ProvinceId;
  /** In the one written form; null until registered. */
  readonly registrationNumber: string | null;
  readonly state: RegistrationState;
  /** ISO 8601 date of registration; null until registered. */
  readonly registeredOn: string | null;
  /** ISO 8601 instant at which it entered this registry. */
  readonly filedAt: string;
  /** Reason of the last refusal or revocation; empty otherwise. */
  readonly reason: string;
}

/** One picture as deposited in a province. */
export interface Pattern {
  /** UUID, stable for ever. */
  readonly patternId: string;
  /** "sha256:" and 64 hex digits over the picture file's bytes; unique in the province. */
  readonly pictureDigest: string;
  /** "image/jpeg" and so on, as decoded. */
  readonly mediaType: string;
  /** Pixels, upright. */
  readonly width: number;
  /** Pixels, upright. */
  readonly height: number;
}

/** A fingerprint as stored: its bytes and the digest of the model and preprocessing that made it. */
export interface StoredFingerprint {
  readonly modelDigest: string;
  readonly bytes: Uint8Array;
}
