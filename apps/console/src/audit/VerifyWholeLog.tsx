import type { AuditReport } from '#libs/audit';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../app/Problem.js';
import { wholeNumber } from '../words/describe.js';
import { AuditVerdict } from './AuditVerdict.js';
import { perform } from './perform.js';
import { usePolicy } from './policy-store.js';

/** Reads the node's whole log and verifies it: signatures, every hash, gaps, and what the entries say. */
export function VerifyWholeLog() {
  const { t } = useTranslation();
  const policy = usePolicy();
  const [read, setRead] = useState<number | null>(null);
  const [report, setReport] = useState<AuditReport | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const verify = async (): Promise<void> => {
    setReport(null);
    setProblem(null);
    setRead(0);
    try {
      setReport(await perform({ kind: 'verify-log', policy: policy?.content }, { onRead: setRead }));
    } catch (error) {
      setProblem(error);
    } finally {
      setRead(null);
    }
  };
  return (
    <section aria-label={t('audit.whole')}>
      <h2>{t('audit.whole')}</h2>
      <p className="quiet">{t('audit.wholeHint')}</p>
      <Button disabled={policy === null} loading={read !== null} onClick={() => void verify()}>
        {t('audit.verifyWhole')}
      </Button>{' '}
      <span role="status" className="quiet">
        {policy === null && t('audit.needsPolicy')}
        {read !== null && t('audit.reading', { count: wholeNumber(read) })}
      </span>
      {report && <AuditVerdict report={report} />}
      {problem !== null && <Problem error={problem} />}
    </section>
  );
}
