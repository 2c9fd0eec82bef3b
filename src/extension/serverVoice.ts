import type * as vscode from 'vscode';
import type { RunEvent } from '../model/trace.ts';

/** Levels of MCP's log notifications (those of syslog) to those of an output channel. */
const warnings = new Set(['warning']);
const errors = new Set(['error', 'critical', 'alert', 'emergency']);

/** Writes what the server says while it is profiled to the log: log and progress notifications, its stderr, and what is none of the protocol's. */
export function logServerVoice(log: vscode.LogOutputChannel, title: string, events: readonly RunEvent[]): void {
  for (const e of events) {
    switch (e.kind) {
      case 'log': {
        const text = `${title}: ${e.logger === null ? '' : `[${e.logger}] `}${e.text}`;
        if (errors.has(e.level)) log.error(text);
        else if (warnings.has(e.level)) log.warn(text);
        else log.info(text);
        break;
      }
      case 'progress':
        log.info(`${title}: ${e.message ?? 'progress'} (${e.progress}${e.total === null ? '' : ` of ${e.total}`})`);
        break;
      case 'invalid':
        log.warn(`${title} wrote something that is no MCP message: ${e.text}`);
        break;
      case 'stderr':
        log.info(`${title} (stderr): ${e.text}`);
        break;
      default:
    }
  }
}
