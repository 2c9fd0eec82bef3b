/**
 * A workload file, read: `{"$schema": …, "mix": [{"tool": "search", "weight": 3, "arguments": {"q": "{{words.title}}"}}]}`.
 * Templates stand in strings, between double braces. A string that is one template becomes the value itself, with its type.
 */
export interface Workload {
  /** Requests by weight; may be empty when there is a session. */
  mix: WorkloadRequest[];
  /** What one agent does, for `sessions`; null when the file has none. */
  session: WorkloadSession | null;
  /** Rows by name: `{{name.column}}` takes a value of the row that is next. */
  data: Record<string, WorkloadData>;
  /** Where relative paths of `data` start; null for a workload that is no file. */
  dir: string | null;
  /** True where arguments were made by us from the schema. */
  generated: boolean;
}

export type WorkloadRequest = { weight: number } & (
  | {
      tool: string;
      arguments: Record<string, unknown> | 'generate';
      /** Of the tool, for arguments that are generated; there once the server has listed its tools. */
      inputSchema?: unknown;
    }
  | { resource: string }
  | { prompt: string; arguments: Record<string, string> }
);

export interface WorkloadSession {
  /** One after the other; the requests of one step run in parallel. */
  steps: WorkloadStep[];
  /** Between two rounds of an agent. */
  thinkMs: { min: number; max: number };
}

export interface WorkloadStep {
  requests: (WorkloadRequest & {
    /** Later templates take values from its result: `{{first.content.0.text}}`, `{{first.structuredContent.id}}`. */
    as: string | null;
  })[];
  /** After the step. */
  thinkMs: { min: number; max: number };
}

export interface WorkloadData {
  rows: Record<string, unknown>[];
  order: 'sequential' | 'random';
}
