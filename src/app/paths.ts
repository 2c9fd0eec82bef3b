import { basename, resolve } from 'node:path';

const here = import.meta.dirname;

/** The folder with the built files: our own folder once bundled, `dist` beside the sources before. */
export const distDir = basename(here) === 'dist' ? here : resolve(here, '../../dist');

export const bootPath = resolve(distDir, 'probe/boot.cjs');

/** Preloaded into a server under load. */
export const loopBootPath = resolve(distDir, 'probe/loop.cjs');
