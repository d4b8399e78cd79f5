import { RecentNonces, RegistryError, type CheckDependencies } from '#libs/registry';
import type { NodeParts } from '../../apps/province-node/src/node.module.js';
import type { FakeDesk } from './registration-desk.js';

/** A node that shows nothing, among provinces that give no answer. */
export function createFakePictures(asking: CheckDependencies, desk: FakeDesk): NodeParts['pictures'] {
  const { registry, depositCopies, log } = desk;
  const { province, signer, verifier, clock, digest, random, directory } = asking;
  const signing = { province, signer, verifier, log, clock, digest };
  return {
    asking: {
      ...signing,
      random,
      members: directory.members,
      pictures: {
        askForPicture: (owner) =>
          Promise.reject(
            new RegistryError(
              'FEDERATION_UNAVAILABLE',
              'province',
              `${owner} gives no answer`,
              'ask again later',
            ),
          ),
      },
    },
    showing: {
      ...signing,
      policy: 'nothing',
      registry,
      depositCopies,
      draw: async (picture) => picture,
      seen: new RecentNonces(clock),
    },
  };
}
