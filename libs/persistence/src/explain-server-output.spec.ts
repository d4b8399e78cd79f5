import { expect, test } from '@jest/globals';
import { explainServerOutput } from './explain-server-output.js';

test.each([
  ['NO_SPACE', 'FATAL:  could not write to file "base/4/1249": No space left on device'],
  ['PORT_TAKEN', 'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use'],
  ['NO_PERMISSION', 'FATAL:  could not open directory "pg_wal": Permission denied'],
  ['DAMAGED', 'PANIC:  could not locate a valid checkpoint record at 0/174B710'],
  ['DAMAGED', ''],
])('%s is told from what the server said: %s', (code, output) => {
  const error = explainServerOutput(`LOG:  starting PostgreSQL\n${output}\n`, '/srv/weft/postgres');
  expect(error).toMatchObject({ code });
  expect(error.remedy).not.toBe('');
});

test("what else the server said is told in its own words, its last complaint before a child's end", () => {
  const error = explainServerOutput(
    'FATAL:  database files are incompatible with server\nLOG:  database system is shut down\n',
    '/srv/weft/postgres',
  );
  expect(error.problem).toContain('/srv/weft/postgres');
  expect(error.problem).toContain('database files are incompatible with server');
});
