// Answers after a delay and writes down what it took: reads, waits, writes; microseconds of process.hrtime. No SDK.
import { appendFileSync } from 'node:fs';

const nowUs = () => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
};
const log = [];
const answer = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

function serve(message, readUs) {
  const { id, method, params } = message;
  if (id === undefined) return;
  if (method === 'initialize') return answer({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'delays', version: '1' } } });
  if (method === 'tools/list') return answer({ id, result: { tools: [{ name: 'delay', inputSchema: { type: 'object' } }] } });
  const { ms = 0, bytes = 0 } = params.arguments ?? {};
  const finish = () => {
    const result = { content: [{ type: 'text', text: bytes > 0 ? 'x'.repeat(bytes) : `${ms}` }] };
    log.push(JSON.stringify({ id, ms, readUs, writtenUs: nowUs() }));
    answer({ id, result });
  };
  if (ms > 0) setTimeout(finish, ms);
  else finish();
}

let rest = '';
process.stdin.on('data', (chunk) => {
  const readUs = nowUs();
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) if (line !== '') serve(JSON.parse(line), readUs);
});
process.stdin.on('end', () => {
  if (process.env.DELAYS_LOG) appendFileSync(process.env.DELAYS_LOG, `${log.join('\n')}\n`);
  process.exit(0);
});
