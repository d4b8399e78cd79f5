import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';

const PROTO_FILES = ['check', 'federation', 'finding', 'log', 'registration', 'similarity', 'witness'].map(
  (name) => `weft/${name}/v1/${name}.proto`,
);

/**
 * Serves reflection (v1 and v1alpha) of the weft services on this server.
 * @throws Error if the proto folder is not there
 */
export function addReflection(server: Pick<Server, 'addService'>): void {
  const definition = loadSync(PROTO_FILES, { includeDirs: [protoFolder(import.meta.dirname)] });
  new ReflectionService(definition).addToServer(server);
}

/** The project's proto folder, seen from a source or a built file. */
function protoFolder(from: string): string {
  const folder = join(from, 'proto');
  if (existsSync(join(folder, 'weft'))) return folder;
  if (dirname(from) === from)
    throw new Error('proto: the folder is missing; restore it, or turn reflection off');
  return protoFolder(dirname(from));
}
