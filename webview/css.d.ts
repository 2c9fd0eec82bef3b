/** Gathered into dist/webview/main.css. */
declare module '*.css' {}
