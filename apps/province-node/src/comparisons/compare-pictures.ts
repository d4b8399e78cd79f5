import type { ComparedPicture, EvidenceReport } from '#libs/evidence';
import {
  recordingRefusal,
  RegistryError,
  type Actor,
  type AuditLog,
  type Clock,
  type DepositCopies,
  type Fingerprinter,
  type RegistryReader,
} from '#libs/registry';

/** The evidence as it is sent: the report, and PNG files in base64 by name. */
export interface DrawnEvidence {
  readonly evidence: EvidenceReport;
  readonly pictures: Readonly<Record<string, string>>;
}

/** Compares two fingerprinted pictures and draws the evidence. */
export type DrawEvidence = (query: ComparedPicture, candidate: ComparedPicture) => Promise<DrawnEvidence>;

/** What comparing two pictures needs. */
export interface ComparisonDesk {
  readonly fingerprinter: Fingerprinter;
  readonly registry: Pick<RegistryReader, 'find' | 'findPattern'>;
  readonly depositCopies: Pick<DepositCopies, 'get'>;
  readonly draw: DrawEvidence;
  readonly log: AuditLog;
  readonly clock: Clock;
}

/** One side of a comparison: a picture, or a registration of this province whose deposit copy is looked at. */
export type Side = { readonly picture: Uint8Array } | { readonly registrationId: string };

/** The names that the sender gave the two sides' picture and registration. */
const FIELDS = {
  query: { picture: 'picture', registrationId: 'registrationId' },
  candidate: { picture: 'other', registrationId: 'otherRegistrationId' },
} as const;

/**
 * Compares two pictures, each uploaded or a deposit copy of this province, and draws the evidence; that it was done, by whom and of
 * what, is an entry of the log.
 * @throws RegistryError NOT_FOUND for a registration that is not here; INVALID_INPUT, UNFIT_PICTURE or TOO_MANY as the
 *   fingerprinter and the drawing say, with the field that names the side
 */
export async function comparePictures(
  desk: ComparisonDesk,
  query: Side,
  candidate: Side,
  actor: Actor,
): Promise<DrawnEvidence> {
  const type = 'pictures.compared';
  return recordingRefusal(desk, { type, actor, subject: null }, async () => {
    const one = await look(desk, query, 'query');
    const other = await look(desk, candidate, 'candidate');
    const drawn = await desk.draw(one, other);
    const { score, verdict } = drawn.evidence;
    await desk.log.append({
      type,
      outcome: 'success',
      actor,
      at: desk.clock.now().toISOString(),
      subject: null,
      details: {
        queryRegistration: 'registrationId' in query ? query.registrationId : null,
        candidateRegistration: 'registrationId' in candidate ? candidate.registrationId : null,
        score,
        verdict,
      },
    });
    return drawn;
  });
}

async function look(desk: ComparisonDesk, side: Side, which: keyof typeof FIELDS): Promise<ComparedPicture> {
  const fields = FIELDS[which];
  const picture = 'picture' in side ? side.picture : await depositCopy(desk, side, fields.registrationId);
  try {
    return { picture, ...(await desk.fingerprinter.fingerprint(picture)) };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { code, problem, remedy } = error;
    const field = 'picture' in side ? fields.picture : fields.registrationId;
    throw new RegistryError(code, field, problem, remedy, { cause: error });
  }
}

async function depositCopy(
  { registry, depositCopies }: ComparisonDesk,
  { registrationId }: { readonly registrationId: string },
  field: string,
): Promise<Uint8Array> {
  const registration = await registry.find(registrationId);
  const pattern = registration && (await registry.findPattern(registration.patternId));
  if (!pattern)
    throw new RegistryError(
      'NOT_FOUND',
      field,
      'names no registration of this province: the deposit copy of another province stays there',
      'give one of this province, or ask the other province for it by a finding',
    );
  return depositCopies.get(pattern.pictureDigest);
}
