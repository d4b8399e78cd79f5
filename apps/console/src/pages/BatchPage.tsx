import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { ApiProblem } from '../api/client.js';
import type { BatchItem } from '../api/schemas.js';
import { Problem } from '../app/Problem.js';
import { useKeys } from '../app/use-keys.js';
import { BatchBar } from '../batch/BatchBar.js';
import { type Filter, passes, PictureList } from '../batch/PictureList.js';
import type { Batch } from '../batch/read-batch.js';
import { useBatch } from '../batch/use-batch.js';
import { CheckBench } from '../check/CheckBench.js';
import { nodeErrorText } from '../words/node-errors.js';

/** A batch: its pictures left, the chosen one's check beside them; which one is chosen stands in the address. */
export function BatchPage() {
  const { t } = useTranslation();
  const { batchId = '' } = useParams();
  const { data, error, refetch } = useBatch(batchId);
  if (error instanceof ApiProblem && error.code === 'NOT_FOUND') return <p>{t('batch.noSuch')}</p>;
  if (!data) return error ? <Problem error={error} onAgain={() => void refetch()} /> : null;
  return <Work key={batchId} batch={data} />;
}

function Work({ batch }: { readonly batch: Batch }) {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const [filter, setFilter] = useState<Filter>('all');
  const shown = batch.items.filter((item) => passes(item, filter));
  // The address follows: a key that comes before it has must find the picture that is chosen.
  const [asked, setAsked] = useState(Number(address.get('place')));
  const item = batch.items.find(({ place }) => place === asked) ?? firstOf(shown);
  // What is being looked at stays, whatever comes in meanwhile.
  if (item?.check && item.place !== asked) setAsked(item.place);
  const choose = (place: number): void => {
    setAsked(place);
    setAddress({ place: String(place) }, { replace: true, preventScrollReset: true });
  };
  const step = (by: number) => (): void => {
    const at = shown.findIndex(({ place }) => place === item?.place);
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
    if (next) choose(next.place);
  };
  useKeys({ j: step(1), ArrowDown: step(1), k: step(-1), ArrowUp: step(-1) });
  return (
    <div className="work">
      <BatchBar batch={batch} />
      <div className="work-body">
        <PictureList
          batchId={batch.batchId}
          items={batch.items}
          filter={filter}
          onFilter={setFilter}
          chosen={item?.place}
          onChoose={choose}
        />
        {item && <Item key={item.place} item={item} />}
      </div>
      <p className="keys quiet">{t('batch.keys')}</p>
    </div>
  );
}

/** The first that has something to look at. */
function firstOf(items: readonly BatchItem[]): BatchItem | undefined {
  return items.find(({ check }) => check !== undefined) ?? items[0];
}

function Item({ item }: { readonly item: BatchItem }) {
  const { t } = useTranslation();
  if (item.check) return <CheckBench check={item.check} name={item.name} />;
  return (
    <div className="bench bench-empty" role="status">
      <h2 className="breaks">{item.name}</h2>
      <p>{item.error ? nodeErrorText(item.error) : t('itemState.waiting')}</p>
    </div>
  );
}
