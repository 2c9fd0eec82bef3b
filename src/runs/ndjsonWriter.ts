import { open, type FileHandle } from 'node:fs/promises';
import { writeSync } from 'node:fs';

/** A crash loses at most this much. */
const flushEveryMs = 1000;
/** Lines are handed to the disk earlier when this many characters wait. */
const flushAtChars = 1_000_000;
/** Beyond this many unwritten bytes the caller is held up, so that a slow disk cannot fill the memory. */
const maxUnwrittenBytes = 64_000_000;

export interface NdjsonWriter {
  /** Takes one line of JSON, without its line end. Does not wait for the disk. */
  write(line: string): void;
  /** Writes what is left and closes the file. Rejects with the first failure of the disk. */
  close(): Promise<void>;
}

/** Appends lines to a new file in the background. Every write has its own place, so they may overlap. */
export async function createNdjsonWriter(path: string): Promise<NdjsonWriter> {
  const file = await open(path, 'w');
  const pending = new Set<Promise<void>>();
  let lines: string[] = [];
  let waitingChars = 0;
  let unwrittenBytes = 0;
  let position = 0;
  let failure: Error | null = null;
  // does not keep the process alive: `close` writes the rest
  const timer = setInterval(flush, flushEveryMs).unref();

  function flush(): void {
    if (lines.length === 0) return;
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const at = position;
    position += bytes.length;
    lines = [];
    waitingChars = 0;
    if (failure !== null) return;
    if (unwrittenBytes + bytes.length > maxUnwrittenBytes) {
      writeAllSync(file.fd, bytes, at);
      return;
    }
    unwrittenBytes += bytes.length;
    const written = writeAll(file, bytes, at)
      .catch((error: unknown) => {
        failure ??= error as Error;
      })
      .finally(() => {
        unwrittenBytes -= bytes.length;
        pending.delete(written);
      });
    pending.add(written);
  }

  return {
    write(line) {
      lines.push(line);
      waitingChars += line.length + 1;
      if (waitingChars >= flushAtChars) flush();
    },
    async close() {
      clearInterval(timer);
      flush();
      await Promise.all(pending);
      await file.close();
      if (failure !== null) throw failure;
    },
  };
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function writeAllSync(fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}
