import type { CheckedPictureFiles } from '#libs/persistence';
import {
  RegistryError,
  type CheckReport,
  type DepositCopies,
  type Fingerprinter,
  type RegistryReader,
} from '#libs/registry';
import { digestOf, NO_PICTURES, printPicture, type CheckFacts, type ShownPictures } from '#libs/report';
import type { DrawEvidence } from '../comparisons/compare-pictures.js';

/** What the pictures of a report come from. */
export interface PictureDesk {
  readonly registry: Pick<RegistryReader, 'find' | 'findPattern' | 'findPatternByDigest'>;
  readonly depositCopies: Pick<DepositCopies, 'get'>;
  readonly checkedPictures: Pick<CheckedPictureFiles, 'get'>;
  readonly fingerprinter: Fingerprinter;
  readonly draw: DrawEvidence;
}

/** What a report shows of a check. */
export interface Shown {
  readonly source: CheckFacts['picture']['source'];
  readonly here: ReadonlySet<string>;
  readonly shown: CheckFacts['shown'];
  readonly pictures: ShownPictures;
}

/** Longest side, pixels, and quality: of the pictures of a report, of drawn evidence, of the small pictures of a batch's report. */
const WHOLE = { side: 1_000, quality: 82 };
const EVIDENCE = { side: 384, quality: 88 };
const SMALL = { side: 360, quality: 70 };
/** Of the drawn evidence, what a report shows. */
const PRINTED = ['overlay.png', 'repeat-query.png', 'repeat-candidate.png', 'repeat-difference.png'];

/**
 * The examined picture, and the first candidate's if it is of this province; with both, overlay and repeat units too. Another province's
 * picture is never asked for.
 * @param size "small" for a batch: no evidence is drawn
 * @throws RegistryError TOO_MANY while others draw
 */
export async function showPictures(
  desk: PictureDesk,
  check: CheckReport,
  size: 'whole' | 'small',
): Promise<Shown> {
  const print = size === 'whole' ? WHOLE : SMALL;
  const { source, picture } = await examined(desk, check.picture.digest);
  const first = check.candidates[0];
  const other = first?.province === check.asker ? await depositCopyOf(desk, first.registrationId) : undefined;
  const [query, candidate] = await Promise.all([printed(picture, print), printed(other, print)]);
  const drawn =
    size === 'whole' && query && candidate && picture && other
      ? await drawEvidence(desk, picture, other)
      : NOTHING_DRAWN;
  return {
    source: query ? source : 'not-kept',
    here: new Set(candidate && first ? [first.registrationId] : []),
    shown: {
      query: query && digestOf(query),
      candidate:
        candidate && first ? { registrationId: first.registrationId, digest: digestOf(candidate) } : null,
      evidence: drawn.evidence.map(({ name, caption, file }) => ({ name, caption, digest: digestOf(file) })),
      absent: drawn.absent,
    },
    pictures: { ...NO_PICTURES, query, candidate, evidence: drawn.evidence.map(({ file }) => file) },
  };
}

interface Drawn {
  readonly evidence: readonly (Pick<CheckFacts['shown']['evidence'][number], 'name' | 'caption'> & {
    readonly file: Uint8Array;
  })[];
  readonly absent: CheckFacts['shown']['absent'];
}

const NOTHING_DRAWN: Drawn = { evidence: [], absent: [] };

/** The deposit copy if the picture was ever filed here, else the copy that was kept with the check. */
async function examined(
  { registry, depositCopies, checkedPictures }: PictureDesk,
  digest: string,
): Promise<{ source: Shown['source']; picture: Uint8Array | undefined }> {
  if (await registry.findPatternByDigest(digest)) {
    const picture = await readable(depositCopies, digest);
    if (picture) return { source: 'deposit-copy', picture };
  }
  return { source: 'checked-copy', picture: await checkedPictures.get(digest) };
}

async function depositCopyOf(
  { registry, depositCopies }: PictureDesk,
  registrationId: string,
): Promise<Uint8Array | undefined> {
  const registration = await registry.find(registrationId);
  const pattern = registration && (await registry.findPattern(registration.patternId));
  return pattern && readable(depositCopies, pattern.pictureDigest);
}

async function readable(
  depositCopies: Pick<DepositCopies, 'get'>,
  digest: string,
): Promise<Uint8Array | undefined> {
  try {
    return await depositCopies.get(digest);
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

async function printed(
  picture: Uint8Array | undefined,
  { side, quality }: { side: number; quality: number },
): Promise<Uint8Array | null> {
  // A damaged copy is one that is not there: the rest of the report is as true without it.
  return picture ? printPicture(picture, side, quality).catch(() => null) : null;
}

async function drawEvidence(
  { fingerprinter, draw }: PictureDesk,
  query: Uint8Array,
  candidate: Uint8Array,
): Promise<Drawn> {
  try {
    const { evidence, pictures } = await draw(
      { picture: query, ...(await fingerprinter.fingerprint(query)) },
      { picture: candidate, ...(await fingerprinter.fingerprint(candidate)) },
    );
    const wanted = evidence.pictures.filter(({ name }) => PRINTED.includes(name));
    const files = wanted.map(async ({ name, caption }) => {
      const file = Buffer.from(pictures[name] ?? '', 'base64');
      return { name, caption, file: await printPicture(file, EVIDENCE.side, EVIDENCE.quality) };
    });
    return {
      evidence: await Promise.all(files),
      absent: evidence.absent.filter(({ name }) => PRINTED.includes(name)),
    };
  } catch (error) {
    const ofThePicture =
      error instanceof RegistryError && (error.code === 'INVALID_INPUT' || error.code === 'UNFIT_PICTURE');
    if (!ofThePicture) throw error;
    const reason = {
      zh: `两图无法再次比对（${error.problem}）`,
      en: `the pictures cannot be compared again: ${error.problem}`,
    };
    return { evidence: [], absent: [{ name: 'overlay.png', reason }] };
  }
}
