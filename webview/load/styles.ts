import { css } from 'lit';

/** What the live view and the result have in common. */
export const loadStyles = css`
  .figures { display: flex; gap: 10px 32px; flex-wrap: wrap; margin: 0 0 20px; padding: 0; list-style: none; }
  .figures li { min-width: 84px; }
  .figures b { display: block; font-size: 20px; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .figures b.words { font-size: 13px; line-height: 26px; font-weight: 400; color: var(--vscode-descriptionForeground); }
  .figures span { color: var(--vscode-descriptionForeground); font-size: 12px; }
  .figures .bad b { color: color-mix(in srgb, var(--vscode-errorForeground) 70%, var(--vscode-foreground)); }
  .label { display: inline-block; border: 1px solid var(--vscode-charts-yellow); border-radius: 8px; padding: 0 8px; font-size: 11px; line-height: 16px; white-space: nowrap; }
  .banner { border-left: 3px solid var(--vscode-charts-yellow); background: color-mix(in srgb, var(--vscode-charts-yellow) 10%, transparent); padding: 8px 12px; margin: 0 0 16px; }
  .banner.error-banner { border-color: var(--vscode-charts-red); background: color-mix(in srgb, var(--vscode-charts-red) 10%, transparent); }
  .banner b { display: block; }
  .banner ul { margin: 4px 0 0; padding-left: 18px; }
`;
