import { inEditor } from './host.ts';

/** VS Code's variables that the panel and its components use, where there is no VS Code: the values of its default themes. */
const light = `
  --vscode-foreground: #3b3b3b; --vscode-descriptionForeground: #5f5f5f; --vscode-disabledForeground: #61616199; --vscode-errorForeground: #c72e0f;
  --vscode-editor-background: #ffffff; --vscode-editor-foreground: #3b3b3b; --vscode-editorWidget-background: #f8f8f8; --vscode-editorWidget-border: #c8c8c8;
  --vscode-editorIndentGuide-background1: #e3e3e3; --vscode-widget-border: #e5e5e5; --vscode-panel-background: #ffffff; --vscode-panel-border: #e5e5e5;
  --vscode-sideBar-background: #f8f8f8; --vscode-focusBorder: #005fb8; --vscode-textLink-foreground: #005fb8; --vscode-textLink-activeForeground: #005fb8;
  --vscode-list-hoverBackground: #f2f2f2; --vscode-list-hoverForeground: #3b3b3b; --vscode-list-activeSelectionBackground: #e8e8e8; --vscode-list-activeSelectionForeground: #000000;
  --vscode-list-inactiveSelectionBackground: #e4e6f1; --vscode-list-focusHighlightForeground: #0066bf;
  --vscode-input-background: #ffffff; --vscode-input-foreground: #3b3b3b; --vscode-input-placeholderForeground: #6b6b6b; --vscode-settings-textInputBackground: #ffffff;
  --vscode-settings-textInputBorder: #cecece; --vscode-settings-textInputForeground: #3b3b3b; --vscode-settings-headerBorder: #e5e5e5; --vscode-settings-dropdownBackground: #ffffff; --vscode-settings-dropdownBorder: #cecece;
  --vscode-settings-dropdownForeground: #3b3b3b; --vscode-settings-checkboxBackground: #f8f8f8; --vscode-settings-checkboxBorder: #cecece; --vscode-settings-checkboxForeground: #3b3b3b;
  --vscode-button-background: #005fb8; --vscode-button-foreground: #ffffff; --vscode-button-hoverBackground: #0258a8; --vscode-button-secondaryBackground: #e5e5e5;
  --vscode-button-secondaryForeground: #3b3b3b; --vscode-button-secondaryHoverBackground: #cccccc; --vscode-button-border: #0000001a;
  --vscode-panelTitle-activeForeground: #3b3b3b; --vscode-panelTitle-activeBorder: #005fb8; --vscode-panelTitle-inactiveForeground: #3b3b3b;
  --vscode-badge-background: #cccccc; --vscode-badge-foreground: #3b3b3b; --vscode-progressBar-background: #005fb8; --vscode-textCodeBlock-background: #f2f2f2;
  --vscode-charts-red: #e51400; --vscode-charts-yellow: #7a5c00; --vscode-charts-green: #388a34; --vscode-charts-blue: #1a85ff;
  --vscode-scrollbarSlider-background: #64646466; --vscode-scrollbarSlider-hoverBackground: #646464b3; --vscode-inputValidation-warningBackground: #f6f5d2; --vscode-inputValidation-warningBorder: #b89500;`;
const dark = `
  --vscode-foreground: #cccccc; --vscode-descriptionForeground: #9d9d9d; --vscode-disabledForeground: #cccccc80; --vscode-errorForeground: #f85149;
  --vscode-editor-background: #1f1f1f; --vscode-editor-foreground: #cccccc; --vscode-editorWidget-background: #202020; --vscode-editorWidget-border: #454545;
  --vscode-editorIndentGuide-background1: #404040; --vscode-widget-border: #313131; --vscode-panel-background: #181818; --vscode-panel-border: #2b2b2b;
  --vscode-sideBar-background: #181818; --vscode-focusBorder: #0078d4; --vscode-textLink-foreground: #4daafc; --vscode-textLink-activeForeground: #4daafc;
  --vscode-list-hoverBackground: #2a2d2e; --vscode-list-hoverForeground: #cccccc; --vscode-list-activeSelectionBackground: #04395e; --vscode-list-activeSelectionForeground: #ffffff;
  --vscode-list-inactiveSelectionBackground: #37373d; --vscode-list-focusHighlightForeground: #2aaaff;
  --vscode-input-background: #313131; --vscode-input-foreground: #cccccc; --vscode-input-placeholderForeground: #989898; --vscode-settings-textInputBackground: #313131;
  --vscode-settings-textInputBorder: #3c3c3c; --vscode-settings-textInputForeground: #cccccc; --vscode-settings-headerBorder: #2b2b2b; --vscode-settings-dropdownBackground: #313131; --vscode-settings-dropdownBorder: #3c3c3c;
  --vscode-settings-dropdownForeground: #cccccc; --vscode-settings-checkboxBackground: #313131; --vscode-settings-checkboxBorder: #3c3c3c; --vscode-settings-checkboxForeground: #cccccc;
  --vscode-button-background: #0078d4; --vscode-button-foreground: #ffffff; --vscode-button-hoverBackground: #026ec1; --vscode-button-secondaryBackground: #313131;
  --vscode-button-secondaryForeground: #cccccc; --vscode-button-secondaryHoverBackground: #3c3c3c; --vscode-button-border: #ffffff12;
  --vscode-panelTitle-activeForeground: #cccccc; --vscode-panelTitle-activeBorder: #0078d4; --vscode-panelTitle-inactiveForeground: #9d9d9d;
  --vscode-badge-background: #616161; --vscode-badge-foreground: #f8f8f8; --vscode-progressBar-background: #0078d4; --vscode-textCodeBlock-background: #2b2b2b;
  --vscode-charts-red: #f14c4c; --vscode-charts-yellow: #cca700; --vscode-charts-green: #89d185; --vscode-charts-blue: #3794ff;
  --vscode-scrollbarSlider-background: #79797966; --vscode-scrollbarSlider-hoverBackground: #646464b3; --vscode-inputValidation-warningBackground: #352a05; --vscode-inputValidation-warningBorder: #b89500;`;
const type = `--vscode-font-family: system-ui, "Segoe UI", Ubuntu, sans-serif; --vscode-font-size: 13px; --vscode-font-weight: normal; --vscode-editor-font-family: ui-monospace, Consolas, Menlo, "DejaVu Sans Mono", monospace;`;

/** In a report: gives the page VS Code's colours, and follows the system between light and dark. */
export function useFallbackTheme(): void {
  if (inEditor) return;
  // a page that brings a theme of its own (a test does) keeps it
  if (getComputedStyle(document.documentElement).getPropertyValue('--vscode-foreground') !== '') return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:root { ${type} ${dark} color-scheme: dark } @media (prefers-color-scheme: light) { :root { ${light} color-scheme: light } }`);
  document.adoptedStyleSheets.push(sheet);
  const preference = matchMedia('(prefers-color-scheme: light)');
  const follow = () => {
    document.body.classList.toggle('vscode-light', preference.matches);
    document.body.classList.toggle('vscode-dark', !preference.matches);
  };
  preference.addEventListener('change', follow);
  follow();
}
