import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FileButton } from './FileButton.js';
import { droppedFiles, pickedFiles } from './find-files.js';
import type { Found } from './tray.js';

/** Where files, folders and zips are dropped, or chosen by the system's dialogs. */
export function DropPlace({ onFiles }: { readonly onFiles: (found: readonly Found[]) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void droppedFiles(event.dataTransfer).then(onFiles);
  };
  const pick = (files: File[]): void => onFiles(pickedFiles(files));
  return (
    <div
      className={over ? 'drop is-over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p className="drop-lead">{t('intake.lead')}</p>
      <p className="quiet">{t('intake.formats')}</p>
      <div className="drop-buttons">
        <FileButton primary many label={t('intake.pickFiles')} onFiles={pick} />
        <FileButton folder label={t('intake.pickFolder')} onFiles={pick} />
      </div>
      <p className="quiet small">{t('intake.bound')}</p>
    </div>
  );
}
