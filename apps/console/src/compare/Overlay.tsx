import { Slider } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Pane } from './Pane.js';
import type { LinkedView } from './view.js';

interface OverlayProps {
  readonly view: LinkedView;
  readonly drawings: ReadonlyMap<string, string>;
}

/** The query laid into the candidate's position, its edge moved by a slider; beside it both drawings as lines. */
export function Overlay({ view, drawings }: OverlayProps) {
  const { t } = useTranslation();
  const [share, setShare] = useState(50);
  const below = drawings.get('blink-a.png');
  const above = drawings.get('blink-b.png');
  const lines = drawings.get('overlay.png');
  return (
    <>
      <div className="panes">
        <Pane
          name={t('compare.sliderHint')}
          view={view}
          pictures={[
            below ? { url: below, alt: t('compare.candidate') } : null,
            above ? { url: above, alt: t('compare.query'), cut: share / 100 } : null,
          ]}
        />
        <Pane
          name={t('compare.overlayLines')}
          view={view}
          pictures={[lines ? { url: lines, alt: t('compare.overlayLines') } : null]}
        />
      </div>
      <div className="slider">
        <span aria-hidden="true">{t('compare.slider')}</span>
        <Slider
          value={share}
          onChange={setShare}
          tooltip={{ open: false }}
          ariaLabelForHandle={t('compare.slider')}
        />
      </div>
    </>
  );
}
