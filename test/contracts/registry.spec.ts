import { createDataSource, createRegistry, migrate, readAuditLog } from '#libs/persistence';
import { z } from 'zod';
import type { AuditEvent } from '#libs/registry';
import { createFakeRegistry } from '../fakes/registry.js';
import { freshDatabase } from '../postgres.js';
import { describeConcurrency } from './registry-concurrency.contract.js';
import { describeClearTokens } from './registry-tokens.contract.js';
import { describeIndexed } from './registry-index.contract.js';
import { type RegistryUnderTest, describeRegistry } from './registry.contract.js';

async function openFake(): Promise<RegistryUnderTest> {
  const registry = createFakeRegistry();
  return {
    one: registry,
    other: registry,
    log: async () => [...registry.entries],
    close: async () => undefined,
  };
}

async function openPostgres(): Promise<RegistryUnderTest> {
  const database = await freshDatabase();
  const [one, other] = await Promise.all([createDataSource(database.url), createDataSource(database.url)]);
  await migrate(one);
  return {
    one: createRegistry(one, 'zhejiang'),
    other: createRegistry(other, 'zhejiang'),
    log: async () => (await readAuditLog(other, 'zhejiang', 0, 1_000)).map(({ entry }) => parseEvent(entry)),
    close: async () => {
      await Promise.all([one.destroy(), other.destroy()]);
      await database.drop();
    },
  };
}

const eventSchema = z.object({
  type: z.literal('person.added'),
  outcome: z.literal('success'),
  actor: z.object({ kind: z.literal('person'), name: z.string() }),
  at: z.string(),
  subject: z.string(),
  details: z.object({ roles: z.array(z.literal('examiner')) }),
});

function parseEvent(entry: string): AuditEvent {
  return eventSchema.parse(JSON.parse(entry));
}

for (const describeContract of [
  describeRegistry,
  describeClearTokens,
  describeConcurrency,
  describeIndexed,
]) {
  describeContract('in memory', openFake);
  describeContract('in PostgreSQL', openPostgres);
}
