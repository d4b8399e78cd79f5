import { useTranslation } from 'react-i18next';
import { SaveFile } from '../app/SaveFile.js';

/** Saves the evidence bundle of a check, which an auditor verifies without any node. */
export function SaveEvidence({ checkId }: { readonly checkId: string }) {
  const { t } = useTranslation();
  return (
    <SaveFile
      path={`/api/v1/checks/${checkId}/evidence`}
      name={`weft-evidence-${checkId}.json`}
      label={t('check.evidence')}
      hint={t('check.evidenceHint')}
    />
  );
}
