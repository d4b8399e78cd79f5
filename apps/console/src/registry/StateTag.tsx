import { useTranslation } from 'react-i18next';
import type { Registration } from '../api/schemas.js';

export function StateTag({ state }: { readonly state: Registration['state'] }) {
  const { t } = useTranslation();
  return <span className={`state state-${state}`}>{t(`registrations.states.${state}`)}</span>;
}
