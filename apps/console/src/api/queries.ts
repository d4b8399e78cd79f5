import { keepPreviousData, QueryClient, useQuery } from '@tanstack/react-query';
import { ApiProblem, call, callForFile } from './client.js';
import {
  batchListSchema,
  checkListSchema,
  checkPageSchema,
  decisionListSchema,
  examinationSchema,
  idCardSchema,
  logStateSchema,
  membersSchema,
  nodeStateSchema,
  registrationDetailSchema,
} from './schemas.js';

const MEMBERS_EVERY_MS = 10_000;
const RECEIPTS_EVERY_MS = 2_000;
const WAITING_EVERY_MS = 5_000;

/** What was read of the node; a passing failure is tried twice more. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => count < 2 && error instanceof ApiProblem && error.passing,
      refetchOnWindowFocus: false,
      staleTime: 1_000,
    },
  },
});

/** What each member can answer now, asked again while the page is open. */
export function useMembers() {
  return useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => call('/api/v1/members', membersSchema, { signal }),
    refetchInterval: MEMBERS_EVERY_MS,
    staleTime: MEMBERS_EVERY_MS / 2,
  });
}

/** One check with its receipts, read again while any of them is on its way. */
export function useCheck(checkId: string | undefined) {
  return useQuery({
    queryKey: ['check', checkId],
    queryFn: ({ signal }) => call(`/api/v1/checks/${checkId ?? ''}`, checkPageSchema, { signal }),
    enabled: checkId !== undefined,
    refetchInterval: ({ state }) => {
      const pending = state.data?.receipts.some((one) => one.state === 'PENDING') ?? false;
      if (pending && state.dataUpdateCount < 90) return RECEIPTS_EVERY_MS;
      return state.data?.waits ? WAITING_EVERY_MS : false;
    },
  });
}

/** What examiners decided on a check, the latest last. */
export function useDecisions(checkId: string) {
  return useQuery({
    queryKey: ['decisions', checkId],
    queryFn: ({ signal }) => call(`/api/v1/checks/${checkId}/decisions`, decisionListSchema, { signal }),
  });
}

export function useChecks(after: string | undefined) {
  return useQuery({
    queryKey: ['checks', after],
    queryFn: ({ signal }) =>
      call(`/api/v1/checks?limit=50${after ? `&after=${after}` : ''}`, checkListSchema, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** The node's latest batches, read again while one of them is not finished. */
export function useBatches() {
  return useQuery({
    queryKey: ['batches'],
    queryFn: ({ signal }) => call('/api/v1/check-batches?limit=20', batchListSchema, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.batches.some((batch) => batch.state !== 'finished') ? 2_000 : 30_000,
  });
}

export function useLogState() {
  return useQuery({
    queryKey: ['log-state'],
    queryFn: ({ signal }) => call('/api/v1/log-state', logStateSchema, { signal }),
    refetchInterval: 10_000,
  });
}

/** What an operator looks after at this node, read again while the page is open. */
export function useNodeState() {
  return useQuery({
    queryKey: ['node-state'],
    queryFn: ({ signal }) => call('/api/v1/node-state', nodeStateSchema, { signal }),
    refetchInterval: 5_000,
  });
}

/** One registration of this province. */
export function useRegistration(registrationId: string | undefined) {
  return useQuery({
    queryKey: ['registration', registrationId],
    queryFn: ({ signal }) =>
      call(`/api/v1/registrations/${encodeURIComponent(registrationId ?? '')}`, registrationDetailSchema, {
        signal,
      }),
    enabled: registrationId !== undefined,
  });
}

/** How the examination of one application stands. */
export function useExamination(registrationId: string) {
  return useQuery({
    queryKey: ['examination', registrationId],
    queryFn: ({ signal }) =>
      call(`/api/v1/registrations/${encodeURIComponent(registrationId)}/examination`, examinationSchema, {
        signal,
      }),
    // An incomplete check is asked again by the node itself; its successor then stands first.
    refetchInterval: ({ state }) => (state.data?.checks[0]?.complete === false ? WAITING_EVERY_MS : false),
  });
}

/** The identity card of a registration, asked again while its latest step is not witnessed. */
export function useIdCard(registrationId: string) {
  return useQuery({
    queryKey: ['id-card', registrationId],
    queryFn: ({ signal }) =>
      call(`/api/v1/registrations/${encodeURIComponent(registrationId)}/id-card`, idCardSchema, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.card.factsDigest && !state.data.card.witnessed && state.dataUpdateCount < 30
        ? RECEIPTS_EVERY_MS
        : false,
  });
}

/** A deposit copy of this province as a screen shows it. @param side longest side, pixels */
export function useDepositCopy(registrationId: string | undefined, side: number) {
  return useQuery({
    queryKey: ['deposit-copy', registrationId, side],
    queryFn: ({ signal }) =>
      callForFile(`/api/v1/registrations/${registrationId ?? ''}/picture?side=${side}`, signal),
    enabled: registrationId !== undefined,
    staleTime: Infinity,
    gcTime: 120_000,
  });
}
