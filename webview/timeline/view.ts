/** What part of the run is in sight: microseconds at the left and right edge of the plot. */
export interface View {
  from: number;
  to: number;
}

/** Closest look: a microsecond is the finest we measure. */
const minimumUs = 20;

/** The view inside the run; its width is kept where it fits. */
export function clampView({ from, to }: View, endUs: number): View {
  const width = Math.min(endUs, Math.max(minimumUs, to - from));
  const start = Math.min(Math.max(0, from), endUs - width);
  return { from: start, to: start + width };
}

/** Zooms by a factor (over 1: closer); the time at `atUs` stays where it is. */
export function zoomView(view: View, factor: number, atUs: number, endUs: number): View {
  const width = Math.min(endUs, Math.max(minimumUs, (view.to - view.from) / factor));
  const share = (atUs - view.from) / (view.to - view.from);
  return clampView({ from: atUs - share * width, to: atUs + (1 - share) * width }, endUs);
}

export const panView = (view: View, byUs: number, endUs: number): View => clampView({ from: view.from + byUs, to: view.to + byUs }, endUs);

/** A span with a little room around it. */
export function viewOf(fromUs: number, toUs: number, endUs: number): View {
  const room = Math.max((toUs - fromUs) * 0.05, minimumUs);
  return clampView({ from: fromUs - room, to: toUs + room }, endUs);
}

/** Round steps for a time axis with at least `minimum` microseconds between marks. */
export function tickStep(minimum: number): number {
  const decade = 10 ** Math.floor(Math.log10(Math.max(minimum, 1)));
  return decade * ([1, 2, 5, 10].find((m) => m * decade >= minimum) ?? 10);
}
