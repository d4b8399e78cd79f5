import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

interface PagerProps {
  /** What the pages are of. */
  readonly name: string;
  readonly first: boolean;
  readonly more: boolean;
  readonly onFirst: () => void;
  readonly onMore: () => void;
}

/** To the first page of a list, and to the next. */
export function Pager({ name, first, more, onFirst, onMore }: PagerProps) {
  const { t } = useTranslation();
  return (
    <nav className="pager" aria-label={name}>
      <Button disabled={first} onClick={onFirst}>
        {t('registrations.first')}
      </Button>
      <Button disabled={!more} onClick={onMore}>
        {t('registrations.more')}
      </Button>
    </nav>
  );
}
