import { useEffect, useRef } from 'react';

/**
 * Calls what stands beside a key ("j", "ArrowDown", " ") while the person is not typing. Keys with Ctrl, Alt or Meta are the
 * browser's.
 */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, dialog, [role=slider], [contenteditable]')) return true;
  return (key === ' ' || key === 'Enter') && target.closest('button, a') !== null;
}
