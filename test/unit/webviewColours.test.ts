import assert from 'node:assert/strict';
import { paletteOf, toolColour, toolColours, type ThemeKind } from '../../webview/colours.ts';

const backgrounds: Record<ThemeKind, string> = { dark: '#1f1f1f', light: '#ffffff', 'hc-dark': '#000000', 'hc-light': '#ffffff' };
type Rgb = [number, number, number];

const linear = (hex: string): Rgb => [1, 3, 5].map((at) => {
  const v = parseInt(hex.slice(at, at + 2), 16) / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}) as Rgb;

/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => { const [r, g, b2] = linear(hex); return 0.2126 * r + 0.7152 * g + 0.0722 * b2; };
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB. */
const deficiencies: Record<string, number[]> = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
};

const seenBy = ([r, g, b]: Rgb, m: number[]): Rgb => [0, 3, 6].map((i) => Math.min(1, Math.max(0, m[i]! * r + m[i + 1]! * g + m[i + 2]! * b))) as Rgb;

/** Distance in OKLab (Ottosson 2020). */
function distance(a: Rgb, b: Rgb): number {
  const lab = ([r, g, bl]: Rgb) => {
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * bl);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * bl);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * bl);
    return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
  };
  const [x, y] = [lab(a), lab(b)];
  return Math.hypot(...x.map((v, i) => v - y[i]!));
}

describe('colours of tools', () => {
  for (const theme of Object.keys(backgrounds) as ThemeKind[]) {
    it(`can be seen on the background (${theme})`, () => {
      const least = theme.startsWith('hc') ? 4.5 : 3;
      for (const colour of paletteOf(theme)) assert.ok(contrast(colour, backgrounds[theme]) >= least, `${colour}: ${contrast(colour, backgrounds[theme]).toFixed(2)}`);
    });

    it(`the first six differ for readers with and without a colour deficiency (${theme})`, () => {
      const first = paletteOf(theme).slice(0, 6).map(linear);
      for (const [name, matrix] of [['full vision', [1, 0, 0, 0, 1, 0, 0, 0, 1]] as const, ...Object.entries(deficiencies)]) {
        const seen = first.map((c) => seenBy(c, [...matrix]));
        for (let i = 0; i < seen.length; i++) for (let j = 0; j < i; j++) assert.ok(distance(seen[i]!, seen[j]!) > 0.05, `${name}: ${paletteOf(theme)[i]} and ${paletteOf(theme)[j]} are ${distance(seen[i]!, seen[j]!).toFixed(3)} apart`);
      }
    });

    it(`no tool looks like an error (${theme})`, () => {
      for (const colour of paletteOf(theme)) for (const red of ['#e51400', '#f14c4c', '#f85149']) assert.ok(distance(linear(colour), linear(red)) > 0.1, `${colour} and ${red}`);
    });
  }

  it('belong to the tool, not to where it is drawn', () => {
    const colour = toolColours(['a', 'b', 'c'], 'dark', 'grey');
    assert.equal(colour('b'), toolColour(1, 'dark'));
    assert.equal(colour('tools/list'), 'grey');
  });
});
