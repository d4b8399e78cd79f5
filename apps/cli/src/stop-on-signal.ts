/** Exit code of a program that was interrupted, as a shell counts it. */
export const INTERRUPTED = 130;

/** The first Ctrl-C ends the work in order; the second ends the process. */
export function stopOnSignal(): { readonly signal: AbortSignal; forget(): void } {
  const controller = new AbortController();
  const forget = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  const stop = () => {
    controller.abort();
    forget();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return { signal: controller.signal, forget };
}
