import { bundle, logFiles, note, policy } from './targets/evidence.js';
import { directory, proto, revocations } from './targets/federation.js';
import { fingerprint, picture } from './targets/pictures.js';
import { answer, clearToken, question, session } from './targets/statements.js';
import { registrationNumber, table } from './targets/tables.js';
import { type OpenTarget } from './target.js';

/** Every parser of what comes from outside, by the name that `--only` takes. */
export const targets: Readonly<Record<string, OpenTarget>> = {
  picture,
  csv: table,
  'registration-number': registrationNumber,
  fingerprint,
  session,
  'clear-token': clearToken,
  question,
  answer,
  bundle,
  policy,
  checkpoint: note,
  'log-files': logFiles,
  directory,
  revocations,
  proto,
};
