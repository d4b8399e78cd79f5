import { useQuery } from '@tanstack/react-query';
import { MARKET_STATES, marketStepSchema } from '#libs/registry';
import { z } from 'zod';
import { call } from '../api/client.js';

export const marketFindingSchema = z.object({
  findingId: z.string(),
  checkId: z.string(),
  registrationId: z.string(),
  province: z.string(),
  state: z.enum(MARKET_STATES),
  steps: z.array(marketStepSchema),
  registration: z
    .object({ registrationNumber: z.string().nullable(), title: z.string().nullable() })
    .nullable(),
});
export type MarketFinding = z.infer<typeof marketFindingSchema>;
export type MarketStep = MarketFinding['steps'][number];

const listSchema = z.object({ findings: z.array(marketFindingSchema) });

/** Market findings by this query of the node's list. */
export function useMarketFindings(query: string) {
  return useQuery({
    queryKey: ['market-findings', query],
    queryFn: ({ signal }) => call(`/api/v1/market-findings?${query}`, listSchema, { signal }),
  });
}

export function useMarketFinding(findingId: string) {
  return useQuery({
    queryKey: ['market-finding', findingId],
    queryFn: ({ signal }) =>
      call(`/api/v1/market-findings/${encodeURIComponent(findingId)}`, marketFindingSchema, { signal }),
  });
}

/** What is read again after an act on a market finding. */
export const MARKET_KEYS = ['market-finding', 'market-findings'];

/** What a registration is called where its number is not known: by its title, else by its id. */
export function registrationName({
  registration,
  registrationId,
}: Pick<MarketFinding, 'registration' | 'registrationId'>): string {
  return registration?.registrationNumber ?? registration?.title ?? registrationId;
}
