import {
  assertSupersedes,
  FederationLogError,
  signedDocumentSchema,
  verifyRevocations,
  whyOutdated,
  type RevocationCheck,
  type Revocations,
  type ShownCertificate,
  type Trust,
} from '#libs/federation-log';
import { parseJsonFile, readOpenFile } from './files.js';
import { nodeLogCrypto } from './log-crypto.js';
import { StartError } from './start-error.js';

/** How often the file is looked at, in milliseconds. */
const LOOK_MS = 5_000;
/** How often the same trouble is told, in milliseconds. */
const TELL_MS = 60_000;

/** What an operator is told of the list. */
export interface RevocationState {
  /** RFC 3339; null while no list was read. */
  readonly issuedAt: string | null;
  readonly number: number | null;
  /** Why nothing is asked or answered, or what is wrong with the file; null if all is well. */
  readonly problem: string | null;
}

/**
 * The revocation list in a file, read anew while the process runs. Nobody is trusted while there is no list of the founders' that
 * is at most an hour old.
 */
export class RevocationFile implements RevocationCheck {
  private list: Revocations | undefined;
  /** When the list was first seen to count: by the machine's clock, and by one that nobody can set. */
  private counted: { readonly at: number; readonly monotonic: number } | undefined;
  private fileProblem: string | null = null;
  private timer: NodeJS.Timeout | undefined;
  private readonly told = new Map<string, number>();
  private warn: (detail: string) => void = () => undefined;

  constructor(
    private readonly file: string,
    private readonly trust: Trust,
    private readonly now: () => Date,
    private readonly monotonic: () => number,
  ) {}

  /** Takes up what the file holds now, if it may take the place of what was taken up before. */
  async look(): Promise<void> {
    try {
      const document = parseJsonFile(this.file, await readOpenFile(this.file), signedDocumentSchema);
      const next = await verifyRevocations(document, this.trust, nodeLogCrypto.ed25519);
      if (this.list) assertSupersedes(next, this.list);
      if (next.number !== this.list?.number || next.issuedAt !== this.list.issuedAt) this.counted = undefined;
      this.list = next;
      this.fileProblem = null;
      if (whyOutdated(next, this.now()) === null)
        this.counted ??= { at: this.now().getTime(), monotonic: this.monotonic() };
    } catch (error) {
      if (!(error instanceof StartError || error instanceof FederationLogError)) throw error;
      this.fileProblem = error instanceof StartError ? error.problem : error.message;
    }
    const { problem } = this.state;
    if (problem !== null) this.tell(`revocation list: ${problem}`);
  }

  /** Looks every five seconds until it is closed, and tells of trouble: at most once a minute of the same. */
  watch(warn: (detail: string) => void): void {
    this.warn = warn;
    this.timer ??= setInterval(() => {
      this.look().catch((error: unknown) => this.tell(`revocation list: ${String(error)}`));
    }, LOOK_MS).unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  get state(): RevocationState {
    const { list, fileProblem } = this;
    return {
      issuedAt: list?.issuedAt ?? null,
      number: list?.number ?? null,
      problem: this.unfit() ?? (fileProblem === null ? null : `${this.file} ${fileProblem}`),
    };
  }

  /** Since the list was issued; infinite while none was read. Over 3,600 nothing is asked or answered. */
  get ageSeconds(): number {
    return this.list ? (this.latest().getTime() - Date.parse(this.list.issuedAt)) / 1_000 : Infinity;
  }

  unfit(): string | null {
    const { list, file, fileProblem } = this;
    if (!list) return `there is no revocation list: ${file} ${fileProblem ?? 'was not read'}`;
    const outdated = whyOutdated(list, this.now()) ?? whyOutdated(list, this.latest());
    return outdated && `the revocation list ${outdated}`;
  }

  /** The machine's time, or a later one where its clock was set back since the list was seen to count. */
  private latest(): Date {
    const { counted } = this;
    const least = counted ? counted.at + this.monotonic() - counted.monotonic : -Infinity;
    return new Date(Math.max(this.now().getTime(), least));
  }

  revoked({ fingerprint, party }: ShownCertificate): string | null {
    const { list } = this;
    const byParty = party !== undefined && list?.parties.includes(party);
    if (!byParty && !list?.certificates.includes(fingerprint)) return null;
    const detail = `the certificate ${fingerprint.slice(0, 16)} of ${party ?? 'nobody'} is revoked`;
    this.tell(detail);
    return detail;
  }

  isKeyRevoked(kid: string): boolean {
    return this.list?.keys.includes(kid) ?? false;
  }

  private tell(detail: string): void {
    const now = this.now().getTime();
    if (now - (this.told.get(detail) ?? -Infinity) < TELL_MS) return;
    if (this.told.size > 1_000) this.told.clear();
    this.told.set(detail, now);
    this.warn(detail);
  }
}

/** Has a list watched, with its trouble in the process's log; says so where there is none to watch. */
export function watchRevocations(
  revocations: RevocationFile | undefined,
  logger: { warn(fields: object, message: string): void },
): void {
  if (revocations) revocations.watch((detail) => logger.warn({ detail }, 'revocations'));
  else
    logger.warn(
      { remedy: 'set WEFT_REVOCATIONS_FILE' },
      'no revocation list is configured: a revoked certificate is not noticed',
    );
}
