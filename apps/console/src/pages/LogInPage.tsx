import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { LogInForm } from '../app/LogInForm.js';
import { Mark } from '../app/Mark.js';
import { switchLanguage } from '../words/i18n.js';

export function LogInPage() {
  const { t } = useTranslation();
  return (
    <main className="log-in" id="main">
      <div className="log-in-box">
        <h1>
          <Mark /> {t('name')}
        </h1>
        <p className="quiet">{t('tagline')}</p>
        <LogInForm />
        <Button type="link" size="small" onClick={() => void switchLanguage()}>
          {t('language')}
        </Button>
      </div>
    </main>
  );
}
