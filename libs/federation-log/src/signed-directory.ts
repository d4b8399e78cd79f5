import { base64url, calculateJwkThumbprint } from 'jose';
import {
  directorySchema,
  isUnderstood,
  partiesOf,
  type Directory,
  type PublicKey,
  type Trust,
} from './directory.js';
import { FederationLogError } from './errors.js';
import type { LogCrypto, Sha256 } from './log/crypto.js';
import type { SigningKey } from './keys.js';
import {
  addSignatureTo,
  readUnverified,
  signDocument,
  signedDocumentSchema,
  verifyDocument,
  type DocumentKind,
  type SignedDocument,
} from './signed-document.js';

const DIRECTORY: DocumentKind<Directory> = {
  name: 'directory',
  typ: 'weft-directory+jws',
  schema: directorySchema,
};

export const signedDirectorySchema = signedDocumentSchema;

/** A directory under several signatures. */
export type SignedDirectory = SignedDocument;

/** The RFC 8785 form of a directory under a signature of each key. */
export function signDirectory(directory: Directory, keys: readonly SigningKey[]): Promise<SignedDirectory> {
  return signDocument(DIRECTORY, directory, keys);
}

/**
 * The directory with one more signature (as `addSignatureTo`).
 * @throws FederationLogError MALFORMED if it is no signed directory, or no directory; NOT_CANONICAL if it says more than this
 *   program understands
 */
export function addSignature(document: unknown, key: SigningKey): Promise<SignedDirectory> {
  return addSignatureTo(DIRECTORY, document, key);
}

/**
 * What a directory says, whoever signed it: to be shown before it is signed, never to be obeyed.
 * @throws FederationLogError MALFORMED
 */
export function readProposal(document: unknown): Directory {
  return readUnverified(DIRECTORY, document);
}

/** Names a directory: "sha256:" and the digest of its signed bytes, which are its RFC 8785 form. */
export function directoryDigest(sha256: Sha256, { payload }: SignedDirectory): string {
  const digest = sha256(base64url.decode(payload));
  return `sha256:${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * Makes sure that one directory follows the other: the next epoch, not issued before it, and naming its digest.
 * @param before the directory in force, and its digest
 * @throws FederationLogError BROKEN_CHAIN
 */
export function assertFollows(
  next: Directory,
  before: { readonly directory: Directory; readonly digest: string },
): void {
  const { epoch, issuedAt } = before.directory;
  if (next.epoch !== epoch + 1) {
    throw new FederationLogError('BROKEN_CHAIN', `directory: epoch ${next.epoch} does not follow ${epoch}.`);
  }
  if (next.previous !== before.digest) {
    throw new FederationLogError('BROKEN_CHAIN', `directory: does not name epoch ${epoch} as known here.`);
  }
  if (Date.parse(next.issuedAt) < Date.parse(issuedAt)) {
    throw new FederationLogError('BROKEN_CHAIN', `directory: is issued before that of epoch ${epoch}.`);
  }
}

/**
 * The directory in `document` if enough founders signed it. Every signature in the document must be a founder's and
 * good; one founder counts once, however many keys or copies.
 * @param document parsed JSON of a signed directory
 * @param ed25519 checks signatures; without it jose does
 * @throws FederationLogError MALFORMED, TOO_LARGE, UNKNOWN_KEY, BAD_SIGNATURE, NOT_CANONICAL, TOO_FEW_SIGNATURES,
 *   DUPLICATE_MEMBER or DUPLICATE_KEY
 */
export async function verifyDirectory(
  document: unknown,
  trust: Trust,
  ed25519?: LogCrypto['ed25519'],
): Promise<Directory> {
  const directory = await verifyDocument(DIRECTORY, document, trust, ed25519);
  await refuseAmbiguity(directory);
  return directory;
}

async function refuseAmbiguity(directory: Directory): Promise<void> {
  const { members, calibration, nextCalibration } = directory;
  if (new Set(members.map((member) => member.province)).size < members.length) {
    throw new FederationLogError('DUPLICATE_MEMBER', 'directory.members: a province stands in it twice.');
  }
  const keys = partiesOf(directory).flatMap((party) => party.keys);
  if (new Set(keys.map((key) => key.kid)).size < keys.length) {
    throw new FederationLogError('DUPLICATE_KEY', 'directory: one key stands in it twice.');
  }
  for (const key of keys.filter(isUnderstood)) {
    await refuseWrongName(key);
  }
  refuseWrongCalibration('calibration', calibration);
  if (!nextCalibration) return;
  refuseWrongCalibration('nextCalibration', nextCalibration);
  if (nextCalibration.modelDigest === calibration.modelDigest) {
    throw new FederationLogError('MALFORMED', "directory.nextCalibration: is for calibration's own model.");
  }
}

function refuseWrongCalibration(
  name: string,
  { suspectedAt, duplicateAt, background }: Directory['calibration'],
): void {
  if (suspectedAt > duplicateAt) {
    throw new FederationLogError('MALFORMED', `directory.${name}: suspectedAt is over duplicateAt.`);
  }
  background.forEach(({ score, per10000 }, place, points) => {
    const higher = points[place - 1];
    if (higher && (score >= higher.score || per10000 < higher.per10000)) {
      throw new FederationLogError(
        'MALFORMED',
        `directory.${name}.background.${place}: scores fall and rates rise from point to point.`,
      );
    }
  });
}

async function refuseWrongName(key: PublicKey): Promise<void> {
  if ((await calculateJwkThumbprint(key, 'sha256')) !== key.kid) {
    throw new FederationLogError('MALFORMED', "directory: a key's kid is not its RFC 7638 thumbprint.");
  }
}
