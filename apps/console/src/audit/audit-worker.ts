import '../app/no-eval.js';
import {
  isCard,
  openPolicy,
  proveEntry,
  searchLog,
  verifyBundle,
  verifyCard,
  verifyLog,
  type LogFiles,
} from '#libs/audit';
import { browserLogCrypto as crypto } from './log-crypto.js';
import type { FromWorker, Task, TaskResults, ToWorker } from './tasks.js';

/** Found entries of one search, and bundles of 256 that it reads. */
const SEARCH_BOUNDS = { most: 50, bundles: 40 };

/** Files that were asked of the page, by path. */
const waiting = new Map<string, { give: (bytes: Uint8Array | null) => void; fail: (error: Error) => void }>();

/** The log's files by way of the page, which has the session: the worker itself calls nobody. */
const files: LogFiles = {
  read: (path) =>
    new Promise((give, fail) => {
      waiting.set(path, { give, fail });
      tell({ need: path });
    }),
  list: async () => [],
};

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if ('task' in data) {
    perform(data.task).then(
      (done) => tell({ done }),
      (error: unknown) => tell({ failed: error instanceof Error ? error.message : String(error) }),
    );
    return;
  }
  const one = waiting.get(data.file);
  waiting.delete(data.file);
  if ('problem' in data) one?.fail(new Error(data.problem));
  else one?.give(data.bytes);
};

async function perform(task: Task): Promise<TaskResults[Task['kind']]> {
  switch (task.kind) {
    case 'open-policy':
      return [...openPolicy(crypto, task.policy).logs.values()].map(({ origin, quorum }) => ({
        origin,
        quorum,
      }));
    case 'search':
      return searchLog(files, task.search, SEARCH_BOUNDS);
    case 'prove-entry':
      return proveEntry(crypto, openPolicy(crypto, task.policy), files, task.index);
    case 'verify-log': {
      const terms = { known: [], everyFile: false };
      const { kind, subject, findings, proved } = await verifyLog(
        crypto,
        openPolicy(crypto, task.policy),
        files,
        terms,
      );
      return { kind, subject, findings, proved };
    }
    case 'verify-file': {
      const policy = openPolicy(crypto, task.policy);
      const { kind, subject, findings, proved } = isCard(task.bytes)
        ? verifyCard(crypto, policy, task.bytes)
        : await verifyBundle(crypto, policy, task.bytes);
      return { kind, subject, findings, proved };
    }
  }
}

function tell(message: FromWorker): void {
  self.postMessage(message);
}
