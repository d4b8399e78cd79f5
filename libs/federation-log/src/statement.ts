import { createJwsSigner, verifyJws, VerificationKeys } from './jws.js';
import { keysFor, type Directory } from './directory.js';
import { FederationLogError } from './errors.js';
import type { SigningKey } from './keys.js';

/** Signs statements with one key. */
export interface StatementSigner {
  /**
   * Compact JWS over the RFC 8785 form of `statement`.
   * @throws FederationLogError NO_CANONICAL_FORM, TOO_LARGE
   */
  sign(statement: object): Promise<string>;
}

/** Whose signature is wanted. */
export type Signatory = { readonly province: string } | 'coordinator';

/** Verifies statements against one directory. */
export interface StatementVerifier {
  /**
   * The payload of `jws` if a key of the signatory signed it.
   * @throws FederationLogError TOO_LARGE, MALFORMED, UNKNOWN_KEY, BAD_SIGNATURE or NOT_CANONICAL
   */
  verify(jws: string, signatory: Signatory): Promise<unknown>;
}

/** A signer of statements with this private key. */
export async function createStatementSigner(key: SigningKey): Promise<StatementSigner> {
  return { sign: await createJwsSigner(key, 'weft+jws') };
}

/** A verifier of statements by the keys in this directory. */
export function createStatementVerifier(directory: Directory): StatementVerifier {
  const coordinator = new VerificationKeys(keysFor(directory.coordinator.keys, 'statement'));
  const members = new Map(
    directory.members.map(({ province, keys }) => [
      province,
      new VerificationKeys(keysFor(keys, 'statement')),
    ]),
  );
  return {
    async verify(jws, signatory) {
      const keys = signatory === 'coordinator' ? coordinator : members.get(signatory.province);
      if (keys === undefined) {
        throw new FederationLogError('UNKNOWN_KEY', 'The signatory is not a member of the directory.');
      }
      const { payload } = await verifyJws(jws, 'weft+jws', keys);
      return payload;
    },
  };
}
