/** What one stage of the tests found. */
export interface Results {
  passed: number;
  failed: { title: string; message: string }[];
  skipped: Skip[];
}

export interface Skip {
  title: string;
  /** What this machine lacks. */
  reason: string;
}

export const passed: Results = { passed: 1, failed: [], skipped: [] };

export function failed(title: string, message: string): Results {
  return { passed: 0, failed: [{ title, message }], skipped: [] };
}

export function skipped(title: string, reason: string): Results {
  return { passed: 0, failed: [], skipped: [{ title, reason }] };
}
