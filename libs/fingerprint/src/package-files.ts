import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WITHIN_REPOSITORY = join('libs', 'fingerprint', 'model', 'embedding.onnx');

/** The repository's root: the nearest folder above that holds the model, from the sources as from dist. */
export function repositoryRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, WITHIN_REPOSITORY))) return folder;
    if (folder === dirname(folder)) {
      throw new Error(`${WITHIN_REPOSITORY} is missing: restore it from the repository`);
    }
  }
}

/** The committed model's absolute path. */
export function modelPath(): string {
  return join(repositoryRoot(), WITHIN_REPOSITORY);
}
