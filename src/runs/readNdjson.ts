import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { UserError } from '../model/errors.ts';
import type { MessageRecord, RequestRecord, RunEvent } from '../model/trace.ts';

/** The requests of a run, in the order in which they ended. A missing file is an empty one. */
export const readRequests = (dir: string) => readNdjson<RequestRecord>(join(dir, 'requests.ndjson'));
export const readMessages = (dir: string) => readNdjson<MessageRecord>(join(dir, 'messages.ndjson'));
export const readEvents = (dir: string) => readNdjson<RunEvent>(join(dir, 'events.ndjson'));

/**
 * One value per line. A half line at the end is what a killed engine leaves: it is passed over.
 * @throws UserError `bad-config` when a line before the last is no JSON.
 */
async function* readNdjson<T>(path: string): AsyncGenerator<T> {
  let line = 0;
  let broken = false;
  for await (const text of lines(path)) {
    if (broken) throw new UserError('bad-config', `${path}:${line} is no JSON.`, 'The file was changed or damaged: profile the server again.');
    line++;
    if (text === '') continue;
    let value: T;
    try {
      value = JSON.parse(text) as T;
    } catch {
      broken = true; // reported when another line follows
      continue;
    }
    yield value;
  }
}

async function* lines(path: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
      const parts = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = parts.pop()!;
      yield* parts;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (rest !== '') yield rest;
}
