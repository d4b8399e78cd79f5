import type { StoredFingerprint } from '#libs/registry';
import { type ProvinceHome, type WeftHome } from '../../home/weft-home.js';
import { openAsker } from '../federation/asker.js';
import { openPageImporter } from './import-page.js';
import { codeOf, isFalseClear } from './outcome-code.js';
import { ANSWERED } from './samples.js';

const CONNECTIONS = 6;
/** Pictures of a batch. */
const BATCH = 16;
/** Rows of a page: a transaction of `weft import`. */
const PAGE = 64;

/** A province that asks and imports. */
export interface ProvinceUnderLoad {
  /** One check, until it is kept as a node keeps it. */
  check(): Promise<{ readonly code: string; readonly falseClear: boolean }>;
  /** A batch of 16, each check kept. @returns ANSWERED, or the code of the first that was not */
  batch(): Promise<string>;
  /** A page of 64 rows, until it is committed. @returns ANSWERED */
  importPage(): Promise<string>;
  close(): Promise<void>;
}

/** What a province asks about and imports: endless. */
export interface Drawing {
  readonly asked: Iterator<StoredFingerprint>;
  readonly registered: Iterator<StoredFingerprint>;
  /** That every registry holds at least. */
  readonly patterns: number;
}

/** Opens a province of a federation that runs. */
export async function openProvinceUnderLoad(
  home: WeftHome,
  province: ProvinceHome,
  { asked, registered, patterns }: Drawing,
): Promise<ProvinceUnderLoad> {
  const asker = await openAsker(home, province, CONNECTIONS);
  const importer = await openPageImporter(province);
  return {
    async check() {
      const fingerprint = take(asked);
      const check = await asker.check(fingerprint);
      await asker.keep(check, fingerprint);
      return { code: codeOf(check), falseClear: isFalseClear(check, patterns) };
    },
    async batch() {
      const fingerprints = Array.from({ length: BATCH }, () => take(asked));
      let code = ANSWERED;
      for await (const check of asker.batch(fingerprints)) {
        // Whichever of them it was: what is kept beside a check is not looked at again here.
        if (fingerprints[0]) await asker.keep(check, fingerprints[0]);
        if (code === ANSWERED) code = isFalseClear(check, patterns) ? 'FALSE CLEAR' : codeOf(check);
      }
      return code;
    },
    async importPage() {
      await importer.importPage(
        Array.from({ length: PAGE }, () => take(registered)),
        'drawn',
      );
      return ANSWERED;
    },
    async close() {
      await importer.close();
      await asker.close();
    },
  };
}

function take(source: Iterator<StoredFingerprint>): StoredFingerprint {
  const next = source.next();
  if (next.done) throw new RangeError('a bench never runs out of fingerprints');
  return next.value;
}
