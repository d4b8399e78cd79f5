import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '../app/use-keys.js';
import { Pane } from './Pane.js';
import type { LinkedView } from './view.js';

/** Slower than three times a second, which could harm (WCAG 2.3.1). */
const EVERY_MS = 450;

interface BlinkProps {
  readonly view: LinkedView;
  readonly drawings: ReadonlyMap<string, string>;
}

/** Candidate and query, in one position, by turns: what jumps differs. Stands still for those who want less motion. */
export function Blink({ view, drawings }: BlinkProps) {
  const { t } = useTranslation();
  const [running, setRunning] = useState(
    () => !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
  );
  const [second, setSecond] = useState(false);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setSecond((before) => !before), EVERY_MS);
    return () => clearInterval(timer);
  }, [running]);
  const step = (): void => {
    setRunning(false);
    setSecond((before) => !before);
  };
  useKeys({ ' ': step });
  const candidate = drawings.get('blink-a.png');
  const query = drawings.get('blink-b.png');
  return (
    <>
      <div className="panes">
        <Pane
          name={t('compare.mode.blink')}
          view={view}
          pictures={[
            candidate ? { url: candidate, alt: t('compare.candidate') } : null,
            query ? { url: query, alt: t('compare.query'), hidden: !second } : null,
          ]}
        >
          {t(second ? 'compare.blinkShow.b' : 'compare.blinkShow.a')}
        </Pane>
      </div>
      <div className="slider">
        <Button size="small" aria-pressed={running} onClick={() => setRunning(!running)}>
          {t(running ? 'compare.blinkOff' : 'compare.blinkOn')}
        </Button>
        <Button size="small" onClick={step}>
          {t('compare.candidate')} / {t('compare.query')}
        </Button>
      </div>
    </>
  );
}
