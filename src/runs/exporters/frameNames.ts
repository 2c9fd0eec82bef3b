import { fileURLToPath } from 'node:url';
import type { CallFrame } from '../../model/profile.ts';

export const functionName = (frame: CallFrame) => frame.functionName || '(anonymous)';

/** Path of the frame's file; empty for V8's own functions. */
export function fileName(frame: CallFrame): string {
  if (!frame.url.startsWith('file:')) return frame.url;
  try {
    return fileURLToPath(frame.url);
  } catch {
    return frame.url; // a path of another platform
  }
}
