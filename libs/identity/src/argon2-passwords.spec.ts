import { Argon2Passwords } from './argon2-passwords.js';

describe('passwords', () => {
  it('are hashed by argon2id with a salt of their own, at the recommended cost', async () => {
    const passwords = await Argon2Passwords.create();
    const [one, other] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(passwords.nobodysHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(other).not.toBe(one);
    expect(await passwords.verify(one, 'correct horse')).toBe(true);
    expect(await passwords.verify(one, 'correct horse ')).toBe(false);
    expect(await passwords.verify(passwords.nobodysHash, '')).toBe(false);
  });

  it('are not verified without bound', async () => {
    const passwords = await Argon2Passwords.create();
    const attempts = Array.from({ length: 50 }, async () => passwords.verify(passwords.nobodysHash, 'guess'));
    const outcomes = await Promise.allSettled(attempts);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(50 - 34);
    expect(refused[0]).toMatchObject({ reason: { code: 'TOO_MANY' } });
  });
});
