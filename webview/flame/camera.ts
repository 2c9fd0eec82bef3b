/** What is in sight: a stretch of the picture's microseconds, and how far it is scrolled down (CSS px). */
export interface Camera {
  fromUs: number;
  toUs: number;
  scroll: number;
}

export interface Bounds {
  totalUs: number;
  /** Height of all rows and of the window they are seen through, CSS px. */
  contentHeight: number;
  height: number;
}

/** One stretch of this many microseconds fills the window at most zoom. */
const LEAST_US = 20;

export function fitted(bounds: Bounds): Camera {
  return { fromUs: 0, toUs: Math.max(bounds.totalUs, LEAST_US), scroll: 0 };
}

/** The nearest camera that shows nothing outside the picture. */
export function clamped(camera: Camera, { totalUs, contentHeight, height }: Bounds): Camera {
  const whole = Math.max(totalUs, LEAST_US);
  const span = Math.min(whole, Math.max(LEAST_US, camera.toUs - camera.fromUs));
  const fromUs = Math.max(0, Math.min(camera.fromUs, whole - span));
  return { fromUs, toUs: fromUs + span, scroll: Math.max(0, Math.min(camera.scroll, contentHeight - height)) };
}

/** Zooms so that the point at `ratio` of the width (0-1) stays where it is; a factor below 1 zooms in. */
export function zoomed(camera: Camera, ratio: number, factor: number, bounds: Bounds): Camera {
  const span = camera.toUs - camera.fromUs;
  const next = Math.min(Math.max(bounds.totalUs, LEAST_US), Math.max(LEAST_US, span * factor));
  const fromUs = camera.fromUs + ratio * (span - next);
  return clamped({ ...camera, fromUs, toUs: fromUs + next }, bounds);
}

/** Moves by parts of the width. */
export function panned(camera: Camera, ratio: number, scrollBy: number, bounds: Bounds): Camera {
  const by = (camera.toUs - camera.fromUs) * ratio;
  return clamped({ fromUs: camera.fromUs + by, toUs: camera.toUs + by, scroll: camera.scroll + scrollBy }, bounds);
}

/** Shows a stretch with some air, and a row (CSS px from the top of all rows) within the window. */
export function showing(camera: Camera, fromUs: number, toUs: number, rowTop: number, rowHeight: number, bounds: Bounds): Camera {
  const air = (toUs - fromUs) * 0.02;
  return clamped(scrolledTo({ ...camera, fromUs: fromUs - air, toUs: toUs + air }, rowTop, rowHeight, bounds), bounds);
}

/** Moves as little as brings a box into sight. */
export function following(camera: Camera, fromUs: number, toUs: number, rowTop: number, rowHeight: number, bounds: Bounds): Camera {
  const span = camera.toUs - camera.fromUs;
  const { fromUs: left, toUs: right } = camera;
  let by = 0;
  if (toUs <= left || fromUs >= right) by = (fromUs + toUs) / 2 - (left + right) / 2;
  else if (toUs - fromUs < span * 0.9) {
    if (fromUs < left) by = fromUs - left - span * 0.02;
    else if (toUs > right) by = toUs - right + span * 0.02;
  }
  return clamped(scrolledTo({ ...camera, fromUs: left + by, toUs: right + by }, rowTop, rowHeight, bounds), bounds);
}

function scrolledTo(camera: Camera, rowTop: number, rowHeight: number, { height }: Bounds): Camera {
  const { scroll } = camera;
  if (rowTop < scroll) return { ...camera, scroll: rowTop - rowHeight };
  return rowTop + rowHeight > scroll + height ? { ...camera, scroll: rowTop + 2 * rowHeight - height } : camera;
}
