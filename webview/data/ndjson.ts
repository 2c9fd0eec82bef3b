/**
 * Reads a stream of newline-delimited JSON: `onLine` gets each parsed line and its byte range, so that a line can be
 * read again later without keeping it. A line that is no JSON is counted and left out: a run that was killed ends in
 * half a line. Returns the number of bad lines.
 */
export async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (value: unknown, start: number, end: number) => void,
  onProgress?: (bytes: number) => void,
): Promise<number> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  /** Chunks of the line that is not complete yet. */
  let partial: Uint8Array[] = [];
  let partialLength = 0;
  let offset = 0;
  let bad = 0;

  const line = (bytes: Uint8Array, start: number) => {
    if (bytes.length === 0) return;
    let value: unknown;
    try {
      value = JSON.parse(decoder.decode(bytes));
    } catch {
      bad++;
      return;
    }
    onLine(value, start, start + bytes.length);
  };

  for (;;) {
    const { done, value: chunk } = await reader.read();
    if (done) break;
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const tail = chunk.subarray(from, at);
      if (partial.length > 0) {
        line(join([...partial, tail], partialLength + tail.length), offset + from - partialLength);
        partial = [];
        partialLength = 0;
      } else {
        line(tail, offset + from);
      }
      from = at + 1;
    }
    if (from < chunk.length) {
      partial.push(chunk.subarray(from));
      partialLength += chunk.length - from;
    }
    offset += chunk.length;
    onProgress?.(offset);
  }
  if (partialLength > 0) line(join(partial, partialLength), offset - partialLength);
  return bad;
}

function join(chunks: Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
