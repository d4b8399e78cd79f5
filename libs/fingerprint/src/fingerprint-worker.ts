import sharp from 'sharp';
import { RegistryError, type FingerprintedPicture, type RegistryErrorCode } from '#libs/registry';
import { createFingerprinter } from './create-fingerprinter.js';

/** What a worker sends back: an error's class does not survive the way between threads, so its fields travel. */
export type WorkerReply =
  | { readonly ok: true; readonly value: FingerprintedPicture }
  | {
      readonly ok: false;
      readonly code: RegistryErrorCode;
      readonly field: string;
      readonly problem: string;
      readonly remedy: string;
    };

// The pool's threads are the parallelism.
sharp.concurrency(1);
const fingerprinter = await createFingerprinter();

export default async function fingerprintInWorker(picture: Uint8Array): Promise<WorkerReply> {
  try {
    return { ok: true, value: await fingerprinter.fingerprint(picture) };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { code, field, problem, remedy } = error;
    return { ok: false, code, field, problem, remedy };
  }
}
