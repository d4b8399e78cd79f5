import type { Actor } from '../audit.js';
import type { Clock } from '../duplicate-check/ports.js';
import { parseNewPerson, type NewPerson, type SignedIn } from './person.js';
import type { PasswordHasher, PeopleStore } from './ports.js';

export interface AddPersonDeps {
  readonly people: PeopleStore;
  readonly passwords: PasswordHasher;
  readonly clock: Clock;
}

/**
 * Lets one more person use this province node.
 * @throws RegistryError INVALID_INPUT for a bad user name, password or role; CONFLICT if the user name is taken
 */
export async function addPerson(deps: AddPersonDeps, person: NewPerson, actor: Actor): Promise<SignedIn> {
  const { user, password, roles } = parseNewPerson(person);
  const passwordHash = await deps.passwords.hash(password);
  await deps.people.insert(
    { user, roles, passwordHash },
    {
      type: 'person.added',
      outcome: 'success',
      actor,
      at: deps.clock.now().toISOString(),
      subject: user,
      details: { roles },
    },
  );
  return { user, roles };
}
