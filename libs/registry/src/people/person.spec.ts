import { RegistryError } from '../errors.js';
import { parseNewPerson } from './person.js';

const good = { user: 'li.na', password: 'twelve chars', roles: ['examiner'] };

describe('a new person', () => {
  it('is taken with a user name, a long password and a role', () => {
    expect(parseNewPerson(good)).toEqual(good);
  });

  it.each([
    [{ user: 'Li' }, 'user'],
    [{ user: 'l' }, 'user'],
    [{ user: 'li na' }, 'user'],
    [{ user: `l${'i'.repeat(32)}` }, 'user'],
    [{ password: 'eleven char' }, 'password'],
    [{ password: 'x'.repeat(257) }, 'password'],
    [{ roles: [] }, 'roles'],
    [{ roles: ['admin'] }, 'roles'],
  ])('is refused with %j, and the password is not repeated', (change, field) => {
    const person = { ...good, ...change };
    let refusal: unknown;
    try {
      parseNewPerson(person);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(RegistryError);
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', field });
    expect(String(refusal)).not.toContain(person.password);
  });
});
