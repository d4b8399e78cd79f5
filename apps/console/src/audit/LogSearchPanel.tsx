import type { FoundEntries } from '#libs/audit';
import { Button, Input } from 'antd';
import { type SubmitEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Choice } from '../app/Choice.js';
import { DataTable } from '../app/DataTable.js';
import { Problem } from '../app/Problem.js';
import { eventName, timeText, wholeNumber } from '../words/describe.js';
import { perform } from './perform.js';

/** Events by how their types begin. */
const KINDS = [
  '',
  'check.',
  'member.',
  'decision.',
  'clear-token.',
  'registry.',
  'finding.',
  'market-finding.',
  'worklist.',
  'picture',
  'person.',
  'call.',
  'log.',
] as const;

type Found = FoundEntries['entries'];

/** The node's log, newest first, by words and by kind of event; what is looked for stands in the address. */
export function LogSearchPanel() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const text = address.get('text') ?? '';
  const type = KINDS.find((one) => one === address.get('type')) ?? '';
  const { found, rest, busy, problem, more } = useSearch(text, type);
  const narrow = (changes: Readonly<Record<string, string>>): void => {
    const wanted = Object.entries({ text, type, ...changes }).filter(([, value]) => value !== '');
    setAddress(Object.fromEntries(wanted), { replace: true });
  };
  return (
    <section aria-label={t('audit.search')}>
      <div className="page-head">
        <h2>{t('audit.search')}</h2>
        <SearchForm key={text} text={text} onText={(wanted) => narrow({ text: wanted })} />
        <Choice
          name={t('audit.kind')}
          value={type}
          onChange={(kind) => narrow({ type: kind })}
          options={KINDS.map((kind) => ({ value: kind, label: t(`audit.kindsOfEvents.${kind || 'all'}`) }))}
        />
      </div>
      {problem !== null && <Problem error={problem} onAgain={more} />}
      <FoundTable rows={busy && found.length === 0 ? undefined : found} />
      <nav className="pager" aria-label={t('audit.search')}>
        <span role="status" className="quiet">
          {rest === null
            ? ''
            : rest === 0
              ? t('audit.allSearched')
              : t('audit.searchedTo', { index: wholeNumber(rest) })}
        </span>
        <Button disabled={rest === 0} loading={busy} onClick={more}>
          {t('audit.older')}
        </Button>
      </nav>
      <p className="quiet small">{t('audit.searchHint')}</p>
    </section>
  );
}

function SearchForm({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onText(typed.trim());
  };
  return (
    <form className="act-row" role="search" onSubmit={submit}>
      <Input
        aria-label={t('audit.text')}
        placeholder={t('audit.text')}
        value={typed}
        maxLength={200}
        onChange={({ target }) => setTyped(target.value)}
      />
      <Button htmlType="submit">{t('audit.find')}</Button>
    </form>
  );
}

/** @returns `rest`: entries that were not looked at yet; null before the first answer */
function useSearch(text: string, type: string) {
  const wanted = `${type} ${text}`;
  const [state, setState] = useState<{
    readonly of: string;
    readonly found: Found;
    readonly rest: number;
  } | null>(null);
  const [asked, setAsked] = useState<{ readonly of: string; readonly before: number | null }>({
    of: wanted,
    before: null,
  });
  const [failed, setFailed] = useState<{ readonly of: string; readonly error: unknown } | null>(null);
  if (asked.of !== wanted) setAsked({ of: wanted, before: null });
  useEffect(() => {
    const end = new AbortController();
    const { before } = asked;
    perform({ kind: 'search', search: { text, type, before } }, { signal: end.signal })
      .then(({ entries, from }) => {
        setFailed(null);
        setState((last) => ({
          of: wanted,
          found: before !== null && last?.of === wanted ? [...last.found, ...entries] : entries,
          rest: from,
        }));
      })
      .catch((error: unknown) => {
        if (!end.signal.aborted) setFailed({ of: wanted, error });
      });
    return () => end.abort();
  }, [asked, text, type, wanted]);
  const current = state?.of === wanted ? state : null;
  const problem = failed?.of === wanted ? failed.error : null;
  return {
    found: current?.found ?? [],
    rest: current?.rest ?? null,
    busy: problem === null && (current === null || (asked.before !== null && current.rest >= asked.before)),
    problem,
    more: () => setAsked({ of: wanted, before: current?.rest ?? null }),
  };
}

function FoundTable({ rows }: { readonly rows: Found | undefined }) {
  const { t } = useTranslation();
  return (
    <DataTable
      name={t('audit.search')}
      rows={rows}
      keyOf={({ index }) => String(index)}
      none={t('audit.nothingFound')}
      columns={[
        {
          head: t('audit.index'),
          cell: ({ index }) => <Link to={`/audit/${index}`}>{wholeNumber(index)}</Link>,
        },
        {
          head: t('audit.at'),
          cell: ({ record }) => (typeof record === 'string' ? '' : timeText(record.at)),
        },
        {
          head: t('audit.event'),
          cell: ({ record }) =>
            typeof record === 'string' ? (
              <span className="bad">{t('audit.unreadable', { detail: record })}</span>
            ) : (
              <>
                {eventName(record.type)} <span className="mono quiet">{record.type}</span>
              </>
            ),
        },
        {
          head: t('audit.outcome'),
          cell: ({ record }) => (typeof record === 'string' ? '' : t(`audit.outcomes.${record.outcome}`)),
        },
        {
          head: t('audit.actor'),
          cell: ({ record }) => (typeof record === 'string' ? '' : record.actor.name),
        },
        {
          head: t('audit.subject'),
          kind: 'breaks',
          cell: ({ record }) => (
            <span className="mono">{typeof record === 'string' ? '' : (record.subject ?? '')}</span>
          ),
        },
      ]}
    />
  );
}
