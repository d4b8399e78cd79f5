import { chinaDate, PAPERS, readWorkMetadata, REQUIRED_PAPERS, type Paper } from '#libs/registry';
import { Button } from 'antd';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, LONG_CALL_MS } from '../api/client.js';
import { type Registration, registrationSchema } from '../api/schemas.js';
import { Problem } from '../app/Problem.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { FileButton } from '../intake/FileButton.js';
import { ApplicationField, FIELDS, type FieldName } from '../registry/ApplicationField.js';
import { fieldText } from '../words/node-errors.js';

const MOST_BYTES = 64 * 1024 * 1024;
const EMPTY: Readonly<Record<FieldName, string>> = {
  title: '',
  category: 'F',
  owner: '',
  completedOn: '',
  firstPublishedOn: '',
  centre: '',
};

/** The application form: the picture, what is written of the work, and the papers that must be seen. */
export function FileApplicationPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [picture, setPicture] = useState<File | null>(null);
  const [fields, setFields] = useState(EMPTY);
  const [papers, setPapers] = useState<readonly Paper[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const problems = fieldProblems(fields);
  const missing = REQUIRED_PAPERS.filter((paper) => !papers.includes(paper));

  const file = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (picture === null) return;
    setBusy(true);
    setProblem(null);
    try {
      const filed = await sendApplication(picture, fields, papers);
      await navigate(`/registrations/${filed.registrationId}`);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="page application-form" onSubmit={(event) => void file(event)}>
      <h1>{t('applications.new')}</h1>
      <div className="application-body">
        <Picture picture={picture} onPicture={setPicture} />
        <section aria-label={t('applications.work')}>
          <h2>{t('applications.work')}</h2>
          {FIELDS.map((field) => (
            <ApplicationField
              key={field.name}
              field={field}
              value={fields[field.name]}
              onChange={(value) => setFields({ ...fields, [field.name]: value })}
              problem={problems.get(field.name) ?? null}
            />
          ))}
        </section>
        <PaperList papers={papers} onPapers={setPapers} />
      </div>
      {problem !== null && <Problem error={problem} />}
      <div className="tray-bar">
        <strong role="status">
          {picture === null
            ? t('applications.noPicture')
            : missing.length > 0
              ? t('applications.missing', {
                  papers: missing.map((paper) => t(`applications.papers.${paper}`)).join(t('unit.comma')),
                })
              : t('applications.complete')}
        </strong>
        <Button
          type="primary"
          htmlType="submit"
          loading={busy}
          disabled={picture === null || missing.length > 0 || problems.size > 0 || picture.size > MOST_BYTES}
        >
          {t('applications.file')}
        </Button>
      </div>
    </form>
  );
}

/** What is wrong with the fields by the rules of the registry itself; of what is still empty the browser speaks. */
function fieldProblems(fields: Readonly<Record<FieldName, string>>): Map<string, string> {
  const { completedOn, firstPublishedOn } = fields;
  const work = { ...fields, completedOn: completedOn || null, firstPublishedOn: firstPublishedOn || null };
  const read = readWorkMetadata(work, chinaDate(new Date()));
  const problems = 'problems' in read ? read.problems : [];
  return new Map(
    problems
      .filter(({ problem }) => problem !== 'is empty')
      .map((one) => [one.field, fieldText(one) ?? one.problem]),
  );
}

function sendApplication(
  picture: File,
  fields: Readonly<Record<FieldName, string>>,
  papers: readonly Paper[],
): Promise<Registration> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value.trim());
  form.set('papers', papers.join(','));
  form.set('picture', picture);
  return call('/api/v1/applications', registrationSchema, {
    method: 'POST',
    body: form,
    timeoutMs: LONG_CALL_MS,
  });
}

interface PictureProps {
  readonly picture: File | null;
  readonly onPicture: (picture: File | null) => void;
}

function Picture({ picture, onPicture }: PictureProps) {
  const { t } = useTranslation();
  const url = useObjectUrl(picture);
  return (
    <section aria-label={t('registrations.picture')}>
      <h2>{t('registrations.picture')}</h2>
      <span className="filed-picture">{url && <img src={url} alt={picture?.name ?? ''} />}</span>
      <FileButton label={t('applications.pick')} onFiles={([file]) => onPicture(file ?? null)} />
      <p className="quiet small breaks">{picture?.name ?? t('applications.pickHint')}</p>
    </section>
  );
}

interface PaperListProps {
  readonly papers: readonly Paper[];
  readonly onPapers: (papers: readonly Paper[]) => void;
}

function PaperList({ papers, onPapers }: PaperListProps) {
  const { t } = useTranslation();
  const required: readonly Paper[] = REQUIRED_PAPERS;
  return (
    <fieldset className="papers">
      <legend>{t('applications.papersTitle')}</legend>
      {PAPERS.map((paper) => (
        <label key={paper}>
          <input
            type="checkbox"
            checked={papers.includes(paper)}
            onChange={({ target }) =>
              onPapers(target.checked ? [...papers, paper] : papers.filter((one) => one !== paper))
            }
          />
          <span>
            {t(`applications.papers.${paper}`)}
            <small className="quiet">
              {' '}
              {t(required.includes(paper) ? 'applications.required' : 'applications.whereItApplies')}
            </small>
          </span>
        </label>
      ))}
      <p className="quiet small">{t('applications.papersHint')}</p>
    </fieldset>
  );
}
