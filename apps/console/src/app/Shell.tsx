import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet } from 'react-router';
import { queryClient } from '../api/queries.js';
import { leave, useSession } from '../api/session.js';
import { forgetPolicy } from '../audit/policy-store.js';
import { MembersStrip } from '../check/MembersStrip.js';
import { forgetAll } from '../intake/picture-store.js';
import { isSending } from '../intake/uploader.js';
import { provinceName } from '../words/describe.js';
import { switchLanguage } from '../words/i18n.js';
import { Mark } from './Mark.js';
import { placesOf } from './navigation.js';

/** Frame of every page: where one can go, who one is, and how the members are. */
export function Shell() {
  const { t } = useTranslation();
  const { session } = useSession();
  if (session === null) return null;
  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={toMain}>
        {t('skip')}
      </a>
      <header className="top">
        <div className="brand">
          <Mark />
          <strong>{t('name')}</strong>
          <span className="own-province">{provinceName(session.province)}</span>
        </div>
        <nav aria-label={t('name')}>
          {placesOf(session.roles).map(({ to, word }) => (
            <NavLink key={to} to={to}>
              {t(word)}
            </NavLink>
          ))}
        </nav>
        <div className="who">
          <span>
            {session.user} · {session.roles.map((role) => t(`role.${role}`)).join(t('unit.comma'))}
          </span>
          <Button size="small" onClick={() => void switchLanguage()}>
            {t('language')}
          </Button>
          <Button size="small" onClick={() => void logOut(t('logOutWhileSending'))}>
            {t('logOut')}
          </Button>
        </div>
      </header>
      <MembersStrip />
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

/** The address's fragment is the page's own; a plain link would leave it. */
function toMain(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

async function logOut(question: string): Promise<void> {
  if (isSending() && !window.confirm(question)) return;
  leave();
  forgetPolicy();
  queryClient.clear();
  await forgetAll();
}
