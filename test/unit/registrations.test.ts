import assert from 'node:assert/strict';
import { findRegistrations } from '../../src/extension/registrations.ts';

function check(text: string, tools: string[], expected: [string, number][], loose = false) {
  assert.deepEqual(findRegistrations(text, tools, loose).map((r) => [r.tool, r.line]), expected);
}

describe('tool registrations', () => {
  it('are found in the forms of the SDKs', () => {
    check("x();\nserver.registerTool(\n  'search',\n  {},\n)", ['search'], [['search', 1]]);
    check('server.tool("a", () => 1);\nserver.tool("ab", () => 1);', ['ab', 'a'], [['ab', 1], ['a', 0]]);
    check("server.addTool({\n name: 'search', execute })", ['search'], [['search', 0]]);
  });

  it('are found below Python decorators', () => {
    check('import x\n@mcp.tool()\nasync def search(q: str):\n  pass\n', ['search'], [['search', 1]]);
    check('@mcp.tool\n@cached\ndef search(q):\n  pass\n', ['search'], [['search', 0]]);
    check('\n@mcp.tool(name="find it")\ndef search(q):\n  pass\n', ['find it'], [['find it', 1]]);
  });

  it('take a bare name only in files of the server', () => {
    const text = "const tools = [\n  { name: 'search' },\n];";
    check(text, ['search'], []);
    check(text, ['search'], [['search', 1]], true);
  });

  it('need the whole name, and take it literally', () => {
    check("server.tool('search_all')", ['search'], []);
    check("server.tool('a.b')\nserver.tool('axb')", ['axb', 'a.b'], [['axb', 1], ['a.b', 0]]);
  });
});
