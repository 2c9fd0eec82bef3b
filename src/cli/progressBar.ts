import type { WriteStream } from 'node:tty';
import type { ProfileProgress } from '../model/engine.ts';

const stages: Record<ProfileProgress['stage'], string> = {
  starting: 'Starting the server',
  listing: 'Listing its tools',
  choosing: 'Choosing tools',
  calling: 'Calling tools',
  memory: 'Sampling allocations',
  stopping: 'Stopping the server',
  analysing: 'Analysing',
};
const width = 28;

/** Progress on stderr: a bar on a terminal, a line per stage elsewhere. */
export function createBar(out: NodeJS.WriteStream) {
  const tty = (out as Partial<WriteStream>).isTTY === true;
  let stage: string | undefined;

  return {
    show({ stage: now, done, total, events }: Pick<ProfileProgress, 'stage' | 'done' | 'total' | 'events'>) {
      for (const e of events) {
        if (e.kind === 'log') line(`[${e.level}] ${e.text}`);
        else if (e.kind === 'progress' && e.message !== null) line(e.message);
        else if (e.kind === 'invalid') line(`The server wrote something that is no MCP message: ${e.text}`);
      }
      if (tty) {
        const share = total > 0 ? Math.min(1, done / total) : 0;
        const filled = Math.round(share * width);
        const bar = total > 0 ? ` ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total}` : '';
        out.write(`\r\x1b[K${stages[now]}${bar}`);
      } else if (stage !== now) {
        out.write(`${stages[now]}${total > 0 && now === 'calling' ? ` (${total} calls)` : ''}\n`);
      }
      stage = now;
    },
    end() {
      if (tty && stage !== undefined) out.write('\r\x1b[K');
    },
  };

  /** What the server says, above the bar; control characters would move the cursor. */
  function line(text: string) {
    const safe = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, 200);
    out.write(`${tty ? '\r\x1b[K' : ''}${safe}\n`);
  }
}
