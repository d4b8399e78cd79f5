import 'reflect-metadata';
import tls from 'node:tls';
import { runProcess } from '#libs/lifecycle';
import { withTracing } from '#libs/tracing';
import { parseConfig } from './config.js';
import { startNode } from './start/start-node.js';

tls.DEFAULT_MIN_VERSION = 'TLSv1.3';

await runProcess({
  name: 'province-node',
  stopMs: 8_000,
  configure: () => parseConfig(process.env),
  labels: ({ province }) => ({ province }),
  start: withTracing(({ province }) => province, startNode),
});
