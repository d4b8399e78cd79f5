import type { AuditReport, EntryReport, FoundEntries, LogSearch } from '#libs/audit';

/** What the worker is asked to do. Policies are as their file has them: the worker holds them against their form. */
export type Task =
  | { readonly kind: 'open-policy'; readonly policy: unknown }
  | { readonly kind: 'search'; readonly search: LogSearch }
  | { readonly kind: 'prove-entry'; readonly policy: unknown; readonly index: number }
  | { readonly kind: 'verify-log'; readonly policy: unknown }
  | { readonly kind: 'verify-file'; readonly policy: unknown; readonly bytes: Uint8Array };

/** What comes of each. */
export interface TaskResults {
  readonly 'open-policy': readonly { readonly origin: string; readonly quorum: number }[];
  readonly search: FoundEntries;
  readonly 'prove-entry': EntryReport;
  readonly 'verify-log': AuditReport;
  readonly 'verify-file': AuditReport;
}

/** From the page to the worker: a task, then each file that the task asked for. */
export type ToWorker =
  | { readonly task: Task }
  | { readonly file: string; readonly bytes: Uint8Array | null }
  | { readonly file: string; readonly problem: string };

/** From the worker to the page: a file of the log that is needed, and at last the result. */
export type FromWorker =
  { readonly need: string } | { readonly done: TaskResults[Task['kind']] } | { readonly failed: string };
