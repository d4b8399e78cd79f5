import { Alert, Button, Input } from 'antd';
import { type SubmitEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem, logIn } from '../api/client.js';
import { enter } from '../api/session.js';
import { problemText } from '../words/problems.js';

/** @param user fixed where one goes on with a session that ended */
export function LogInForm({ user: fixed }: { readonly user?: string }) {
  const { t } = useTranslation();
  const id = useId();
  const [user, setUser] = useState(fixed ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      enter(await logIn(user.trim(), password));
    } catch (error) {
      setProblem(logInProblem(error));
      setPassword('');
    } finally {
      setBusy(false);
    }
  };

  const logInProblem = (error: unknown): string => {
    if (error instanceof ApiProblem && (error.code === 'UNAUTHENTICATED' || error.code === 'INVALID_INPUT'))
      return t('logIn.wrong');
    if (error instanceof ApiProblem && error.code === 'TOO_MANY')
      return t('logIn.wait', { seconds: error.retryAfterSeconds ?? 1 });
    return t('logIn.failed') + problemText(error);
  };

  return (
    <form className="log-in-form" onSubmit={(event) => void submit(event)}>
      <label htmlFor={`${id}-user`}>{t('logIn.user')}</label>
      <Input
        id={`${id}-user`}
        value={user}
        onChange={(event) => setUser(event.target.value)}
        autoComplete="username"
        disabled={fixed !== undefined}
        autoFocus={fixed === undefined}
        maxLength={64}
        required
      />
      <label htmlFor={`${id}-password`}>{t('logIn.password')}</label>
      <Input.Password
        id={`${id}-password`}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete="current-password"
        autoFocus={fixed !== undefined}
        maxLength={1_024}
        required
      />
      <div role="alert">{problem !== null && <Alert type="error" title={problem} showIcon />}</div>
      <Button type="primary" htmlType="submit" loading={busy} block>
        {busy ? t('logIn.busy') : t('logIn.submit')}
      </Button>
    </form>
  );
}
