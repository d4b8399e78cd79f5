import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useObjectUrl } from '../app/use-object-url.js';
import { bytesText, refusalText, wholeNumber } from '../words/describe.js';
import type { Refused, Taken, Tray } from './tray.js';

const MOST_SHOWN = 120;

interface TrayListProps {
  readonly tray: Tray;
  readonly onRemove: (digest: string) => void;
}

/** What was dropped: first what was not taken and why, then the pictures. */
export function TrayList({ tray, onRemove }: TrayListProps) {
  const { t } = useTranslation();
  const more = tray.taken.length - MOST_SHOWN;
  return (
    <>
      {tray.refused.length > 0 && <RefusedFiles refused={tray.refused} />}
      <ul className="tray">
        {tray.taken.slice(0, MOST_SHOWN).map((one) => (
          <TakenPicture key={one.digest} taken={one} onRemove={() => onRemove(one.digest)} />
        ))}
      </ul>
      {more > 0 && <p className="quiet">{t('intake.more', { count: more })}</p>}
    </>
  );
}

function RefusedFiles({ refused }: { readonly refused: readonly Refused[] }) {
  const { t } = useTranslation();
  const more = refused.length - MOST_SHOWN;
  return (
    <section className="refused" aria-label={t('intake.refused', { count: refused.length })}>
      <h2>{t('intake.refused', { count: wholeNumber(refused.length) })}</h2>
      <ul>
        {refused.slice(0, MOST_SHOWN).map(({ name, refusal }, place) => (
          <li key={`${place} ${name}`}>
            <b>{name}</b> {refusalText(refusal)}
          </li>
        ))}
      </ul>
      {more > 0 && <p className="quiet">{t('intake.more', { count: more })}</p>}
    </section>
  );
}

function TakenPicture({ taken, onRemove }: { readonly taken: Taken; readonly onRemove: () => void }) {
  const { t } = useTranslation();
  const url = useObjectUrl(taken.file);
  return (
    <li>
      <span className="thumb">{url && <img src={url} alt="" loading="lazy" />}</span>
      <span className="tray-name" title={taken.name}>
        {taken.name}
      </span>
      <span className="quiet small">{bytesText(taken.file.size)}</span>
      <Button
        size="small"
        type="text"
        aria-label={t('intake.remove', { name: taken.name })}
        onClick={onRemove}
      >
        ✕
      </Button>
    </li>
  );
}
