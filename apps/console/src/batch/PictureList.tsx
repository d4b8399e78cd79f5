import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useMemo, useRef } from 'react';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { BatchItem } from '../api/schemas.js';
import { Choice } from '../app/Choice.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { VerdictTag } from '../check/VerdictTag.js';
import { findPicture, findUpload } from '../intake/picture-store.js';
import { wholeNumber } from '../words/describe.js';

/** Lines shown at once: a batch may have 10,000, and the page stays quick. */
const LINES = 200;

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
  const at = shown.findIndex(({ place }) => place === chosen);
  const first = Math.max(0, at - (at % LINES));
  const lines = shown.slice(first, first + LINES);
  const range = {
    first: wholeNumber(first + 1),
    last: wholeNumber(first + lines.length),
    all: wholeNumber(shown.length),
  };
  const options = FILTERS.map((one) => {
    const count = items.filter((item) => passes(item, one)).length;
    return { value: one, label: `${filterWord(one)} (${count})`, disabled: count === 0 && one !== 'all' };
  });
  return (
    <section className="pictures" aria-label={t('batch.pictures')}>
      <Choice name={t('batch.pictures')} value={filter} onChange={onFilter} options={options} />
      {shown.length === 0 && <p className="quiet">{t('batch.empty')}</p>}
      <ol>
        {lines.map((item) => (
          <PictureLine
            key={item.place}
            item={item}
            digest={item.check?.picture.digest ?? digests.get(item.name)}
            chosen={item.place === chosen}
            onChoose={() => onChoose(item.place)}
          />
        ))}
      </ol>
      {shown.length > LINES && (
        <nav className="pager" aria-label={t('batch.lines', range)}>
          <span className="quiet">{t('batch.lines', range)}</span>
          {([-LINES, LINES] as const).map((by) => {
            const next = shown[first + by];
            return (
              <Button key={by} size="small" disabled={!next} onClick={() => next && onChoose(next.place)}>
                {t(by < 0 ? 'batch.linesBefore' : 'batch.linesAfter')}
              </Button>
            );
          })}
        </nav>
      )}
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
  return useMemo(() => new Map(data?.pictures.map(({ name, digest }) => [name, digest])), [data]);
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
