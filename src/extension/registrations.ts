/** A place where a tool is registered; `line` is 0-based. */
export interface Registration {
  tool: string;
  line: number;
}

/**
 * Finds by their text the lines that register tools: `registerTool('name'`, `.tool('name'`, a Python function below
 * `@….tool`, and, only where `loose` (a file that is known to belong to the server), `name: 'name'`. At most one line
 * per tool, the surest first.
 */
export function findRegistrations(text: string, tools: readonly string[], loose: boolean): Registration[] {
  const found: Registration[] = [];
  for (const tool of tools) {
    if (!text.includes(tool)) continue;
    const name = escape(tool);
    const patterns = [
      new RegExp(`\\b(?:registerTool|addTool|tool)\\s*\\(\\s*(?:\\{\\s*name\\s*:\\s*)?['"\`]${name}['"\`]`),
      new RegExp(`@[\\w.]+\\.tool\\b[^\\n]*\\bname\\s*=\\s*['"]${name}['"]`),
      new RegExp(`@[\\w.]+\\.tool\\b[^\\n]*\\n(?:\\s*@[^\\n]*\\n)*\\s*(?:async\\s+)?def\\s+${name}\\s*\\(`),
      ...(loose ? [new RegExp(`\\bname['"]?\\s*:\\s*['"\`]${name}['"\`]`)] : []),
    ];
    const at = patterns.map((p) => text.search(p)).find((index) => index >= 0);
    if (at !== undefined) found.push({ tool, line: lineAt(text, at) });
  }
  return found;
}

function lineAt(text: string, index: number): number {
  let line = 0;
  for (let i = text.indexOf('\n'); i >= 0 && i < index; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
