import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { ApiProblem } from '../api/client.js';
import { useCheck } from '../api/queries.js';
import { Problem } from '../app/Problem.js';
import { CheckBench } from '../check/CheckBench.js';

export function CheckPage() {
  const { t } = useTranslation();
  const { checkId = '' } = useParams();
  const { data, error, refetch } = useCheck(checkId);
  if (error instanceof ApiProblem && error.code === 'NOT_FOUND') return <p>{t('check.noSuch')}</p>;
  if (!data) return error ? <Problem error={error} onAgain={() => void refetch()} /> : null;
  return (
    <div className="work">
      <h1 className="away">{t('check.title')}</h1>
      <CheckBench check={data} />
    </div>
  );
}
