import type { Actor } from '../audit.js';
import { commitTo } from '../audit-events/commitment.js';
import { parsePapers } from '../examination/papers.js';
import { chinaDate } from './civil-date.js';
import { keepPattern } from './keep-pattern.js';
import { recordingRefusal, type RegistrationDesk } from './registration-desk.js';
import type { Registration } from './registration.js';
import { parseWorkMetadata } from './work-metadata.js';

/** An application as it comes to the desk. */
export interface Application {
  /** The picture file's bytes: JPEG, PNG, WebP or TIFF. */
  readonly picture: Uint8Array;
  /** Read as WorkMetadata. */
  readonly metadata: unknown;
  /** The papers that were seen, by their names in the list; absent where the desk keeps no list. */
  readonly papers?: readonly string[] | undefined;
  readonly actor: Actor;
}

/**
 * Files an application: it is searchable as soon as this returns, before anything is checked. The deposit copy is durable
 * before the registry names it; the same picture again is the same pattern.
 * @throws RegistryError INVALID_INPUT or UNFIT_PICTURE, field "picture", "papers" or one of WorkMetadata; then nothing is filed
 */
export function fileApplication(desk: RegistrationDesk, application: Application): Promise<Registration> {
  const { picture, metadata, actor } = application;
  return recordingRefusal(desk, { type: 'registry.filed', actor, subject: null }, async () => {
    const now = desk.clock.now();
    const work = parseWorkMetadata(metadata, chinaDate(now));
    const papers = application.papers && parsePapers(application.papers);
    const fingerprinted = await desk.fingerprinter.fingerprint(picture);
    const { pictureDigest } = fingerprinted.pattern;
    await desk.depositCopies.put(pictureDigest, picture);
    const registrationId = desk.random.uuid();
    return desk.registry.transaction(async (writer) => {
      const patternId = await keepPattern(writer, fingerprinted, desk.random);
      const registration: Registration = {
        ...work,
        registrationId,
        patternId,
        province: desk.province.id,
        registrationNumber: null,
        state: 'applied',
        registeredOn: null,
        filedAt: now.toISOString(),
        reason: '',
      };
      await writer.insertRegistration(registration);
      const picture = { of: 'picture', salt: desk.random.salt(), value: pictureDigest } as const;
      await writer.keepSalts([{ about: registrationId, ...picture }]);
      await writer.log.append({
        type: 'registry.filed',
        outcome: 'success',
        actor,
        at: now.toISOString(),
        subject: registrationId,
        details: {
          patternId,
          category: work.category,
          pictureCommitment: commitTo(desk.digest, picture),
          ...(papers && { papers }),
          ...(await writer.head()),
        },
      });
      return registration;
    });
  });
}
