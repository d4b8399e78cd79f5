import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { LogSearchPanel } from '../audit/LogSearchPanel.js';
import { PolicyPanel } from '../audit/PolicyPanel.js';
import { VerifyFiles } from '../audit/VerifyFiles.js';
import { VerifyWholeLog } from '../audit/VerifyWholeLog.js';

/** The auditor's desk: a policy of one's own, the node's log searched and verified in this browser, and files of evidence. */
export function AuditPage() {
  const { t } = useTranslation();
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('audit.title')}</h1>
        <Link to="/log">{t('audit.toLogState')}</Link>
      </div>
      <p className="quiet">{t('audit.lead')}</p>
      <div className="two">
        <PolicyPanel />
        <div>
          <VerifyWholeLog />
          <VerifyFiles />
        </div>
      </div>
      <LogSearchPanel />
    </div>
  );
}
