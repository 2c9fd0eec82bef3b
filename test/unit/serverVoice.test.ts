import assert from 'node:assert/strict';
import type { LogOutputChannel } from 'vscode';
import { logServerVoice } from '../../src/extension/serverVoice.ts';

describe('what the server says while it is profiled', () => {
  it('is in the log at its level, and nothing else is', () => {
    const lines: string[] = [];
    const write = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
    const log = { info: write('info'), warn: write('warn'), error: write('error') } as unknown as LogOutputChannel;
    logServerVoice(log, 'shop', [
      { kind: 'log', atUs: 1, level: 'notice', logger: 'db', text: 'opened' },
      { kind: 'log', atUs: 2, level: 'critical', logger: null, text: 'gone' },
      { kind: 'progress', atUs: 3, request: 4, progress: 2, total: 5, message: 'reading' },
      { kind: 'stderr', atUs: 4, text: 'listening' },
      { kind: 'invalid', atUs: 5, text: 'Welcome!' },
      { kind: 'memory', atUs: 5, rssBytes: 1, heapUsedBytes: 1, heapTotalBytes: 1, externalBytes: 1 },
    ]);
    assert.deepEqual(lines, ['info shop: [db] opened', 'error shop: gone', 'info shop: reading (2 of 5)', 'info shop (stderr): listening', 'warn shop wrote something that is no MCP message: Welcome!']);
  });
});
