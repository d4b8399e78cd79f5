import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { LinkedView } from './view.js';

export function ZoomButtons({ view }: { readonly view: LinkedView }) {
  const { t } = useTranslation();
  return (
    <span className="zoom">
      <span className="quiet">{Math.round(view.view.scale * 100)}%</span>
      <Button size="small" aria-label={t('compare.zoomOut')} onClick={view.farther}>
        −
      </Button>
      <Button size="small" aria-label={t('compare.zoomIn')} onClick={view.nearer}>
        +
      </Button>
      <Button size="small" onClick={view.reset}>
        {t('compare.zoomReset')}
      </Button>
    </span>
  );
}
