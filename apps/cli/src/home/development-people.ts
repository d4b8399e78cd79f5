import { ROLES, type Role } from '#libs/registry';
import { z } from 'zod';
import { Problem } from '../problem.js';
import { readJsonIfThere } from './files.js';
import { type ProvinceHome } from './weft-home.js';

const peopleSchema = z.array(
  z.object({ user: z.string(), password: z.string(), roles: z.array(z.enum(ROLES)) }),
);

/**
 * A person of the province's people.json who has this role; a development node writes that file on its first start.
 * @throws Problem if there is no such file or person
 */
export function readDevelopmentPerson(home: ProvinceHome, role: Role): { user: string; password: string } {
  const person = readJsonIfThere(home.people, peopleSchema)?.find(({ roles }) => roles.includes(role));
  if (person) return { user: person.user, password: person.password };
  throw new Problem(
    home.people,
    `names no ${role}`,
    'start the federation with "npm start", or set WEFT_USER and WEFT_PASSWORD_FILE',
  );
}
