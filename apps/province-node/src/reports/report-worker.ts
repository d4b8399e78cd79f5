import {
  writeBatchList,
  writeBatchReport,
  writeCertificate,
  writeCheckReport,
  writeIdCard,
  type BatchFacts,
  type BatchPictures,
  type CardPrint,
  type CheckFacts,
  type Language,
  type ShownPictures,
} from '#libs/report';

/** A file to be written. */
export type ReportTask =
  | {
      readonly kind: 'check';
      readonly facts: CheckFacts;
      readonly pictures: ShownPictures;
      readonly language: Language;
    }
  | {
      readonly kind: 'batch';
      readonly facts: BatchFacts;
      readonly pictures: BatchPictures;
      readonly language: Language;
    }
  | {
      readonly kind: 'card' | 'certificate';
      readonly print: CardPrint;
      readonly picture: Uint8Array;
      readonly language: Language;
    }
  | { readonly kind: 'list'; readonly facts: BatchFacts };

export default async function writeInWorker(task: ReportTask): Promise<Uint8Array> {
  switch (task.kind) {
    case 'check':
      return writeCheckReport(task.facts, task.pictures, task.language);
    case 'batch':
      return writeBatchReport(task.facts, task.pictures, task.language);
    case 'card':
      return writeIdCard(task.print, task.picture, task.language);
    case 'certificate':
      return writeCertificate(task.print, task.picture, task.language);
    case 'list':
      return writeBatchList(task.facts);
  }
}
