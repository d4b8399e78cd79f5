import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Problem } from '../app/Problem.js';
import { DropPlace } from '../intake/DropPlace.js';
import { MAX_BATCH } from '../intake/limits.js';
import { RecentBatches } from '../intake/RecentBatches.js';
import { TrayList } from '../intake/TrayList.js';
import { useTray } from '../intake/use-tray.js';
import { beginBatch } from '../intake/uploader.js';
import { wholeNumber } from '../words/describe.js';

/** Where a day begins: pictures are dropped, looked at, and sent as a batch. */
export function IntakePage() {
  const { t } = useTranslation();
  return (
    <div className="page intake">
      <h1>{t('intake.title')}</h1>
      <Intake />
      <RecentBatches />
    </div>
  );
}

function Intake() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tray, reading, add, remove, clear, keepFrom } = useTray();
  const [starting, setStarting] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const now = Math.min(tray.taken.length, MAX_BATCH);

  const start = async (): Promise<void> => {
    setStarting(true);
    setProblem(null);
    try {
      const batchId = await beginBatch(tray.taken.slice(0, MAX_BATCH));
      keepFrom(MAX_BATCH);
      await navigate(`/batches/${batchId}`);
    } catch (error) {
      setProblem(error instanceof DOMException ? new Error(t('intake.noRoom')) : error);
    } finally {
      setStarting(false);
    }
  };

  return (
    <section aria-label={t('intake.title')}>
      <DropPlace onFiles={add} />
      <div role="status" className="reading">
        {reading && t('intake.reading', { done: wholeNumber(reading.done), all: wholeNumber(reading.all) })}
      </div>
      {problem !== null && <Problem error={problem} />}
      {tray.taken.length > MAX_BATCH && (
        <Alert
          type="warning"
          showIcon
          title={t('intake.tooMany', {
            all: wholeNumber(tray.taken.length),
            most: wholeNumber(MAX_BATCH),
            rest: wholeNumber(tray.taken.length - MAX_BATCH),
          })}
        />
      )}
      {tray.taken.length + tray.refused.length > 0 && (
        <>
          <div className="tray-bar">
            <strong role="status">{t('intake.ready', { count: tray.taken.length })}</strong>
            <Button onClick={clear}>{t('intake.clear')}</Button>
            <Button
              type="primary"
              disabled={tray.taken.length === 0 || reading !== null}
              loading={starting}
              onClick={() => void start()}
            >
              {starting ? t('intake.starting') : t('intake.start', { count: now })}
            </Button>
          </div>
          <TrayList tray={tray} onRemove={remove} />
        </>
      )}
    </section>
  );
}
