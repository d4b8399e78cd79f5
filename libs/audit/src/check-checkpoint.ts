import {
  FederationLogError,
  parseCheckpoint,
  parseNote,
  verifySignatures,
  type Checkpoint,
  type NoteSignature,
  type SignedNote,
} from '#libs/federation-log';
import type { Fault, Finding } from './finding.js';
import type { LogPolicy, OpenPolicy } from './policy.js';

/** A checkpoint that the log truly signed. */
export interface CheckedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly log: LogPolicy;
  /** Names of the witnesses that cosigned it. */
  readonly cosigners: readonly string[];
}

/** What reading a checkpoint gave. */
export interface CheckpointReading {
  /** Null if the log did not sign it, or it is none. */
  readonly checked: CheckedCheckpoint | null;
  readonly findings: readonly Finding[];
}

/**
 * Reads a signed checkpoint under a policy: the log's signature, every cosignature, the quorum. A signature of a key that the
 * policy does not know is a finding too: an auditor's evidence holds no byte that nothing binds.
 * @param where names it in findings
 */
export function checkCheckpoint(policy: OpenPolicy, text: string, where: string): CheckpointReading {
  let note: SignedNote;
  let checkpoint: Checkpoint;
  try {
    note = parseNote(text);
    checkpoint = parseCheckpoint(note.text);
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    return { checked: null, findings: [{ fault: 'NOT_A_BUNDLE', where, detail: error.message }] };
  }
  const log = policy.logs.get(checkpoint.origin);
  if (log === undefined) {
    const detail = `the policy knows no log ${checkpoint.origin}`;
    return { checked: null, findings: [{ fault: 'UNKNOWN_KEY', where, detail }] };
  }
  const found: Finding[] = [];
  const find = (fault: Fault, detail: string): void => void found.push({ fault, where, detail });
  let signed = false;
  const cosigners = new Set<string>();
  for (const line of note.signatures) {
    const signer = signerOf(note, line, log, checkpoint.size);
    if (signer.kind === 'fault') find(signer.fault, signer.detail);
    else if (signer.kind === 'log') signed = true;
    else cosigners.add(line.name);
  }
  if (!signed) {
    if (found.length === 0) find('UNKNOWN_KEY', `no key of ${log.origin} signed the checkpoint`);
    return { checked: null, findings: found };
  }
  if (cosigners.size < log.quorum) {
    const names = [...cosigners].join(', ') || 'nobody';
    find('BELOW_QUORUM', `cosigned by ${cosigners.size} of ${log.quorum} needed witnesses (${names})`);
  }
  return { checked: { checkpoint, log, cosigners: [...cosigners] }, findings: found };
}

type Signer = { readonly kind: 'log' | 'witness' } | { kind: 'fault'; fault: Fault; detail: string };

function signerOf(note: SignedNote, line: NoteSignature, log: LogPolicy, size: number): Signer {
  const only = { text: note.text, signatures: [line] };
  try {
    const [own] = verifySignatures(only, log.logKeys);
    const revoked = log.revoked.find(({ key, from }) => key === own?.verifier && size > from);
    if (revoked) {
      const detail = `the key of ${line.name} is revoked for more than ${revoked.from} entries`;
      return { kind: 'fault', fault: 'UNKNOWN_KEY', detail };
    }
    if (own) return { kind: 'log' };
    if (verifySignatures(only, log.witnesses).length > 0) return { kind: 'witness' };
    const detail = `the policy does not know the key ${line.keyId.toString(16).padStart(8, '0')} of ${line.name}`;
    return { kind: 'fault', fault: 'UNKNOWN_KEY', detail };
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    return { kind: 'fault', fault: 'BAD_SIGNATURE', detail: error.message };
  }
}
