import { css } from 'lit';

export const flameStyles = css`
  :host { display: flex !important; flex-direction: column; min-height: 0; height: 100%; background: var(--vscode-editor-background); }
  .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; padding: 8px 20px; }
  .group { display: flex; align-items: center; gap: 4px; flex-wrap: wrap; }
  .modes { gap: 0; border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8886)); border-radius: 4px; }
  .modes button.quiet { border-color: transparent; border-radius: 3px; }
  .modes button.quiet[aria-checked='true'] { border-color: var(--vscode-contrastActiveBorder, transparent); }
  button.quiet .swatch { margin-right: 6px; width: 9px; height: 9px; }
  select, input { font: inherit; font-size: 12px; height: 24px; color: var(--vscode-input-foreground, var(--vscode-foreground)); background: var(--vscode-input-background, transparent); border: 1px solid var(--vscode-input-border, var(--vscode-widget-border, var(--vscode-contrastBorder, #8886))); border-radius: 4px; padding: 0 6px; min-width: 0; }
  select { max-width: 132px; }
  input::placeholder { color: var(--vscode-input-placeholderForeground); }
  select:focus-visible, input:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 0; }
  .search { display: flex; align-items: center; gap: 8px; margin-left: auto; }
  .search input { width: 170px; }
  .search output { font-size: 12px; color: var(--vscode-descriptionForeground); font-variant-numeric: tabular-nums; white-space: nowrap; }
  .main { flex: 1; min-height: 0; display: flex; position: relative; border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8884)); }
  mcp-flame-stage, .message { flex: 1; min-width: 0; }
  mcp-flame-table { flex: 1; min-width: 0; min-height: 0; }
  .beside mcp-flame-table { flex: 0 0 min(420px, 40%); border-right: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8884)); }
  .message { display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 10px; padding: 24px; text-align: center; color: var(--vscode-descriptionForeground); }
  .message progress { width: 240px; }
  .over { position: absolute; inset: 56px 0 0; pointer-events: none; }
  .notice { padding: 4px 20px; font-size: 12px; color: var(--vscode-descriptionForeground); }
  .status { display: flex; align-items: center; gap: 6px 12px; min-height: 34px; padding: 4px 20px; font-size: 12px; flex-wrap: wrap; border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8884)); font-variant-numeric: tabular-nums; }
  .status b { font-family: var(--vscode-editor-font-family, monospace); font-weight: 600; }
  .status .live { flex: 1; min-width: 200px; }
  .card { position: absolute; left: 0; top: 0; z-index: 3; width: max-content; max-width: min(440px, 90%); padding: 8px 12px; pointer-events: none; font-size: 12px; line-height: 1.5; background: var(--vscode-editorHoverWidget-background, var(--vscode-editorWidget-background)); color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground)); border: 1px solid var(--vscode-editorHoverWidget-border, var(--vscode-contrastBorder, #8886)); border-radius: 4px; box-shadow: 0 2px 8px var(--vscode-widget-shadow, #0004); }
  .card[hidden] { display: none; }
  .card .name { font-family: var(--vscode-editor-font-family, monospace); font-weight: 600; overflow-wrap: anywhere; }
  .card .place { color: var(--vscode-descriptionForeground); overflow-wrap: anywhere; }
  .card table { border-spacing: 0; margin-top: 6px; font-variant-numeric: tabular-nums; }
  .card th { font-weight: normal; text-align: left; color: var(--vscode-descriptionForeground); padding: 0 12px 0 0; white-space: nowrap; }
  .card td { padding: 0 12px 0 0; text-align: right; white-space: nowrap; }
  .card td.text { text-align: left; }
  .card .swatch { margin-right: 6px; width: 9px; height: 9px; }
`;
