import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useDepositCopy } from '../api/queries.js';
import { findPicture, keepPictures } from '../intake/picture-store.js';
import { digestOf } from '../intake/tray.js';
import { DEPOSIT_SIDE } from './DepositCopy.js';

/** The picture on the left of a comparison. */
export interface QueryPicture {
  /** As this browser has it, else the deposit copy; null while there is none. */
  readonly picture: Blob | null;
  /** The registration of this province whose deposit copy it is; null for a picture that this browser has. */
  readonly deposit: string | null;
  readonly sought: boolean;
  /** Takes the picture again from its file. @returns false if it is another one */
  readonly bring: (file: File) => Promise<boolean>;
}

/**
 * The picture that was checked, if this browser has it; of an application or a registration of this province otherwise its deposit copy.
 * @param digest undefined where none is known
 */
export function useQueryPicture(digest: string | undefined, registrationId: string | null): QueryPicture {
  const client = useQueryClient();
  const found = useQuery({
    queryKey: ['query-picture', digest],
    queryFn: () => findPicture(digest ?? ''),
    enabled: digest !== undefined,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const here = found.data ?? null;
  const looked = digest === undefined || !found.isPending;
  const deposit = here === null && looked ? registrationId : null;
  const copy = useDepositCopy(deposit ?? undefined, DEPOSIT_SIDE);
  return {
    picture: here ?? copy.data ?? null,
    deposit,
    sought: !looked || copy.isLoading,
    bring: async (file) => {
      if (digest === undefined || (await digestOf(file)) !== digest) return false;
      await keepPictures([{ digest, file }]);
      client.setQueryData(['query-picture', digest], file);
      return true;
    },
  };
}
