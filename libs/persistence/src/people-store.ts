import { type DataSource, QueryFailedError } from 'typeorm';
import {
  type AuditEvent,
  type LogOrigin,
  type PeopleStore,
  type Person,
  RegistryError,
} from '#libs/registry';
import { appendEntries, logEntry } from './audit-log.js';
import { PersonEntity } from './people-rows.js';
import { systemCode } from './persistence-error.js';

const UNIQUE_VIOLATION = '23505';

/** The people of a node in its PostgreSQL database. */
export class PostgresPeople implements PeopleStore {
  /** @param origin whose log records them */
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
  ) {}

  async find(user: string): Promise<Person | undefined> {
    return (await this.dataSource.manager.findOneBy(PersonEntity, { user })) ?? undefined;
  }

  async insert(person: Person, entry: AuditEvent): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      try {
        await manager.insert(PersonEntity, { ...person, roles: [...person.roles] });
      } catch (cause) {
        if (!isUniqueViolation(cause)) throw cause;
        throw new RegistryError('CONFLICT', 'user', 'is taken', 'choose another user name', { cause });
      }
      await appendEntries(manager, this.origin, [logEntry(this.origin, entry)]);
    });
  }
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && systemCode(error.driverError) === UNIQUE_VIOLATION;
}
