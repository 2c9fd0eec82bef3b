/** The bundled text of another entry, made by the `inline` plugin of esbuild.mjs: a worker that is started from a blob. */
declare module 'inline:*' {
  const source: string;
  export default source;
}
