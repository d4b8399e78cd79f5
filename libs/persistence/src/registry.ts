import type { DataSource } from 'typeorm';
import type { ProvinceId, Registry, RegistryWriter } from '#libs/registry';
import { PostgresRegistryReader } from './registry-reader.js';
import { PostgresRegistryWriter } from './registry-writer.js';

/**
 * One province's registry in PostgreSQL, after `migrate`. Transactions that change it run one after the other, whichever
 * process runs them: a transaction inside another's work waits for itself and fails after the lock timeout.
 */
export function createRegistry(dataSource: DataSource, province: ProvinceId): Registry {
  return new PostgresRegistry(dataSource, province);
}

class PostgresRegistry extends PostgresRegistryReader implements Registry {
  constructor(
    private readonly dataSource: DataSource,
    province: ProvinceId,
  ) {
    super(dataSource.manager, province);
  }

  transaction<T>(work: (writer: RegistryWriter) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      const writer = await PostgresRegistryWriter.open(manager, this.province);
      const result = await work(writer);
      await writer.flush();
      return result;
    });
  }
}
