import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../model/run.ts';
import type { Exporter } from './index.ts';

/**
 * One page that needs nothing else: the panel's own bundle, and the run's files as inert base64 in
 * `<script type="text/plain" data-run-file="NAME">`. Its policy lets nothing run but that bundle, and nothing out.
 */
export const exportHtml: Exporter = async function* (run, dir, { panel }) {
  // what would end the element, or keep its end from being seen, stands in literals only
  const script = panel.script.replace(/<(?=\/script|script[\s/>])/gi, '\\x3c');
  const policy = [
    `default-src 'none'`,
    `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    // Lit adopts its style sheets; the inline ones are positions of drawn elements
    `style-src 'unsafe-inline'`,
    `font-src data:`,
    `img-src data:`,
    // the files of the run become blobs again; the worker is started from one
    `connect-src blob:`,
    `worker-src blob:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  yield `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(run.title)} – MCP Profiler</title>
<style>${panel.style.replace(/<(?=\/style)/gi, '\\3c ')}</style>
</head>
<body>
`;
  for (const name of filesOf(run)) {
    yield `<script type="text/plain" data-run-file="${escape(name)}">`;
    yield* base64Of(join(dir, name));
    yield '</script>\n';
  }
  yield `<script>${script}</script>\n</body>\n</html>\n`;
};

/** All that the panel reads of a load test is its result. */
const filesOf = ({ files }: RunRecord) => (files.load === undefined ? filesOfProfile(files) : ['run.json', files.load]);
const filesOfProfile = (files: RunRecord['files']) => ['run.json', files.requests, files.messages, files.events, ...files.cpu.map((f) => f.file), ...files.heap.map((f) => f.file)];

/** In pieces of whole triples, so that the pieces join to one text. A missing file is an empty one. */
async function* base64Of(path: string): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
      const bytes: Buffer = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      const whole = bytes.length - (bytes.length % 3);
      yield bytes.toString('base64', 0, whole);
      rest = bytes.subarray(whole);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  yield rest.toString('base64');
}

const escape = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
