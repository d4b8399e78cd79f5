import { base64url } from 'jose';
import { keysFor, partiesOf, type Directory, type PartyKey, type PublicKey } from '../directory.js';
import { FederationLogError } from '../errors.js';
import type { LogCrypto } from '../log/crypto.js';
import {
  createNoteVerifier,
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  keyTypes,
  parseVerifierKey,
} from '../log/note-keys.js';
import type { NoteVerifier } from '../log/note.js';
import { logOriginOf, partyOfWitness, witnessNameOf, type PartyName } from '../log/origins.js';
import type { LogTrust } from '../log/receipt.js';

/** A log of the federation: its keys, who witnesses it, and how many of them must have cosigned. */
export interface TrustedLog extends LogTrust {
  readonly party: PartyName;
  /** Distinct witnesses whose cosignatures make a checkpoint witnessed. */
  readonly quorum: number;
}

/** Two thirds of a log's witnesses, rounded up, and never none: 2 of 3, 3 of 4. */
export function witnessQuorum(witnesses: number): number {
  return Math.max(1, Math.ceil((2 * witnesses) / 3));
}

/**
 * The logs of a directory's members and of its coordinator, by origin. A log is witnessed by every member but its own, and by
 * the directory's outside witnesses.
 * @throws FederationLogError MALFORMED or UNKNOWN_KEY for an outside witness whose vkey is none of a witness, or has a member's name
 */
export function trustedLogs(directory: Directory, crypto: LogCrypto): ReadonlyMap<string, TrustedLog> {
  const types = keyTypes(crypto);
  const verifier = (name: string, type: number, { x }: PublicKey): NoteVerifier =>
    createNoteVerifier(crypto.sha256, types, { name, type, publicKey: base64url.decode(x) });
  const outside = (directory.witnesses ?? []).map(({ vkey }) => {
    const key = parseVerifierKey(crypto.sha256, vkey);
    if (partyOfWitness(key.name) !== null) {
      throw new FederationLogError('UNKNOWN_KEY', `vkey: ${key.name} is the name of a member as a witness.`);
    }
    if (key.type !== ED25519_COSIGNATURE) {
      throw new FederationLogError('UNKNOWN_KEY', `vkey: the key of ${key.name} is not one that cosigns.`);
    }
    return createNoteVerifier(crypto.sha256, types, key);
  });
  return new Map(
    partiesOf(directory).map(({ party, keys }): [string, TrustedLog] => {
      const origin = logOriginOf(party);
      const witnesses = [
        ...directory.members
          .filter(({ province }) => province !== party)
          .flatMap(({ province, keys: theirs }) =>
            trustedFor(theirs, 'witness').map((key) =>
              verifier(witnessNameOf(province), ED25519_COSIGNATURE, key),
            ),
          ),
        ...outside,
      ];
      const logKeys = trustedFor(keys, 'log').map((key) => verifier(origin, ED25519_NOTE, key));
      // A witness whose keys were all revoked still counts among those of whom two thirds are needed.
      const named = directory.members.filter(
        ({ province, keys: theirs }) => province !== party && keysFor(theirs, 'witness').length > 0,
      );
      const quorum = witnessQuorum(named.length + new Set(outside.map(({ name }) => name)).size);
      return [origin, { party, origin, logKeys, witnesses, quorum }];
    }),
  );
}

/** Of a compromised key nothing new is trusted, wherever it says that it stands. */
function trustedFor(keys: readonly PartyKey[], use: 'log' | 'witness'): PublicKey[] {
  return keysFor(keys, use).filter(({ revoked }) => revoked === undefined);
}
