import { ROLES, type Role } from '#libs/registry';

/** Who may use a route: anybody, or people with one of these roles. */
export type Allowed = 'public' | readonly Role[];

const EXAMINERS = ['examiner'] as const;
const READERS = ['examiner', 'auditor'] as const;

/** One row for each route; what has no row is refused. */
const POLICY: ReadonlyMap<string, Allowed> = new Map<string, Allowed>([
  ['GET /health/live', 'public'],
  ['GET /health/ready', 'public'],
  ['GET /', 'public'],
  ['GET /assets/:name', 'public'],
  ['GET /api/v1/openapi.json', 'public'],
  ['POST /api/v1/session', 'public'],
  ['GET /log/*path', ['auditor', 'operator']],
  ['GET /api/v1/members', ROLES],
  ['GET /api/v1/log-state', ROLES],
  ['GET /api/v1/node-state', ['operator']],
  ['POST /api/v1/checks', EXAMINERS],
  ['GET /api/v1/checks', READERS],
  ['GET /api/v1/checks/:id', READERS],
  ['GET /api/v1/checks/:id/evidence', READERS],
  ['GET /api/v1/checks/:id/report.pdf', READERS],
  ['GET /api/v1/checks/:id/report.json', READERS],
  ['GET /api/v1/checks/:id/decisions', READERS],
  ['POST /api/v1/checks/:id/decisions', EXAMINERS],
  ['POST /api/v1/checks/:id/decisions/:decisionId/confirmation', EXAMINERS],
  ['POST /api/v1/checks/:id/clear-token', EXAMINERS],
  ['POST /api/v1/comparisons', EXAMINERS],
  ['POST /api/v1/shared-pictures', EXAMINERS],
  ['POST /api/v1/check-batches', EXAMINERS],
  ['PUT /api/v1/check-batches/:id/pictures/:name', EXAMINERS],
  ['POST /api/v1/check-batches/:id/start', EXAMINERS],
  ['POST /api/v1/check-batches/:id/cancellation', EXAMINERS],
  ['GET /api/v1/check-batches', READERS],
  ['GET /api/v1/check-batches/:id', READERS],
  ['GET /api/v1/check-batches/:id/report.pdf', READERS],
  ['GET /api/v1/check-batches/:id/report.xlsx', READERS],
  ['GET /api/v1/check-batches/:id/report.json', READERS],
  ['GET /api/v1/findings', READERS],
  ['POST /api/v1/findings', EXAMINERS],
  ['GET /api/v1/findings/:id', READERS],
  ['GET /api/v1/findings/:id/evidence', READERS],
  ['POST /api/v1/findings/:id/steps', EXAMINERS],
  ['POST /api/v1/findings/:id/delivery', EXAMINERS],
  ['GET /api/v1/market-findings', READERS],
  ['POST /api/v1/market-findings', EXAMINERS],
  ['GET /api/v1/market-findings/:id', READERS],
  ['POST /api/v1/market-findings/:id/handings-on', EXAMINERS],
  ['GET /api/v1/market-findings/:id/handings-on/:stepId/evidence', READERS],
  ['POST /api/v1/market-findings/:id/outcomes', EXAMINERS],
  ['GET /api/v1/worklist', READERS],
  ['GET /api/v1/worklist/:id', READERS],
  ['POST /api/v1/worklist/:id/steps', EXAMINERS],
  ['GET /api/v1/statistics', READERS],
  ['GET /api/v1/statistics/monthly.xlsx', READERS],
  ['GET /api/v1/applications', READERS],
  ['POST /api/v1/applications', EXAMINERS],
  ['GET /api/v1/registrations', READERS],
  ['GET /api/v1/registrations/:id', READERS],
  ['GET /api/v1/registrations/:id/examination', READERS],
  ['GET /api/v1/registrations/:id/id-card', READERS],
  ['GET /api/v1/registrations/:id/id-card.json', READERS],
  ['GET /api/v1/registrations/:id/id-card.pdf', READERS],
  ['GET /api/v1/registrations/:id/certificate.pdf', READERS],
  ['POST /api/v1/registrations/:id/check', EXAMINERS],
  ['GET /api/v1/registrations/:id/picture', READERS],
  ['POST /api/v1/registrations/:id/examination', EXAMINERS],
  ['POST /api/v1/registrations/:id/registration', EXAMINERS],
  ['POST /api/v1/registrations/:id/refusal', EXAMINERS],
  ['POST /api/v1/registrations/:id/revocation', EXAMINERS],
]);

/**
 * Who may use this route, or undefined if it has no row.
 * @param method as in the request; HEAD is read as GET
 * @param route the route's pattern ("/api/v1/checks/:id")
 */
export function allowedOn(method: string, route: string): Allowed | undefined {
  return POLICY.get(`${method === 'HEAD' ? 'GET' : method} ${route}`);
}
