/** Which palette a theme takes. */
export type ThemeKind = 'light' | 'dark' | 'hc-light' | 'hc-dark';

/**
 * Twelve colours without a red (red means error). Neighbours differ in lightness as well as in hue, so that they stay
 * apart for readers with protanopia or deuteranopia; each has a contrast of 3:1 or more to the editor's background
 * (4.5:1 in high contrast). webviewColours.test.ts holds them to that.
 */
const dark = ['#4da3ff', '#f2a33a', '#2fc6a0', '#c792f5', '#e6d75a', '#9adcf7', '#e87fb7', '#93ad4f', '#8091f2', '#d9b38c', '#5fa8a3', '#c3c3d0'] as const;
const light = ['#0b66c3', '#a85a00', '#00795c', '#8440c4', '#7a6200', '#006f8f', '#b0307a', '#4d6617', '#4b54c9', '#80532a', '#2c6a66', '#5c5c68'] as const;

/** Colours are given out in the order of the run's tools: the same in every chart, table and export of a run. */
export function toolColour(index: number, theme: ThemeKind): string {
  const palette = paletteOf(theme);
  return palette[index % palette.length]!;
}

export const paletteOf = (theme: ThemeKind): readonly string[] => (theme.endsWith('light') ? light : dark);

/** Colour per tool name; `other` for what is no tool of the run. */
export function toolColours(tools: readonly string[], theme: ThemeKind, other: string): (name: string) => string {
  const byName = new Map(tools.map((name, i) => [name, toolColour(i, theme)]));
  return (name) => byName.get(name) ?? other;
}
