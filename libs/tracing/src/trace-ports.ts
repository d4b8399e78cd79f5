import { trace, type Attributes } from '@opentelemetry/api';
import type { AuditEvent, AuditLog, CandidateVerifier, Fingerprinter, SimilarityIndex } from '#libs/registry';
import { inSpan } from './spans.js';

/** A log whose appends are spans: the event, and of a check its id, verdict and coverage. */
export function traceLog(log: AuditLog): AuditLog {
  return {
    append(event) {
      // Whoever looks for a check finds the request that asked it.
      if (event.type === 'check.asked') trace.getActiveSpan()?.setAttributes(told(event));
      return inSpan(
        `log ${event.type}`,
        () => told(event),
        () => log.append(event),
      );
    },
  };
}

const none = (): Attributes => ({});

function told(event: AuditEvent): Attributes {
  const outcome = { 'weft.outcome': event.outcome };
  if (!/^(check|member)\./.test(event.type) || event.subject === null) return outcome;
  const check = { ...outcome, 'weft.check_id': event.subject };
  if (event.type !== 'check.judged' || event.outcome !== 'success') return check;
  const { verdict, complete, coverage } = event.details;
  const members = coverage.map((line): [string, string] => {
    const [member = '', how = ''] = line.split(' ');
    return [`weft.member.${member}`, how];
  });
  return {
    ...check,
    'weft.verdict': verdict,
    'weft.complete': complete,
    ...Object.fromEntries<string>(members),
  };
}

/** A fingerprinter whose pictures are spans. */
export function traceFingerprinter(inner: Fingerprinter): Fingerprinter {
  return {
    modelDigest: inner.modelDigest,
    fingerprint: (picture) => inSpan('fingerprint', none, () => inner.fingerprint(picture)),
  };
}

/** A verifier whose comparisons of one question are a span. */
export function traceCandidates(inner: CandidateVerifier): CandidateVerifier {
  return {
    verify: (query, candidates, deadline) =>
      inSpan(
        'verify candidates',
        () => ({ 'weft.candidates': candidates.length }),
        async (span) => {
          const found = await inner.verify(query, candidates, deadline);
          span?.setAttribute('weft.verified', found.filter((one) => one !== null).length);
          return found;
        },
      ),
  };
}

/** An index whose searches are spans. */
export function traceIndex(inner: SimilarityIndex): SimilarityIndex {
  return {
    modelDigest: inner.modelDigest,
    dimension: inner.dimension,
    get size() {
      return inner.size;
    },
    get position() {
      return inner.position;
    },
    apply: (entries, position) => inner.apply(entries, position),
    search: (queries) =>
      inSpan(
        'search index',
        () => ({ 'weft.queries': queries.length }),
        async (span) => {
          const results = await inner.search(queries);
          span?.setAttribute('weft.searched', results[0]?.searched ?? 0);
          return results;
        },
      ),
    close: () => inner.close(),
  };
}
