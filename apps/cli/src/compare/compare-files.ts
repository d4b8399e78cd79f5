import { basename } from 'node:path';
import { createFingerprinter, decodeFingerprint, DEFAULT_CALIBRATION, readPicture } from '#libs/fingerprint';
import { compareFingerprinted, type ComparedPicture, type Evidence } from '#libs/evidence';
import { RegistryError, type Fingerprinter } from '#libs/registry';
import { matchPair } from '#libs/similarity';
import { readPicture as readFile } from '../client/picture-files.js';
import { Problem } from '../problem.js';

/**
 * Compares two picture files in this process, by this version's model and calibration; no node is asked.
 * @throws Problem naming the file that cannot be read or is no picture that can be compared
 */
export async function compareFiles(query: string, candidate: string): Promise<Evidence> {
  const fingerprinter = await createFingerprinter();
  const comparison = {
    read: readPicture,
    decode: decodeFingerprint,
    match: matchPair,
    calibration: DEFAULT_CALIBRATION,
  };
  return compareFingerprinted(
    comparison,
    await readFingerprinted(fingerprinter, query, 'A'),
    await readFingerprinted(fingerprinter, candidate, 'B'),
  );
}

async function readFingerprinted(
  fingerprinter: Fingerprinter,
  path: string,
  side: 'A' | 'B',
): Promise<ComparedPicture> {
  const { bytes } = await readFile(path, basename(path));
  try {
    return { picture: bytes, ...(await fingerprinter.fingerprint(bytes)) };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { code, problem, remedy } = error;
    throw new Problem(`${side} (${path})`, problem, remedy, { cause: error, code });
  }
}
