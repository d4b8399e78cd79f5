import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FileButton } from '../intake/FileButton.js';
import { partyName } from '../words/describe.js';
import { choosePolicy, usePolicy } from './policy-store.js';

/** Asks for the auditor's policy, and says whom it trusts. */
export function PolicyPanel() {
  const { t } = useTranslation();
  const policy = usePolicy();
  const [problem, setProblem] = useState<string | null>(null);
  const choose = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setProblem(null);
    try {
      await choosePolicy(file);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <section aria-label={t('audit.policy')}>
      <h2>{t('audit.policy')}</h2>
      <p className="quiet">{t('audit.policyHint')}</p>
      <FileButton label={t('audit.choosePolicy')} onFiles={([file]) => void choose(file)} />
      {policy && (
        <p role="status" className="breaks">
          <b>{policy.fileName}</b>{' '}
          {policy.logs
            .map(({ origin, quorum }) => t('audit.policyLog', { party: partyName(origin), quorum }))
            .join(t('unit.comma'))}
        </p>
      )}
      <p role="alert" className="bad">
        {problem !== null && t('audit.badPolicy', { detail: problem })}
      </p>
    </section>
  );
}
