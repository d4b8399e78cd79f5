import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { problemText } from '../words/problems.js';

/** A failure in the user's language, and a way to go on. */
export function Problem({ error, onAgain }: { readonly error: unknown; readonly onAgain?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert
      role="alert"
      type="error"
      showIcon
      title={t('problem.title')}
      description={problemText(error)}
      action={
        onAgain && (
          <Button size="small" onClick={onAgain}>
            {t('problem.again')}
          </Button>
        )
      }
    />
  );
}
