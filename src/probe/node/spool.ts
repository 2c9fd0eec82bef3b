import { existsSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { probeFile, type ProbeLine } from '../contract.ts';

/** Lines kept until they are written out anyway. */
const mostLines = 512;

export interface Spool {
  exists(name: string): boolean;
  /** A file that is there as a whole or not at all. */
  note(name: string, text: string): void;
  line(line: ProbeLine): void;
  spans(values: Float64Array): void;
  flush(): void;
}

/** Files of this process in the engine's folder, written synchronously, so that nothing is lost when it crashes. */
export function createSpool(dir: string, pid: number): Spool {
  // imported bindings follow what the server does to `fs`; these are the originals
  const fs = { existsSync, openSync, renameSync, writeFileSync, writeSync };
  const open = new Map<string, number>();
  let lines: string[] = [];
  let broken = false;

  function append(name: string, data: Uint8Array | string): void {
    if (broken) return;
    try {
      let fd = open.get(name);
      if (fd === undefined) open.set(name, (fd = fs.openSync(join(dir, name), 'a', 0o600)));
      if (typeof data === 'string') fs.writeSync(fd, data);
      else fs.writeSync(fd, data);
    } catch {
      broken = true; // folder gone or disk full: stop, the engine says what is missing
    }
  }

  const spool: Spool = {
    exists: (name) => fs.existsSync(join(dir, name)),
    note(name, text) {
      const temporary = join(dir, `.${name}`);
      fs.writeFileSync(temporary, text, { mode: 0o600 });
      fs.renameSync(temporary, join(dir, name));
    },
    line(line) {
      lines.push(JSON.stringify(line));
      if (lines.length >= mostLines) spool.flush();
    },
    spans: (values) => append(probeFile.spans(pid), new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    flush() {
      if (lines.length === 0) return;
      append(probeFile.events(pid), `${lines.join('\n')}\n`);
      lines = [];
    },
  };
  return spool;
}
