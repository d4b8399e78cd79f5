import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type LinkedView, useViewGestures } from './view.js';

interface PaneProps {
  readonly name: string;
  readonly view: LinkedView;
  /** Pictures that lie on each other, the first one below; null while they are on their way. */
  readonly pictures: readonly (Layer | null)[];
  readonly children?: ReactNode;
}

export interface Layer {
  readonly url: string;
  readonly alt: string;
  /** Share of the width, from the left, that is cut away. */
  readonly cut?: number;
  readonly hidden?: boolean;
}

/** One picture, or several on each other, seen through the shared view. */
export function Pane({ name, view, pictures, children }: PaneProps) {
  const { t } = useTranslation();
  const stage = useRef<HTMLDivElement>(null);
  useViewGestures(stage, view);
  const { scale, x, y } = view.view;
  return (
    <figure className="pane">
      <div ref={stage} className="stage" role="group" aria-label={t('compare.viewer', { name })}>
        <div className="sheet" style={{ transform: `translate(${x * 100}%, ${y * 100}%) scale(${scale})` }}>
          {pictures.map((layer, place) => layer && <Sheet key={layer.url} layer={layer} top={place > 0} />)}
        </div>
      </div>
      <figcaption>{children ?? name}</figcaption>
    </figure>
  );
}

function Sheet({ layer, top }: { readonly layer: Layer; readonly top: boolean }) {
  const { t } = useTranslation();
  const [broken, setBroken] = useState(false);
  if (broken) return <p className="not-shown">{t('compare.notShown')}</p>;
  const { url, alt, cut = 0, hidden = false } = layer;
  return (
    <img
      className={top ? 'layer is-top' : 'layer'}
      src={url}
      alt={alt}
      draggable={false}
      hidden={hidden}
      style={{ clipPath: `inset(0 0 0 ${cut * 100}%)` }}
      onError={() => setBroken(true)}
    />
  );
}
