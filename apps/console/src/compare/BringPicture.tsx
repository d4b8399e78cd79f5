import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FileButton } from '../intake/FileButton.js';

/** Asks for the picture that was checked where this browser no longer has it. */
export function BringPicture({ bring }: { readonly bring: (file: File) => Promise<boolean> }) {
  const { t } = useTranslation();
  const [wrong, setWrong] = useState(false);
  const take = async (file: File | undefined): Promise<void> => {
    if (file) setWrong(!(await bring(file)));
  };
  return (
    <figure className="pane">
      <div
        className="stage stays-home"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void take(event.dataTransfer.files[0]);
        }}
      >
        <h3>{t('compare.noQuery')}</h3>
        <p>{t('compare.noQueryText')}</p>
        <FileButton label={t('compare.choose')} onFiles={(files) => void take(files[0])} />
        <p role="alert" className="bad">
          {wrong && t('compare.wrongPicture')}
        </p>
      </div>
      <figcaption>{t('compare.query')}</figcaption>
    </figure>
  );
}
