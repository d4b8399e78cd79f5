import { useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import i18next from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call } from '../api/client.js';
import { batchStateSchema } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { Problem } from '../app/Problem.js';
import { stopUpload, type UploadState, useUpload } from '../intake/uploader.js';
import { SaveReports } from '../reports/SaveReports.js';
import { timeText, wholeNumber } from '../words/describe.js';
import { problemText } from '../words/problems.js';
import type { Batch } from './read-batch.js';

/** How far a batch is, in words and as a bar, and how to end it. */
export function BatchBar({ batch }: { readonly batch: Batch }) {
  const { t } = useTranslation();
  const { session } = useSession();
  const upload = useUpload(batch.batchId);
  const done = batch.state === 'collecting' ? batch.received : batch.finished;
  const examiner = session?.roles.includes('examiner') ?? false;
  return (
    <section className="batch-bar" aria-label={t('batch.title')}>
      <div className="batch-head">
        <h1>{t('batch.title')}</h1>
        <span className="quiet">
          {t('batch.openedAt', { user: batch.askedBy, time: timeText(batch.openedAt) })}
        </span>
        <span role="status" className="batch-words">
          {batchWords(batch, upload)}
        </span>
        {examiner && batch.state !== 'finished' && <Cancel batchId={batch.batchId} />}
        {batch.state === 'finished' && <SaveReports of="batch" id={batch.batchId} />}
        {examiner && <Link to="/check">{t('batch.new')}</Link>}
      </div>
      {batch.state !== 'finished' && (
        <Progress
          percent={Math.floor((100 * done) / batch.count)}
          size="small"
          aria-label={t(`batch.state.${batch.state}`)}
        />
      )}
      {upload?.problem && (
        <p className="bad" role="alert">
          {t('batch.uploadStopped')}
          {problemText(upload.problem)}
        </p>
      )}
    </section>
  );
}

function batchWords({ state, count, received, finished }: Batch, upload: UploadState | undefined): string {
  const { t } = i18next;
  const all = wholeNumber(count);
  switch (state) {
    case 'finished':
      return t('batch.finished', { count: all });
    case 'running':
      return t('batch.running', { finished: wholeNumber(finished), count: all });
    case 'collecting':
      return upload
        ? t('batch.sending', { sent: wholeNumber(upload.sent), count: all })
        : t('batch.waitingForPictures', { received: wholeNumber(received), count: all });
  }
}

function Cancel({ batchId }: { readonly batchId: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const cancel = async (): Promise<void> => {
    stopUpload(batchId);
    try {
      await call(`/api/v1/check-batches/${batchId}/cancellation`, batchStateSchema, { method: 'POST' });
      await client.invalidateQueries({ queryKey: ['batch', batchId] });
    } catch (error) {
      setProblem(error);
    }
    setAsking(false);
  };
  if (problem !== null) return <Problem error={problem} onAgain={() => setProblem(null)} />;
  if (!asking)
    return (
      <Button size="small" onClick={() => setAsking(true)}>
        {t('batch.cancel')}
      </Button>
    );
  return (
    <span className="ask" role="alertdialog" aria-label={t('batch.cancelAsk')}>
      {t('batch.cancelAsk')}
      <Button size="small" danger onClick={() => void cancel()}>
        {t('batch.cancelYes')}
      </Button>
      <Button size="small" autoFocus onClick={() => setAsking(false)}>
        {t('batch.cancelNo')}
      </Button>
    </span>
  );
}
