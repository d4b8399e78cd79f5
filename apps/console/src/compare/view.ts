import { useCallback, useEffect, useMemo, useState, type RefObject } from 'react';

const NEAREST = 16;
const STEP = 1.3;

/** What part of its pictures every pane shows: magnified about the middle, and shifted in parts of the pane. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface LinkedView {
  readonly view: View;
  /** Magnifies about a point of the pane, -0.5 to 0.5 each way. */
  readonly zoom: (factor: number, atX?: number, atY?: number) => void;
  /** Shifts by parts of the pane. */
  readonly pan: (x: number, y: number) => void;
  readonly reset: () => void;
  readonly nearer: () => void;
  readonly farther: () => void;
}

const WHOLE: View = { scale: 1, x: 0, y: 0 };

/** One view for several panes, so that one sees the same place in all of them. */
export function useLinkedView(): LinkedView {
  const [view, setView] = useState(WHOLE);
  const zoom = useCallback((factor: number, atX = 0, atY = 0) => {
    setView((before) => {
      const scale = Math.min(NEAREST, Math.max(1, before.scale * factor));
      const grown = scale / before.scale;
      return within({ scale, x: atX - (atX - before.x) * grown, y: atY - (atY - before.y) * grown });
    });
  }, []);
  const pan = useCallback((x: number, y: number) => {
    setView((before) => within({ ...before, x: before.x + x, y: before.y + y }));
  }, []);
  const reset = useCallback(() => setView(WHOLE), []);
  return useMemo(
    () => ({ view, zoom, pan, reset, nearer: () => zoom(STEP), farther: () => zoom(1 / STEP) }),
    [view, zoom, pan, reset],
  );
}

/** Keeps some of the picture in the pane. */
function within({ scale, x, y }: View): View {
  const most = (scale - 1) / 2;
  const clamp = (value: number): number => Math.min(most, Math.max(-most, value));
  return { scale, x: clamp(x), y: clamp(y) };
}

/** Wheel and drag over this element move the view. */
export function useViewGestures(element: RefObject<HTMLElement | null>, { zoom, pan }: LinkedView): void {
  useEffect(() => {
    const pane = element.current;
    if (!pane) return undefined;
    let from: { x: number; y: number } | null = null;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = pane.getBoundingClientRect();
      const at = (value: number, start: number, length: number): number => (value - start) / length - 0.5;
      zoom(
        Math.exp(-event.deltaY / 400),
        at(event.clientX, box.left, box.width),
        at(event.clientY, box.top, box.height),
      );
    };
    const down = (event: PointerEvent): void => {
      from = { x: event.clientX, y: event.clientY };
      pane.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent): void => {
      if (!from) return;
      pan((event.clientX - from.x) / pane.clientWidth, (event.clientY - from.y) / pane.clientHeight);
      from = { x: event.clientX, y: event.clientY };
    };
    const up = (): void => {
      from = null;
    };
    pane.addEventListener('wheel', wheel, { passive: false });
    pane.addEventListener('pointerdown', down);
    pane.addEventListener('pointermove', move);
    pane.addEventListener('pointerup', up);
    pane.addEventListener('pointercancel', up);
    return () => {
      pane.removeEventListener('wheel', wheel);
      pane.removeEventListener('pointerdown', down);
      pane.removeEventListener('pointermove', move);
      pane.removeEventListener('pointerup', up);
      pane.removeEventListener('pointercancel', up);
    };
  }, [element, zoom, pan]);
}
