// Misbehaves over stdio in the way of the tool that is called.
import { createInterface } from 'node:readline';
import { good, handshake, said, type Call } from './answers.ts';

createInterface({ input: process.stdin }).on('line', (line) => {
  const call = JSON.parse(line) as Call;
  const opening = handshake(call);
  const texts = opening ? [JSON.stringify(opening)] : call.method === 'tools/call' ? said(call) : [];
  if (texts) for (const text of texts) process.stdout.write(`${text}\n`);
  else misbehave(call);
});

function misbehave({ id, params }: Call) {
  if (params?.name === 'half-an-answer') process.stdout.write(JSON.stringify(good(id)).slice(0, -10));
  else if (params?.name === 'exits') process.exit(5);
  else if (params?.name === 'stream-ends') {
    // it lives on, so that this is no exit
    setInterval(() => undefined, 1000);
    process.stdin.on('end', () => process.exit());
    process.stdout.end();
  } else throw new Error(`no such tool: ${params?.name}`);
}
