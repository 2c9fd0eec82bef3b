import type { ToolOffer } from '../model/engine.ts';
import { sampleArguments } from '../load/workload/arguments.ts';

/** A tool as `tools/list` has it. */
export interface ListedTool {
  name: string;
  title?: string;
  description?: string;
  inputSchema: unknown;
  annotations?: { readOnlyHint?: boolean; destructiveHint?: boolean };
}

/** What is asked consent for, with what it would be called with. */
export const offerOf = (tool: ListedTool): ToolOffer => ({
  name: tool.name,
  title: tool.title ?? null,
  description: tool.description ?? null,
  readOnly: tool.annotations?.readOnlyHint === true,
  // the protocol's default for a tool that says nothing is "destructive"; only an explicit word counts for consent
  destructive: tool.annotations?.readOnlyHint !== true && tool.annotations?.destructiveHint === true,
  inputSchema: tool.inputSchema,
  sampleArgs: sampleArguments(tool.inputSchema),
});
