import type { AuditReport } from '#libs/audit';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../app/Problem.js';
import { FileButton } from '../intake/FileButton.js';
import { AuditVerdict } from './AuditVerdict.js';
import { perform } from './perform.js';
import { usePolicy } from './policy-store.js';

/** The library reads no larger ones. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_FILES = 20;

interface Verified {
  readonly name: string;
  readonly report: AuditReport;
}

/** Evidence bundles and identity cards, from whomever, verified in this browser; nothing is sent. */
export function VerifyFiles() {
  const { t } = useTranslation();
  const policy = usePolicy();
  const [verified, setVerified] = useState<readonly Verified[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const verify = async (files: readonly File[]): Promise<void> => {
    setProblem(null);
    setVerified([]);
    try {
      for (const file of files.slice(0, MOST_FILES)) {
        const bytes = new Uint8Array(await file.slice(0, MOST_BYTES).arrayBuffer());
        const report = await perform({ kind: 'verify-file', policy: policy?.content, bytes });
        setVerified((before) => [...before, { name: file.name, report }]);
      }
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <section aria-label={t('audit.files')}>
      <h2>{t('audit.files')}</h2>
      <p className="quiet">{t('audit.filesHint')}</p>
      {policy === null ? (
        <p className="quiet">{t('audit.needsPolicy')}</p>
      ) : (
        <FileButton many label={t('audit.chooseFiles')} onFiles={(files) => void verify(files)} />
      )}
      {verified.map(({ name, report }) => (
        <div key={name}>
          <p className="breaks small">{name}</p>
          <AuditVerdict report={report} />
        </div>
      ))}
      {problem !== null && <Problem error={problem} />}
    </section>
  );
}
