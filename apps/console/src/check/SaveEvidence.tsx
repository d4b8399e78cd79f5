import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callForFile } from '../api/client.js';
import { problemText } from '../words/describe.js';

/** Saves the evidence bundle of a check, which an auditor verifies without any node. */
export function SaveEvidence({ checkId }: { readonly checkId: string }) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    try {
      const url = URL.createObjectURL(await callForFile(`/api/v1/checks/${checkId}/evidence`));
      const link = document.createElement('a');
      link.href = url;
      link.download = `weft-evidence-${checkId}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      setProblem(null);
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  return (
    <span className="save">
      <Button size="small" title={t('check.evidenceHint')} onClick={() => void save()}>
        {t('check.evidence')}
      </Button>
      <span role="alert" className="bad">
        {problem}
      </span>
    </span>
  );
}
