import { Gauge, type Registry } from 'prom-client';

/** One value of a gauge; a state is a label, and its value 1. */
export interface Reading {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A gauge that is read when it is asked for.
 * @param name in Prometheus' form, with its unit at the end
 * @param labels that each reading has
 * @param read must be quick; what it throws leaves the gauge out of this answer
 */
export function watch(
  registry: Registry,
  {
    name,
    help,
    labels = [],
  }: { readonly name: string; readonly help: string; readonly labels?: readonly string[] },
  read: () => readonly Reading[] | Promise<readonly Reading[]>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    async collect() {
      this.reset();
      // Without labels a reset says 0.
      if (labels.length === 0) this.remove();
      for (const reading of await Promise.resolve()
        .then(read)
        .catch(() => []))
        this.set({ ...reading.labels }, reading.value);
    },
  });
}
