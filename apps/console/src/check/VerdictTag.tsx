import { useTranslation } from 'react-i18next';
import type { CheckReport } from '../api/schemas.js';
import { VerdictIcon } from './icons.js';

/** A verdict by word, sign and colour; of an incomplete duplicate both are told. */
export function VerdictTag({
  verdict,
  complete = true,
}: {
  readonly verdict: CheckReport['verdict'];
  readonly complete?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <span className="verdicts">
      <span className={`verdict verdict-${verdict}`}>
        <VerdictIcon verdict={verdict} />
        {t(`verdict.${verdict}`)}
      </span>
      {!complete && verdict !== 'INCOMPLETE' && (
        <span className="verdict verdict-INCOMPLETE">
          <VerdictIcon verdict="INCOMPLETE" />
          {t('verdict.INCOMPLETE')}
        </span>
      )}
    </span>
  );
}
