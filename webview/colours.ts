/** Which palette a theme takes. */
export type ThemeKind = 'light' | 'dark' | 'hc-light' | 'hc-dark';

/** Colours and type of the page, for canvases; from VS Code's variables, or the fallbacks in fallbackTheme.ts. */
export interface Theme {
  kind: ThemeKind;
  foreground: string;
  /** Secondary text, axes. */
  muted: string;
  background: string;
  /** Lines of a grid. */
  line: string;
  border: string;
  focus: string;
  error: string;
  warning: string;
  /** Of a line that stands for no tool. */
  accent: string;
  selection: string;
  fontFamily: string;
  fontSize: number;
}

/**
 * Twelve colours without a red (red means error). The first six stay apart for readers with protanopia or
 * deuteranopia; each has a contrast of 3:1 or more to the editor's background (4.5:1 in high contrast).
 * webviewColours.test.ts holds them to that.
 */
const dark = ['#4da3ff', '#d98a26', '#e3e35a', '#29a895', '#8ff0ee', '#a380c8', '#a6c475', '#f0e2b0', '#e58bbd', '#79c5d8', '#ffb65c', '#c3c3d0'] as const;
const light = ['#0b66c3', '#a86400', '#61204d', '#12806a', '#474400', '#4a1fb0', '#a3408a', '#1d7f9e', '#5d7a1f', '#7d5a34', '#7a5cd0', '#5c5c68'] as const;

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
