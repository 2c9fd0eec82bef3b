import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { grammarOf } from '../../../src/analysis/code/grammarOf.ts';
import { findIn, projectAt } from './handlers.ts';

export interface LiveServer {
  name: string;
  /** Files, or folders of which all sources are read. */
  sources: string[];
  /** The folder from which modules are imported; default: the first source's. */
  root?: string;
  command: string[];
  cwd?: string;
  env?: Record<string, string>;
}

export interface Compared {
  server: string;
  tools: Lists;
  prompts: Lists;
  /** By name; templates among them. */
  resources: Lists;
}

export interface Lists {
  listed: string[];
  found: string[];
  missed: string[];
  extra: string[];
}

/** What a running server lists, and what is found in its source. */
export async function compare(server: LiveServer): Promise<Compared> {
  const [listed, found] = await Promise.all([listOf(server), inSource(server)]);
  const lists = (kind: keyof Listed): Lists => ({ listed: listed[kind], found: found[kind], missed: listed[kind].filter((n) => !found[kind].includes(n)), extra: found[kind].filter((n) => !listed[kind].includes(n)) });
  return { server: server.name, tools: lists('tools'), prompts: lists('prompts'), resources: lists('resources') };
}

interface Listed {
  tools: string[];
  prompts: string[];
  resources: string[];
}

/** A client that can do everything is shown everything. */
async function listOf({ command: [command, ...args], cwd, env }: LiveServer): Promise<Listed> {
  const capabilities = { roots: {}, sampling: {}, elicitation: { form: {}, url: {} }, tasks: { requests: { sampling: { createMessage: {} }, elicitation: { create: {} } } } };
  const client = new Client({ name: 'comparison', version: '1.0.0' }, { capabilities });
  await client.connect(new StdioClientTransport({ command: command!, args, env: { ...(process.env as Record<string, string>), ...env }, stderr: 'ignore', ...(cwd !== undefined && { cwd }) }));
  try {
    const { tools, prompts, resources } = client.getServerCapabilities() ?? {};
    return {
      tools: tools ? (await client.listTools()).tools.map((t) => t.name) : [],
      prompts: prompts ? (await client.listPrompts()).prompts.map((p) => p.name) : [],
      resources: resources ? [...(await client.listResources()).resources, ...(await client.listResourceTemplates()).resourceTemplates].map((r) => r.name) : [],
    };
  } finally {
    await client.close();
  }
}

async function inSource({ sources, root = sources[0]! }: LiveServer): Promise<Listed> {
  const files = sources.flatMap(sourceFiles);
  const { handlers } = await findIn(new Map(files.map((file) => [file, readFileSync(file, 'utf8')])), [projectAt(root)]);
  const names = (kind: string) => [...new Set(handlers.flatMap((h) => (h.kind === kind && h.name !== null ? [h.name] : [])))];
  return { tools: names('tool'), prompts: names('prompt'), resources: names('resource') };
}

function sourceFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourceFiles(join(path, entry.name));
    return grammarOf(entry.name) !== null && !entry.name.endsWith('.d.ts') ? [join(path, entry.name)] : [];
  });
}
