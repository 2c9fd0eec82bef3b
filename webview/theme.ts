import type { Theme, ThemeKind } from './colours.ts';

export type { Theme };

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string, fallback: string) => style.getPropertyValue(`--vscode-${name}`).trim() || fallback;
  const foreground = of('foreground', '#888');
  return {
    kind: themeKind(),
    foreground,
    muted: of('descriptionForeground', foreground),
    background: of('editor-background', 'transparent'),
    // no variable of VS Code's can be relied on for this: some themes have guides as pale as their background
    line: `color-mix(in srgb, ${foreground} 24%, transparent)`,
    border: of('contrastBorder', of('widget-border', of('editorWidget-border', '#8886'))),
    focus: of('focusBorder', foreground),
    error: of('charts-red', '#f14c4c'),
    warning: of('charts-yellow', '#cca700'),
    accent: themeKind().startsWith('hc') ? foreground : of('charts-blue', '#3794ff'),
    selection: of('list-activeSelectionBackground', '#8884'),
    fontFamily: of('font-family', 'system-ui, sans-serif'),
    fontSize: parseFloat(of('font-size', '13px')) || 13,
  };
}

function themeKind(): ThemeKind {
  const { classList } = document.body;
  if (classList.contains('vscode-high-contrast-light')) return 'hc-light';
  if (classList.contains('vscode-high-contrast')) return 'hc-dark';
  return classList.contains('vscode-light') ? 'light' : 'dark';
}

export const reducedMotion = (): boolean => document.body.classList.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Calls back when the user changes the theme: VS Code swaps the classes of the body and the variables of the root. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  return () => observer.disconnect();
}
