import { randomBytes } from 'node:crypto';
import { ROLES } from '#libs/registry';
import { z } from 'zod';
import { readJsonIfThere, writeWhole } from '../home/files.js';
import { type ProvinceHome } from '../home/weft-home.js';

const peopleSchema = z.array(
  z.object({ user: z.string(), password: z.string(), roles: z.array(z.enum(ROLES)) }),
);

/** A person of a development node with the password in the clear: people.json, mode 0600. */
export type DevelopmentPerson = z.infer<typeof peopleSchema>[number];

/** One person for each role, with random passwords of 144 bits; made if there are none. */
export function ensurePeople(home: ProvinceHome): DevelopmentPerson[] {
  const there = readPeople(home);
  if (there) return there;
  const people = ROLES.map((role) => ({
    user: role,
    password: randomBytes(18).toString('base64url'),
    roles: [role],
  }));
  writeWhole(home.people, `${JSON.stringify(people, null, 2)}\n`);
  return people;
}

/** The people of people.json; undefined if there is no such file. */
export function readPeople(home: ProvinceHome): DevelopmentPerson[] | undefined {
  return readJsonIfThere(home.people, peopleSchema);
}
