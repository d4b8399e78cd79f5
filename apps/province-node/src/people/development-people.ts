import { randomBytes } from 'node:crypto';
import { readSecretFile, StartError } from '#libs/identity';
import { addPerson, type AddPersonDeps, ROLES } from '#libs/registry';
import { z } from 'zod';
import { createSecretFile } from '../start/own-files.js';

const peopleSchema = z.array(
  z.object({ user: z.string(), password: z.string(), roles: z.array(z.enum(ROLES)) }),
);

/**
 * Makes sure that a development node has an examiner, an auditor and an operator. Their random passwords stand in
 * `file`, which is made, readable by its owner alone, when there is none.
 * @throws StartError if the file is damaged, too open, or cannot be made
 */
export async function ensureDevelopmentPeople(deps: AddPersonDeps, file: string): Promise<void> {
  const drawn = ROLES.map((role) => ({
    user: role,
    password: randomBytes(18).toString('base64url'),
    roles: [role],
  }));
  await createSecretFile(file, `${JSON.stringify(drawn, null, 2)}\n`);
  for (const person of parsePeople(file, await readSecretFile(file))) {
    if (await deps.people.find(person.user)) continue;
    await addPerson(deps, person, { kind: 'program', name: 'province-node' });
  }
}

function parsePeople(file: string, content: Buffer): z.infer<typeof peopleSchema> {
  try {
    return peopleSchema.parse(JSON.parse(content.toString('utf8')));
  } catch (cause) {
    throw new StartError(
      file,
      'is not a list of people with user, password and roles',
      'restore it, or remove it and the people that it named',
      { cause },
    );
  }
}
