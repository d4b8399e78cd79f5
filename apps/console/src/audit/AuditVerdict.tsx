import { FAULT_WORDS, type AuditReport } from '#libs/audit';
import { useTranslation } from 'react-i18next';
import { Icon } from '../check/icons.js';
import { said } from '../words/describe.js';

/** What a verification came to: what it proved, or everything that is wrong. */
export function AuditVerdict({ report }: { readonly report: AuditReport }) {
  const { t } = useTranslation();
  const holds = report.findings.length === 0;
  return (
    <div className={`audit-verdict ${holds ? 'is-proved' : 'is-refused'}`} role="status">
      <p>
        <Icon path={holds ? 'M3.500 8.500 6.800 11.800 12.500 5' : 'M4 4l8 8M12 4l-8 8'} />{' '}
        <b>{t(holds ? 'audit.proved' : 'audit.refused')}</b>{' '}
        <span className="mono">
          {t(`audit.kinds.${report.kind}`)} {report.subject}
        </span>
      </p>
      <ul>
        {report.proved.map((words) => (
          <li key={words.en}>{said(words)}</li>
        ))}
        {report.findings.map(({ fault, where, detail }) => (
          <li key={`${fault} ${where} ${detail}`} className="breaks">
            <b>{said(FAULT_WORDS[fault])}</b> <span className="mono">{where}</span> {detail}
          </li>
        ))}
      </ul>
    </div>
  );
}
