/** What VS Code 1.139 gives a webview in its default themes, for the variables that the panel uses. */
export type ThemeName = 'dark' | 'light' | 'hc-dark' | 'hc-light';

const type = '--vscode-font-family: system-ui, Ubuntu, "Droid Sans", sans-serif; --vscode-font-size: 13px; --vscode-font-weight: normal; --vscode-editor-font-family: "Droid Sans Mono", "DejaVu Sans Mono", monospace;';

const variables = (values: Record<string, string>) => type + Object.entries(values).map(([name, value]) => `--vscode-${name}: ${value};`).join(' ');

export const themes: Record<ThemeName, { bodyClass: string; variables: string }> = {
  dark: {
    bodyClass: 'vscode-dark',
    variables: variables({
      foreground: '#cccccc', descriptionForeground: '#9d9d9d', errorForeground: '#f85149', disabledForeground: 'rgba(204, 204, 204, 0.5)', 'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc',
      'editorWidget-background': '#202020', 'editorWidget-border': '#454545', 'editorIndentGuide-background1': '#404040', 'widget-border': '#313131', 'widget-shadow': 'rgba(0, 0, 0, 0.36)', 'panel-background': '#181818', 'panel-border': '#2b2b2b', 'sideBar-background': '#181818',
      focusBorder: '#0078d4', 'textLink-foreground': '#4daafc', 'textLink-activeForeground': '#4daafc', 'list-hoverBackground': '#2a2d2e', 'list-activeSelectionBackground': '#04395e', 'list-activeSelectionForeground': '#ffffff', 'list-inactiveSelectionBackground': '#37373d',
      'input-background': '#313131', 'input-foreground': '#cccccc', 'input-placeholderForeground': '#989898', 'settings-textInputBackground': '#313131', 'settings-textInputBorder': '#3c3c3c', 'settings-textInputForeground': '#cccccc', 'settings-headerBorder': '#2b2b2b',
      'settings-dropdownBackground': '#313131', 'settings-dropdownForeground': '#cccccc', 'settings-dropdownBorder': '#3c3c3c', 'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1', 'button-secondaryBackground': '#313131', 'button-secondaryForeground': '#cccccc',
      'panelTitle-activeForeground': '#cccccc', 'panelTitle-activeBorder': '#0078d4', 'panelTitle-inactiveForeground': '#9d9d9d', 'badge-background': '#616161', 'badge-foreground': '#f8f8f8', 'progressBar-background': '#0078d4', 'textCodeBlock-background': '#2b2b2b',
      'charts-red': '#f14c4c', 'charts-yellow': '#cca700', 'charts-green': '#89d185', 'charts-blue': '#3794ff', 'scrollbarSlider-background': 'rgba(121, 121, 121, 0.4)',
    }),
  },
  light: {
    bodyClass: 'vscode-light',
    variables: variables({
      foreground: '#3b3b3b', descriptionForeground: '#3b3b3b', errorForeground: '#f85149', disabledForeground: 'rgba(97, 97, 97, 0.5)', 'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b',
      'editorWidget-background': '#f8f8f8', 'editorWidget-border': '#c8c8c8', 'editorIndentGuide-background1': '#d3d3d3', 'widget-border': '#e5e5e5', 'widget-shadow': 'rgba(0, 0, 0, 0.16)', 'panel-background': '#f8f8f8', 'panel-border': '#e5e5e5', 'sideBar-background': '#f8f8f8',
      focusBorder: '#005fb8', 'textLink-foreground': '#005fb8', 'textLink-activeForeground': '#005fb8', 'list-hoverBackground': '#f2f2f2', 'list-activeSelectionBackground': '#e8e8e8', 'list-activeSelectionForeground': '#000000', 'list-inactiveSelectionBackground': '#e4e6f1',
      'input-background': '#ffffff', 'input-foreground': '#3b3b3b', 'input-placeholderForeground': '#767676', 'settings-textInputBackground': '#ffffff', 'settings-textInputBorder': '#cecece', 'settings-textInputForeground': '#3b3b3b', 'settings-headerBorder': '#e5e5e5',
      'settings-dropdownBackground': '#ffffff', 'settings-dropdownForeground': '#3b3b3b', 'settings-dropdownBorder': '#cecece', 'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8', 'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b',
      'panelTitle-activeForeground': '#3b3b3b', 'panelTitle-activeBorder': '#005fb8', 'panelTitle-inactiveForeground': '#3b3b3b', 'badge-background': '#cccccc', 'badge-foreground': '#3b3b3b', 'progressBar-background': '#005fb8', 'textCodeBlock-background': '#f8f8f8',
      'charts-red': '#e51400', 'charts-yellow': '#bf8803', 'charts-green': '#388a34', 'charts-blue': '#1a85ff', 'scrollbarSlider-background': 'rgba(100, 100, 100, 0.4)',
    }),
  },
  'hc-dark': {
    bodyClass: 'vscode-high-contrast',
    variables: variables({
      foreground: '#ffffff', descriptionForeground: 'rgba(255, 255, 255, 0.7)', errorForeground: '#f48771', disabledForeground: '#a5a5a5', contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518', 'editor-background': '#000000', 'editor-foreground': '#ffffff',
      'editorWidget-background': '#0c141f', 'editorWidget-border': '#6fc3df', 'editorIndentGuide-background1': '#ffffff', 'widget-border': '#6fc3df', 'panel-background': '#000000', 'panel-border': '#6fc3df', 'sideBar-background': '#000000',
      focusBorder: '#f38518', 'textLink-foreground': '#21a6ff', 'textLink-activeForeground': '#21a6ff', 'list-hoverBackground': 'rgba(255, 255, 255, 0.1)',
      'input-background': '#000000', 'input-foreground': '#ffffff', 'input-placeholderForeground': 'rgba(255, 255, 255, 0.7)', 'settings-textInputBackground': '#000000', 'settings-textInputBorder': '#6fc3df', 'settings-textInputForeground': '#ffffff', 'settings-headerBorder': '#6fc3df',
      'settings-dropdownBackground': '#000000', 'settings-dropdownForeground': '#ffffff', 'settings-dropdownBorder': '#6fc3df', 'button-foreground': '#ffffff', 'button-border': '#6fc3df', 'button-secondaryForeground': '#ffffff',
      'panelTitle-activeForeground': '#ffffff', 'panelTitle-activeBorder': '#6fc3df', 'panelTitle-inactiveForeground': '#ffffff', 'badge-background': '#000000', 'badge-foreground': '#ffffff', 'progressBar-background': '#6fc3df', 'textCodeBlock-background': '#000000',
      'charts-red': '#f48771', 'charts-yellow': '#ffd370', 'charts-green': '#89d185', 'charts-blue': '#3794ff', 'scrollbarSlider-background': 'rgba(111, 195, 223, 0.6)',
    }),
  },
  'hc-light': {
    bodyClass: 'vscode-high-contrast-light vscode-high-contrast',
    variables: variables({
      foreground: '#292929', descriptionForeground: 'rgba(41, 41, 41, 0.7)', errorForeground: '#b5200d', disabledForeground: '#7f7f7f', contrastBorder: '#0f4a85', contrastActiveBorder: '#006bbd', 'editor-background': '#ffffff', 'editor-foreground': '#292929',
      'editorWidget-background': '#ffffff', 'editorWidget-border': '#0f4a85', 'editorIndentGuide-background1': '#cccccc', 'widget-border': '#0f4a85', 'panel-background': '#ffffff', 'panel-border': '#0f4a85', 'sideBar-background': '#ffffff',
      focusBorder: '#006bbd', 'textLink-foreground': '#0f4a85', 'textLink-activeForeground': '#0f4a85', 'list-hoverBackground': 'rgba(15, 74, 133, 0.1)', 'list-activeSelectionBackground': 'rgba(15, 74, 133, 0.1)',
      'input-background': '#ffffff', 'input-foreground': '#292929', 'input-placeholderForeground': 'rgba(41, 41, 41, 0.7)', 'settings-textInputBackground': '#ffffff', 'settings-textInputBorder': '#0f4a85', 'settings-textInputForeground': '#292929', 'settings-headerBorder': '#0f4a85',
      'settings-dropdownBackground': '#ffffff', 'settings-dropdownForeground': '#292929', 'settings-dropdownBorder': '#0f4a85', 'button-background': '#0f4a85', 'button-foreground': '#ffffff', 'button-border': '#0f4a85', 'button-secondaryBackground': '#ffffff', 'button-secondaryForeground': '#292929',
      'panelTitle-activeForeground': '#292929', 'panelTitle-activeBorder': '#b5200d', 'panelTitle-inactiveForeground': '#292929', 'badge-background': '#0f4a85', 'badge-foreground': '#ffffff', 'progressBar-background': '#0f4a85', 'textCodeBlock-background': '#f2f2f2',
      'charts-red': '#b5200d', 'charts-yellow': '#895503', 'charts-green': '#374e06', 'charts-blue': '#1a85ff', 'scrollbarSlider-background': 'rgba(15, 74, 133, 0.4)',
    }),
  },
};
