/**
 * Works on up to `ahead` items at once and gives the results in the items' order. No further item is taken from the source
 * while `ahead` results wait to be fetched. When it ends early, work that has begun is waited for.
 */
export async function* mapAhead<T, R>(
  source: AsyncIterable<T>,
  ahead: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, void> {
  const items = source[Symbol.asyncIterator]();
  const begun: Promise<R>[] = [];
  let ended = false;
  try {
    for (;;) {
      while (!ended && begun.length < ahead) {
        const next = await items.next();
        if (next.done) {
          ended = true;
        } else {
          const result = work(next.value);
          // It is awaited in its turn, where its failure surfaces; until then it must not count as unhandled.
          result.catch(() => undefined);
          begun.push(result);
        }
      }
      const first = begun.shift();
      if (!first) return;
      yield await first;
    }
  } finally {
    await Promise.allSettled(begun);
    await items.return?.();
  }
}
