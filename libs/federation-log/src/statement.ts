import { createJwsSigner, verifyJws, VerificationKeys } from './jws.js';
import { keysFor, partiesOf, type Directory, type UnderstoodKey } from './directory.js';
import { FederationLogError } from './errors.js';
import type { SigningKey } from './keys.js';
import type { LogCrypto } from './log/crypto.js';
import type { SignBytes } from './log/note-keys.js';

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

/**
 * A signer of statements with this private key.
 * @param sign signs bytes with the same key; without it jose does
 */
export async function createStatementSigner(key: SigningKey, sign?: SignBytes): Promise<StatementSigner> {
  return { sign: await createJwsSigner(key, 'weft+jws', sign) };
}

/** Whether what this key of a party signed counts: by its validity, or by where the statement stands in a log. */
export type KeyRule = (key: UnderstoodKey, party: string) => boolean;

/**
 * A verifier of statements by the keys for them in this directory.
 * @param counts without it every key that is not revoked
 * @param ed25519 checks signatures; without it jose does
 */
export function createStatementVerifier(
  directory: Directory,
  counts: KeyRule = ({ revoked }) => revoked === undefined,
  ed25519?: LogCrypto['ed25519'],
): StatementVerifier {
  const parties = new Map(
    partiesOf(directory).map(({ party, keys }) => {
      const own = keysFor(keys, 'statement');
      return [
        party,
        { keys: new Map(own.map((key) => [key.kid, key])), imported: new VerificationKeys(own, ed25519) },
      ];
    }),
  );
  return {
    async verify(jws, signatory) {
      const name = signatory === 'coordinator' ? 'coordinator' : signatory.province;
      const party = parties.get(name);
      if (party === undefined || (signatory !== 'coordinator' && name === 'coordinator')) {
        throw new FederationLogError('UNKNOWN_KEY', 'The signatory is not a member of the directory.');
      }
      const { kid, payload } = await verifyJws(jws, 'weft+jws', party.imported);
      const key = party.keys.get(kid);
      if (key === undefined || !counts(key, name)) {
        throw new FederationLogError('UNKNOWN_KEY', `The key ${kid} of ${name} is not in force, or revoked.`);
      }
      return payload;
    },
  };
}
