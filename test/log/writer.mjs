// A process that appends to a log and signs it, until it has appended its count, or is killed. It prints a line for each entry
// that was acknowledged.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { loadLogIdentity } from '#libs/identity';
import { runLog } from '#libs/log-service';
import {
  createAuditLog,
  createDataSource,
  createLastSignedFile,
  createRegistry,
  PostgresLogStore,
} from '#libs/persistence';
import { pino } from 'pino';

const { url, name, count, keyFile, signedFile } = JSON.parse(readFileSync(0, 'utf8'));
const ORIGIN = 'zhejiang';
const AT_ONCE = 16;

const dataSource = await createDataSource(url);
const log = createAuditLog(dataSource, ORIGIN);
const registry = createRegistry(dataSource, ORIGIN);
const running = runLog({
  signing: {
    ...(await loadLogIdentity({ province: ORIGIN }, keyFile)),
    store: new PostgresLogStore(dataSource, ORIGIN),
    lastSigned: createLastSignedFile(signedFile),
  },
  logger: pino({ level: 'error' }, pino.destination({ dest: 2, sync: true })),
  // Entries gather for a shorter time than in service, so that kills fall into the signing as often as into the appending.
  wait: (milliseconds, signal) =>
    pause(milliseconds < 1_000 ? Math.min(milliseconds, 50) : milliseconds, undefined, { signal }).catch(
      () => undefined,
    ),
});

let next = 0;
async function appendAll() {
  while (next < count) {
    const place = next++;
    const subject = `${name}-${place}`;
    const event = {
      type: 'person.added',
      outcome: 'success',
      actor: { kind: 'program', name },
      at: new Date().toISOString(),
      subject,
      details: { roles: ['examiner'] },
    };
    // Some as the entry of a change of the registry, the others in groups.
    if (place % 10 === 0) await registry.transaction((writer) => writer.log.append(event));
    else await log.append(event);
    process.stdout.write(`${subject}\n`);
  }
}

process.stdout.write('ready\n');
await Promise.all(Array.from({ length: AT_ONCE }, appendAll));
await running.stop();
await dataSource.destroy();
