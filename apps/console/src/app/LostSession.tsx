import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { leave } from '../api/session.js';
import { LogInForm } from './LogInForm.js';

/** Asks for the password above the page, which stays as it is; what waits for a session goes on afterwards. */
export function LostSession({ user }: { readonly user: string }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="lost"
      aria-labelledby="lost-title"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="lost-title">{t('logIn.lost')}</h2>
      <p>{t('logIn.lostText')}</p>
      <LogInForm user={user} />
      <Button type="link" onClick={leave}>
        {t('logIn.other')}
      </Button>
    </dialog>
  );
}
