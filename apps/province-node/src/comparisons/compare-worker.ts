import { compareFingerprinted, type ComparedPicture } from '#libs/evidence';
import { decodeFingerprint, readPicture } from '#libs/fingerprint';
import { RegistryError, type Calibration, type RegistryErrorCode } from '#libs/registry';
import { matchPair } from '#libs/similarity';
import sharp from 'sharp';
import type { DrawnEvidence } from './compare-pictures.js';

/** Two fingerprinted pictures. */
export interface CompareTask {
  readonly query: ComparedPicture;
  readonly candidate: ComparedPicture;
  readonly calibration: Calibration;
}

/** What the thread sends back: an error's class does not survive the way between threads, so its fields travel. */
export type CompareReply =
  | { readonly ok: true; readonly value: DrawnEvidence }
  | {
      readonly ok: false;
      readonly code: RegistryErrorCode;
      readonly field: string;
      readonly problem: string;
      readonly remedy: string;
    };

sharp.concurrency(1);

export default async function compareInWorker(task: CompareTask): Promise<CompareReply> {
  const { query, candidate, calibration } = task;
  try {
    const comparison = { read: readPicture, decode: decodeFingerprint, match: matchPair, calibration };
    const { report, pictures } = await compareFingerprinted(comparison, query, candidate);
    const files = [...pictures].map(([name, file]): [string, string] => [
      name,
      Buffer.from(file).toString('base64'),
    ]);
    return { ok: true, value: { evidence: report, pictures: Object.fromEntries(files) } };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { code, field, problem, remedy } = error;
    return { ok: false, code, field, problem, remedy };
  }
}
