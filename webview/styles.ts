import { css } from 'lit';

/** What every element of the panel shares: type, figures, links, focus. */
export const base = css`
  :host { display: block; color: var(--vscode-foreground); font: var(--vscode-font-weight, normal) var(--vscode-font-size, 13px) / 1.4 var(--vscode-font-family); }
  :host([hidden]) { display: none; }
  * { box-sizing: border-box; }
  h2 { font-size: 13px; font-weight: 600; margin: 0 0 8px; }
  p { margin: 0; }
  code, .mono { font-family: var(--vscode-editor-font-family, monospace); font-size: 0.95em; }
  .muted { color: var(--vscode-descriptionForeground); }
  .number { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
  /* VS Code's light theme has an error colour too pale for small text */
  .error { color: color-mix(in srgb, var(--vscode-errorForeground) 70%, var(--vscode-foreground)); }
  .swatch { display: inline-block; width: 10px; height: 10px; border-radius: 2px; flex: none; }
  button.link, a { all: unset; color: var(--vscode-textLink-foreground); cursor: pointer; text-decoration: underline; text-decoration-color: color-mix(in srgb, currentColor 40%, transparent); text-underline-offset: 2px; }
  button.link:hover, a:hover { text-decoration-color: currentColor; }
  button.link:active { color: var(--vscode-textLink-activeForeground); }
  :focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; border-radius: 2px; }
  .row { display: flex; align-items: center; gap: 8px; flex-wrap: wrap; }
  .spacer { flex: 1; }
  .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

/** A button that looks like those of VS Code's toolbars: text, quiet until it is pointed at. */
export const quietButton = css`
  button.quiet { all: unset; box-sizing: border-box; padding: 2px 8px; border-radius: 4px; cursor: pointer; color: var(--vscode-foreground); border: 1px solid var(--vscode-widget-border, transparent); white-space: nowrap; font-size: 12px; line-height: 18px; }
  button.quiet:hover { background: var(--vscode-list-hoverBackground); }
  button.quiet[aria-pressed='true'], button.quiet[aria-checked='true'] { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground); border-color: var(--vscode-contrastActiveBorder, var(--vscode-focusBorder)); }
  button.quiet:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
  button.quiet:disabled { opacity: 0.5; cursor: default; }
`;

/** A section of a tab: heading on the left, tools on the right, then its content. */
export const section = css`
  section { margin: 0 0 20px; }
  .heading { display: flex; align-items: center; gap: 12px; margin: 0 0 8px; min-height: 26px; }
  .heading h2 { margin: 0; white-space: nowrap; }
  .empty { padding: 32px 16px; text-align: center; color: var(--vscode-descriptionForeground); }
  .empty p + p { margin-top: 8px; }
`;
