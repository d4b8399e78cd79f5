import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { CheckReport, CoverageRow } from '../api/schemas.js';
import { provinceName, wholeNumber } from '../words/describe.js';
import { OutcomeIcon } from './icons.js';

type Covered = Pick<CheckReport, 'coverage' | 'complete' | 'coordinator' | 'verdict'>;

/** Who answered a check, over how many patterns, and who did not: beside every verdict. */
export function CoverageBar({ check }: { readonly check: Covered }) {
  const { t } = useTranslation();
  return (
    <section
      className={`coverage ${check.complete ? 'is-complete' : 'is-incomplete'}`}
      aria-label={t('coverage.title')}
    >
      <ul>
        {check.coverage.map((row) => (
          <Row key={row.province} row={row} />
        ))}
      </ul>
      <p className="coverage-text">{coverageText(check)}</p>
    </section>
  );
}

function Row({ row }: { readonly row: CoverageRow }) {
  const { t } = useTranslation();
  const there = row.outcome === 'ANSWERED';
  return (
    <li className={there ? 'is-there' : 'is-missing'} title={row.detail}>
      <span className="coverage-name">
        <OutcomeIcon outcome={row.outcome} />
        <b>{provinceName(row.province)}</b>
      </span>
      <span>{t(`outcome.${row.outcome}`)}</span>
      <span className="coverage-count">{searchedText(row)}</span>
    </li>
  );
}

function searchedText({ searched, declared }: CoverageRow): string {
  const { t } = i18next;
  if (searched === null) return t('coverage.none');
  if (declared === null || declared === searched)
    return t('coverage.searched', { searched: wholeNumber(searched) });
  return t('coverage.searchedOf', { searched: wholeNumber(searched), declared: wholeNumber(declared) });
}

function coverageText({ coverage, complete, coordinator, verdict }: Covered): string {
  const { t } = i18next;
  const missing = coverage.filter(({ outcome }) => outcome !== 'ANSWERED');
  const word = coordinator === 'AGREES' ? '' : t(`coverage.coordinator.${coordinator}`);
  if (complete) {
    const searched = coverage.reduce((sum, row) => sum + (row.searched ?? 0), 0);
    return t('coverage.all', { count: coverage.length, searched: wholeNumber(searched) });
  }
  if (missing.length === 0) return word;
  const provinces = missing
    .map(({ province, outcome }) => `${provinceName(province)} (${t(`outcome.${outcome}`)})`)
    .join(t('unit.comma'));
  const found = verdict === 'DUPLICATE' || verdict === 'SUSPECTED';
  const text = t(found ? 'coverage.missingButFound' : 'coverage.missing', { provinces });
  return [word, text].filter(Boolean).join(' ');
}
