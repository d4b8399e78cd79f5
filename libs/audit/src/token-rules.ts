import { chinaDate, LETS_IN } from '#libs/registry';
import { z } from 'zod';
import type { Findings } from './finding.js';
import type { LogRecord } from './log-record.js';

const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const mintedSchema = z.looseObject({
  tokenDigest: sha256,
  province: z.string(),
  registrationId: z.string(),
  expiresAt: z.string(),
});

/** What the coordinator's log says of a clear token. */
export type MintedToken = Pick<z.infer<typeof mintedSchema>, 'province' | 'registrationId' | 'expiresAt'>;

/** A registration with the clear token that its entry names. */
export interface UsedToken {
  readonly tokenDigest: string;
  readonly registrationId: string;
  readonly at: string;
  /** Entry that says so. */
  readonly where: string;
}

const registeredSchema = z.looseObject({ clearToken: sha256, checkId: z.string(), ground: z.string() });
const exemptSchema = z.array(z.string().regex(/^\S+ \d{4}-\d{2}-\d{2}$/));

/**
 * What the entries of one log must say of registrations: each names a clear token, which lets in one; the check that it is from was
 * judged before, and not decided otherwise; and what is imported registered was so before the log began.
 */
export class TokenRules {
  readonly minted = new Map<string, MintedToken>();
  readonly used: UsedToken[] = [];
  private readonly tokens = new Set<string>();
  private readonly judged = new Set<string>();
  /** Check id -> its latest decision. */
  private readonly decided = new Map<string, unknown>();
  private beganOn: string | null = null;

  constructor(private readonly findings: Findings) {}

  /** @param at time of an entry; that of the first is when the log began */
  begin(at: string): void {
    this.beganOn ??= Number.isNaN(Date.parse(at)) ? '' : chinaDate(new Date(at));
  }

  /** The next entry that succeeded. */
  accept({ type, subject, details, at }: LogRecord, where: string): void {
    switch (type) {
      case 'check.judged':
        this.judged.add(subject ?? '');
        return;
      case 'decision.made':
        this.decided.set(subject ?? '', details['decision']);
        return;
      case 'clear-token.minted': {
        const { data } = mintedSchema.safeParse(details);
        if (data) this.minted.set(data.tokenDigest, data);
        return;
      }
      case 'registry.registered':
        this.registered(subject ?? '?', details, at, where);
        return;
      case 'registry.imported':
        this.imported(details['exempt'], where);
        return;
      default:
    }
  }

  private registered(registrationId: string, details: LogRecord['details'], at: string, where: string): void {
    const refuse = (problem: string) =>
      this.findings.add('NO_CLEAR_TOKEN', where, `registration ${registrationId} ${problem}`);
    const { data } = registeredSchema.safeParse(details);
    if (!data) return refuse('names no clear token');
    const { clearToken: tokenDigest, checkId, ground } = data;
    if (this.tokens.has(tokenDigest)) return refuse('names a clear token that was used before');
    this.tokens.add(tokenDigest);
    this.used.push({ tokenDigest, registrationId, at, where });
    if (!this.judged.has(checkId)) refuse(`rests on check ${checkId}, which was not judged before it`);
    const decision = this.decided.get(checkId);
    const letsIn = LETS_IN.some((kind) => kind === decision);
    if (decision === undefined ? ground === 'decision' : !letsIn)
      refuse(`rests on check ${checkId}, which was decided ${JSON.stringify(decision ?? null)}`);
  }

  private imported(exempt: unknown, where: string): void {
    const { data } = exemptSchema.safeParse(exempt ?? []);
    if (!data) {
      this.findings.add('NO_CLEAR_TOKEN', where, 'names in "exempt" what is no registration with its date');
      return;
    }
    for (const one of data) {
      const [registrationId = '', registeredOn = ''] = one.split(' ');
      if (registeredOn <= (this.beganOn ?? '')) continue;
      const problem = `was registered on ${registeredOn}, after this log began, and came in by an import`;
      this.findings.add('NO_CLEAR_TOKEN', where, `registration ${registrationId} ${problem}`);
    }
  }
}

/** What one log says of tokens. */
interface ToldTokens {
  readonly minted: ReadonlyMap<string, MintedToken>;
  readonly used: readonly UsedToken[];
  readonly lastAt: string;
}

/** Each registration's token was minted by the coordinator for that province and application, and had not expired. */
export function compareTokens(
  origin: string,
  province: string,
  { used }: ToldTokens,
  coordinator: ToldTokens,
  findings: Findings,
): void {
  for (const { tokenDigest, registrationId, at, where } of used) {
    const minted = coordinator.minted.get(tokenDigest);
    const refuse = (problem: string) =>
      findings.add(
        'NO_CLEAR_TOKEN',
        where,
        `registration ${registrationId} names a clear token that ${problem}`,
      );
    if (!minted) {
      if (at <= coordinator.lastAt) refuse(`the coordinator's log does not hold`);
    } else if (minted.province !== province || minted.registrationId !== registrationId) {
      refuse(`was minted for ${minted.province} ${minted.registrationId}, not for ${origin}`);
    } else if (at > minted.expiresAt) refuse(`had expired at ${minted.expiresAt}`);
  }
}
