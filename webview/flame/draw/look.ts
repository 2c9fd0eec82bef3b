import { paletteOf } from '../../colours.ts';
import type { Theme } from '../../theme.ts';
import { Origin, packageOf } from '../model/frames.ts';
import type { FrameTable } from '../model/frames.ts';
import { GROUP } from '../protocol.ts';

/** Colours of boxes as ABGR. `fill[group * SHADES + shade]`, and black or white text, whichever can be read on it. */
export interface Look {
  fill: Uint32Array;
  text: Uint32Array;
  background: number;
  ruler: number;
  tick: number;
  muted: number;
  foreground: number;
  /** What stands between neighbouring boxes: the background, but for one bit that tells it from empty space. */
  gap: number;
}

/** By origin (4) and evenness of the function's number (2), so that neighbours differ; from 8 on, dimmed. */
export const SHADES = 16;
export const DIMMED = 8;

type Rgb = readonly [number, number, number];

/** `toolColours` in the order of the file's tools; null when the file has none and colours go by package. */
export function createLook(theme: Theme, toolColours: readonly string[] | null): Look {
  const highContrast = theme.kind.startsWith('hc');
  const dark = theme.kind.endsWith('dark');
  const background = rgbOf(theme.background, dark ? [30, 30, 30] : [255, 255, 255]);
  const foreground = rgbOf(theme.foreground, dark ? [204, 204, 204] : [59, 59, 59]);
  const muted = rgbOf(theme.muted, foreground);
  const grey = mix(foreground, background, 0.3);
  const own = toolColours ? toolColours.map((c) => rgbOf(c, grey)) : paletteOf(theme.kind).map((c) => rgbOf(c, grey));
  const special: Rgb[] = [];
  special[GROUP.none] = grey;
  special[GROUP.startup] = mix(rgbOf(dark ? '#7d8fb3' : '#5a6f99', grey), background, 0.1);
  special[GROUP.protocol] = mix(rgbOf(dark ? '#8f86a8' : '#6f6390', grey), background, 0.1);
  special[GROUP.gc] = rgbOf(dark ? '#a08a6a' : '#8a7040', grey);
  special[GROUP.mixed] = mix(foreground, background, 0.5);
  const groups = [...special, ...own];
  // own code stands out, what it calls recedes; high contrast keeps all of it strong
  const fade = highContrast ? [0, 0.18, 0.34, 0.4] : dark ? [0.18, 0.42, 0.58, 0.66] : [0.22, 0.5, 0.64, 0.7];
  const fill = new Uint32Array(groups.length * SHADES);
  const text = new Uint32Array(groups.length * SHADES);
  groups.forEach((base, g) => {
    for (let shade = 0; shade < SHADES; shade++) {
      const faded = mix(base, background, fade[(shade & 7) >> 1]! + (shade & 1) * 0.07);
      const rgb = shade >= DIMMED ? mix(mix(faded, grey, 0.5), background, 0.72) : faded;
      fill[g * SHADES + shade] = abgr(rgb);
      text[g * SHADES + shade] = shade >= DIMMED && !highContrast ? abgr(mix(foreground, background, 0.45)) : abgr(readableOn(rgb));
    }
  });
  return { fill, text, background: abgr(background), ruler: abgr(background), tick: abgr(mix(foreground, background, 0.82)), muted: abgr(muted), foreground: abgr(foreground), gap: (abgr(background) ^ 0x00010000) >>> 0 };
}

/** Group and shade of each function; the group counts only where there are no tools. */
export function shadesOf(frames: FrameTable, origins: Uint8Array, colours: number): { shade: Uint8Array; group: Uint16Array } {
  const hueOfUrl = frames.strings.map(() => -1);
  const group = Uint16Array.from(frames.url, (url, f) => {
    if (origins[f] === Origin.system || url === 0) return GROUP.none;
    if (hueOfUrl[url] === -1) hueOfUrl[url] = hash(packageOf(frames.strings[url]!)) % colours;
    return GROUP.firstTool + hueOfUrl[url]!;
  });
  return { shade: Uint8Array.from(origins, (origin, f) => origin * 2 + (f & 1)), group };
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 13)) >>> 0;
}

let reader: OffscreenCanvasRenderingContext2D | null = null;

/** Any CSS colour; `fallback` for one that is not understood or not opaque enough to stand alone. */
function rgbOf(css: string, fallback: Rgb): Rgb {
  reader ??= new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  reader.clearRect(0, 0, 1, 1);
  reader.fillStyle = 'rgba(0, 0, 0, 0)';
  reader.fillStyle = css;
  reader.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = reader.getImageData(0, 0, 1, 1).data;
  return a! < 128 ? fallback : [r!, g!, b!];
}

const mix = (a: Rgb, b: Rgb, t: number): Rgb => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
const abgr = ([r, g, b]: Rgb): number => (0xff000000 | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;

/** Black or white by relative luminance (WCAG 2): the two have equal contrast at 0.179. */
function readableOn([r, g, b]: Rgb): Rgb {
  const linear = (v: number): number => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) > 0.179 ? [0, 0, 0] : [255, 255, 255];
}
