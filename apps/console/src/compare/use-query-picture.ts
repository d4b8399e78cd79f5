import { useQuery, useQueryClient } from '@tanstack/react-query';
import { findPicture, keepPictures } from '../intake/picture-store.js';
import { digestOf } from '../intake/tray.js';

/** The picture that was checked, if this browser has it. @param digest undefined where none is known */
export function useQueryPicture(digest: string | undefined) {
  const client = useQueryClient();
  const found = useQuery({
    queryKey: ['query-picture', digest],
    queryFn: () => findPicture(digest ?? ''),
    enabled: digest !== undefined,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  return {
    picture: found.data ?? null,
    sought: found.isPending && digest !== undefined,
    /** Takes the picture again from its file. @returns false if it is another one */
    bring: async (file: File): Promise<boolean> => {
      if (digest === undefined || (await digestOf(file)) !== digest) return false;
      await keepPictures([{ digest, file }]);
      client.setQueryData(['query-picture', digest], file);
      return true;
    },
  };
}
