import { X509Certificate } from 'node:crypto';
import type { Identity } from '#libs/identity';
import { type Metrics, watch, watchParty, type WatchedParty } from '#libs/metrics';
import type { NodeParts } from '../node.module.js';

/** Gauges of a province node: whether it is ready, its registry and its indexes, its log and certificate. */
export function watchNode(
  metrics: Metrics,
  {
    registry,
    indexes,
    readiness,
    logStates,
    operation,
  }: Pick<NodeParts, 'registry' | 'indexes' | 'readiness' | 'logStates' | 'operation'>,
  log: WatchedParty['log'],
  { tls }: { readonly tls: Pick<Identity['tls'], 'certificate'> & Pick<WatchedParty, 'revocations'> },
): void {
  const certificateEnds = new Date(new X509Certificate(tls.certificate).validTo);
  const { revocations } = tls;
  watchParty(metrics, { log, cosigning: logStates.cosigning, certificateEnds, revocations });
  watch(metrics, { name: 'weft_ready', help: 'Whether the node can serve, 1 if it can' }, async () => [
    { value: (await readiness.look()).reasons.length === 0 ? 1 : 0 },
  ]);
  watch(
    metrics,
    { name: 'weft_registry_patterns', help: 'Patterns that are to be searched, as the registry counts them' },
    async () => [{ value: (await registry.head()).searchable }],
  );
  watch(
    metrics,
    {
      name: 'weft_index_patterns',
      help: 'Patterns that are searched, for each model served',
      labels: ['model'],
    },
    () => indexes.map(({ modelDigest, size }) => ({ labels: { model: modelDigest }, value: size })),
  );
  watch(
    metrics,
    { name: 'weft_log_equivocations', help: 'Proofs kept that a log of the federation showed two histories' },
    async () => [{ value: (await logStates.witness.state()).equivocations.length }],
  );
  watch(
    metrics,
    {
      name: 'weft_disk_bytes',
      help: "Of the file system that holds the node's files: what is free, and all of it",
      labels: ['part'],
    },
    async () => {
      const { disk } = await operation.look();
      if (disk === null) return [];
      return [
        { labels: { part: 'free' }, value: disk.free },
        { labels: { part: 'total' }, value: disk.total },
      ];
    },
  );
}
