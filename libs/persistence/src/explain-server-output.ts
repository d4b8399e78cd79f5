import { PersistenceError, noSpace } from './persistence-error.js';

/** What initdb's or the server's last words mean for the operator. */
export function explainServerOutput(output: string, place: string, cause?: unknown): PersistenceError {
  const lastWord = lastComplaint(output);
  if (/No space left on device|Disk quota exceeded/.test(output)) {
    return noSpace(place, cause);
  }
  if (/Address already in use/.test(output)) {
    return new PersistenceError(
      'PORT_TAKEN',
      `PostgreSQL cannot listen on its port: ${lastWord}`,
      'stop the program that listens there, or set WEFT_PORT_BASE to another range of ports',
      { cause },
    );
  }
  if (/Permission denied|Operation not permitted/.test(output)) {
    return new PersistenceError(
      'NO_PERMISSION',
      `PostgreSQL may not use ${place}: ${lastWord}`,
      'give the folder back to the user who made it, or let WEFT_HOME name another folder',
      { cause },
    );
  }
  return new PersistenceError(
    'DAMAGED',
    `PostgreSQL does not start in ${place}: ${lastWord}`,
    'read server.log beside it; if the data are damaged, restore the folder from a backup',
    { cause },
  );
}

function lastComplaint(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const complaints = lines.filter((line) => /FATAL|PANIC|ERROR|error:/.test(line));
  return (complaints.at(-1) ?? lines.at(-1) ?? 'it said nothing').slice(0, 300);
}
