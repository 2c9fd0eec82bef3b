import { blockFinding } from '../blocks.ts';
import { culprits } from '../culprits.ts';
import type { Rule } from '../rule.ts';
import { linked, say } from '../say.ts';

export const blockingCall: Rule = {
  id: 'blocking-call',
  title: 'Synchronous call blocks the event loop',
  severity: 'warning',
  docs: `A tool calls a synchronous function of Node (\`readFileSync\`, \`execSync\`, \`pbkdf2Sync\`, \`gzipSync\` …). Until it returns the process does nothing else.

**Why it hurts an MCP server.** One process serves every session and every tool. While the call lasts no other tool answers, no progress or cancellation is handled, and a ping may time out.

**How it is measured.** The probe notes each stretch of more than 50 ms without a return to the event loop, and the CPU samples inside it. When most of them lie in a synchronous function of Node, the finding stands at the own code that called it. The share is that of the tool's own time: latency without waiting for other calls. A block that came back in fewer than 3 calls, or in fewer than a fifth of them, is a hint.

**How to mend it.** Use the asynchronous twin: \`fs.promises\`, \`promisify(execFile)\`, \`promisify(pbkdf2)\`, \`promisify(gzip)\`. Read what never changes once, when the server starts.`,

  measured(evidence) {
    return culprits(evidence).flatMap((culprit) => {
      const { api, at } = culprit;
      if (api === null) return [];
      const name = api.includes(' ') ? api : `\`${api}\``;
      const finding = blockFinding(
        evidence,
        blockingCall,
        culprit,
        (where) => {
          const call = linked(name, { to: 'tab', tab: 'flame', ...(at ? { frame: at } : {}) });
          return where && at ? say`${call} in ${at.functionName ? `\`${at.functionName}\`` : 'an anonymous function'} (${where})` : call;
        },
        `Call the asynchronous form of ${name} and await it, or do it once when the server starts.`,
      );
      return finding ? [finding] : [];
    });
  },
};
