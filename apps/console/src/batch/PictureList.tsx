import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { BatchItem } from '../api/schemas.js';
import { Choice } from '../app/Choice.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { VerdictTag } from '../check/VerdictTag.js';
import { findPicture, findUpload } from '../intake/picture-store.js';

/** What a list of pictures is narrowed to. */
export const FILTERS = ['all', 'DUPLICATE', 'SUSPECTED', 'INCOMPLETE', 'CLEAR', 'waiting', 'failed'] as const;
export type Filter = (typeof FILTERS)[number];

export function passes({ state, check }: BatchItem, filter: Filter): boolean {
  return filter === 'all' || state === filter || check?.verdict === filter;
}

interface PictureListProps {
  readonly batchId: string;
  readonly items: readonly BatchItem[];
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly chosen: number | undefined;
  readonly onChoose: (place: number) => void;
}

/** The pictures of a batch with what became of each. */
export function PictureList({ batchId, items, filter, onFilter, chosen, onChoose }: PictureListProps) {
  const { t } = useTranslation();
  const digests = useDigests(batchId);
  const shown = items.filter((item) => passes(item, filter));
  const options = FILTERS.map((one) => {
    const count = items.filter((item) => passes(item, one)).length;
    return { value: one, label: `${filterWord(one)} (${count})`, disabled: count === 0 && one !== 'all' };
  });
  return (
    <section className="pictures" aria-label={t('batch.pictures')}>
      <Choice name={t('batch.pictures')} value={filter} onChange={onFilter} options={options} />
      {shown.length === 0 && <p className="quiet">{t('batch.empty')}</p>}
      <ol>
        {shown.map((item) => (
          <PictureLine
            key={item.place}
            item={item}
            digest={item.check?.picture.digest ?? digests.get(item.name)}
            chosen={item.place === chosen}
            onChoose={() => onChoose(item.place)}
          />
        ))}
      </ol>
    </section>
  );
}

function filterWord(filter: Filter): string {
  const { t } = i18next;
  if (filter === 'all') return t('batch.all');
  if (filter === 'waiting' || filter === 'failed') return t(`itemState.${filter}`);
  return t(`verdict.${filter}`);
}

/** Digests of the pictures that this browser sent, by name: the node tells a picture's only with its check. */
function useDigests(batchId: string): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['upload', batchId],
    queryFn: () => findUpload(batchId),
    staleTime: Infinity,
  });
  return new Map(data?.pictures.map(({ name, digest }) => [name, digest]));
}

interface PictureLineProps {
  readonly item: BatchItem;
  readonly digest: string | undefined;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function PictureLine({ item, digest, chosen, onChoose }: PictureLineProps) {
  const { t } = useTranslation();
  const line = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (chosen) line.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <li>
      <button ref={line} type="button" className="picture" aria-pressed={chosen} onClick={onChoose}>
        <Thumb digest={digest} />
        <span className="picture-name" title={item.name}>
          {item.name}
        </span>
        {item.check ? (
          <VerdictTag verdict={item.check.verdict} complete={item.check.complete} />
        ) : (
          <span className={`item-state item-${item.state}`}>
            {item.state === 'failed' ? `✕ ${t('itemState.failed')}` : `… ${t('itemState.waiting')}`}
          </span>
        )}
      </button>
    </li>
  );
}

function Thumb({ digest }: { readonly digest: string | undefined }) {
  const { data } = useQuery({
    queryKey: ['query-picture', digest],
    queryFn: () => findPicture(digest ?? ''),
    enabled: digest !== undefined,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const url = useObjectUrl(data);
  return <span className="thumb">{url && <img src={url} alt="" loading="lazy" decoding="async" />}</span>;
}
