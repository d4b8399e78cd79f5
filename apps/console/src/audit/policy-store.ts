import { useSyncExternalStore } from 'react';
import { perform } from './perform.js';

/** The auditor's own policy: whom to trust. It comes from the auditor's computer, never from the node that is audited. */
export interface ChosenPolicy {
  readonly fileName: string;
  readonly content: unknown;
  readonly logs: readonly { readonly origin: string; readonly quorum: number }[];
}

let chosen: ChosenPolicy | null = null;
const listeners = new Set<() => void>();

/** Takes a policy file for as long as the page is open. @throws Error that says what is wrong with it */
export async function choosePolicy(file: File): Promise<void> {
  let content: unknown;
  try {
    content = JSON.parse(await file.text());
  } catch {
    throw new Error('is not JSON');
  }
  const logs = await perform({ kind: 'open-policy', policy: content });
  become({ fileName: file.name, content, logs });
}

/** Forgets the policy, as on logging out. */
export function forgetPolicy(): void {
  become(null);
}

export function usePolicy(): ChosenPolicy | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => chosen,
  );
}

function become(next: ChosenPolicy | null): void {
  chosen = next;
  for (const listener of listeners) listener();
}
