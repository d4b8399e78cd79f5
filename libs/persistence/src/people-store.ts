import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { type AuditEvent, type AuditLog, type PeopleStore, type Person, RegistryError } from '#libs/registry';
import { PersonRow } from './people-rows.js';

const UNIQUE_VIOLATION = '23505';

/** The people of a node in its PostgreSQL database. */
export class PostgresPeople implements PeopleStore {
  /** @param logIn gives the log that writes inside a transaction */
  constructor(
    private readonly dataSource: DataSource,
    private readonly logIn: (manager: EntityManager) => AuditLog,
  ) {}

  async find(user: string): Promise<Person | undefined> {
    return (await this.dataSource.manager.findOneBy(PersonRow, { user })) ?? undefined;
  }

  async count(): Promise<number> {
    return this.dataSource.manager.count(PersonRow);
  }

  async insert(person: Person, entry: AuditEvent): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      try {
        await manager.insert(PersonRow, { ...person, roles: [...person.roles] });
      } catch (cause) {
        if (!isUniqueViolation(cause)) throw cause;
        throw new RegistryError('CONFLICT', 'user', 'is taken', 'choose another user name', { cause });
      }
      await this.logIn(manager).append(entry);
    });
  }
}

function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof QueryFailedError &&
    'code' in error.driverError &&
    error.driverError.code === UNIQUE_VIOLATION
  );
}
