import type { Step } from './boxes.ts';

/** What the pointer asks for. Places in CSS px from the upper left corner of the picture. */
export interface PointerActions {
  zoom(x: number, factor: number): void;
  pan(dx: number, dy: number): void;
  hover(x: number, y: number): void;
  leave(): void;
  click(x: number, y: number, open: boolean): void;
  doubleClick(x: number, y: number): void;
}

/** Pointer travel that makes a press a drag, CSS px. */
const DRAG_FROM = 4;
/** Pixels of wheel travel that zoom by e; and of a pinch, which comes as a wheel with ctrl. */
const WHEEL_E = 500;
const PINCH_E = 100;
const LINE_PX = 33;

export function listenToPointer(target: HTMLElement, actions: PointerActions): void {
  let pressed: { x: number; y: number; dragged: boolean } | null = null;
  const place = (event: MouseEvent): { x: number; y: number } => {
    const box = target.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  target.addEventListener('wheel', (event) => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
    const dx = event.deltaX * unit;
    const dy = event.deltaY * unit;
    if (event.altKey) actions.pan(0, -dy);
    else if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) actions.pan(-(dx || dy), 0);
    else actions.zoom(place(event).x, Math.exp(dy / (event.ctrlKey ? PINCH_E : WHEEL_E)));
  }, { passive: false });

  target.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pressed = { x: event.clientX, y: event.clientY, dragged: false };
    target.setPointerCapture(event.pointerId);
  });
  target.addEventListener('pointermove', (event) => {
    const { x, y } = place(event);
    if (!pressed) {
      actions.hover(x, y);
      return;
    }
    const dx = event.clientX - pressed.x;
    const dy = event.clientY - pressed.y;
    if (!pressed.dragged && Math.hypot(dx, dy) < DRAG_FROM) return;
    pressed = { x: event.clientX, y: event.clientY, dragged: true };
    target.classList.add('dragging');
    actions.leave();
    actions.pan(dx, dy);
  });
  const release = (event: PointerEvent): void => {
    const { x, y } = place(event);
    if (pressed && !pressed.dragged && event.type === 'pointerup') actions.click(x, y, event.ctrlKey || event.metaKey);
    pressed = null;
    target.classList.remove('dragging');
  };
  target.addEventListener('pointerup', release);
  target.addEventListener('pointercancel', release);
  target.addEventListener('pointerleave', () => actions.leave());
  target.addEventListener('dblclick', (event) => {
    const { x, y } = place(event);
    actions.doubleClick(x, y);
  });
}

export type KeyAction = { step: Step } | { zoom: number } | { pan: number } | { scroll: number } | 'home' | 'fit' | 'open' | 'escape' | 'search' | 'sandwich';

/** What a key asks for in the picture; arrows walk from box to box, with shift they move what is in sight. */
export function keyAction(event: KeyboardEvent): KeyAction | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const shifted: Record<string, KeyAction> = { ArrowLeft: { pan: -0.15 }, ArrowRight: { pan: 0.15 }, ArrowUp: { scroll: -3 }, ArrowDown: { scroll: 3 } };
  if (event.shiftKey && shifted[event.key]) return shifted[event.key]!;
  const plain: Record<string, KeyAction> = {
    ArrowUp: { step: 'parent' }, ArrowDown: { step: 'child' }, ArrowLeft: { step: 'previous' }, ArrowRight: { step: 'next' },
    w: { zoom: 0.7 }, s: { zoom: 1 / 0.7 }, '+': { zoom: 0.7 }, '=': { zoom: 0.7 }, '-': { zoom: 1 / 0.7 }, _: { zoom: 1 / 0.7 },
    a: { pan: -0.15 }, d: { pan: 0.15 }, PageUp: { scroll: -12 }, PageDown: { scroll: 12 },
    Home: 'home', '0': 'home', z: 'fit', Enter: 'open', Escape: 'escape', '/': 'search', c: 'sandwich',
  };
  return plain[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
}
