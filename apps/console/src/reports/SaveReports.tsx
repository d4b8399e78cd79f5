import { useTranslation } from 'react-i18next';
import { SaveFile } from '../app/SaveFile.js';

interface SaveReportsProps {
  readonly of: 'check' | 'batch';
  readonly id: string;
}

/** The report (比对鉴定报告) as files: PDF in both languages, the facts behind it, and of a batch the list. */
export function SaveReports({ of, id }: SaveReportsProps) {
  const { t } = useTranslation();
  const path = of === 'check' ? `/api/v1/checks/${id}/report` : `/api/v1/check-batches/${id}/report`;
  const name = of === 'check' ? `weft-report-${id}` : `weft-batch-${id}`;
  return (
    <span className="reports" role="group" aria-label={t('report.title')}>
      <span className="quiet small">{t('report.title')}</span>
      <SaveFile
        path={`${path}.pdf?lang=zh`}
        name={`${name}-zh.pdf`}
        label={t('report.zh')}
        hint={t('report.pdfHint')}
      />
      <SaveFile
        path={`${path}.pdf?lang=en`}
        name={`${name}-en.pdf`}
        label={t('report.en')}
        hint={t('report.pdfHint')}
      />
      {of === 'batch' && (
        <SaveFile
          path={`${path}.xlsx`}
          name={`${name}.xlsx`}
          label={t('report.xlsx')}
          hint={t('report.xlsxHint')}
        />
      )}
      <SaveFile
        path={`${path}.json`}
        name={`${name}.json`}
        label={t('report.json')}
        hint={t('report.jsonHint')}
      />
    </span>
  );
}
