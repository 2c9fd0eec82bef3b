import type { FunctionDetail } from '../protocol.ts';
import type { Profile } from './load.ts';

/** Which tools a function worked for, and in how many of their calls it was seen; of the whole profile. */
export function detailOf(profile: Profile, frame: number): FunctionDetail {
  const { tree, attribution } = profile;
  if (!attribution) return { frame, tools: [], otherUs: 0 };
  const inside = new Uint8Array(tree.parent.length);
  for (let n = 1; n < inside.length; n++) if (tree.frame[n] === frame) inside.fill(1, n, tree.end[n]);
  const us = new Float64Array(attribution.tools.length);
  const seen = new Uint8Array(attribution.requests.length);
  let otherUs = 0;
  for (let i = 0; i < profile.node.length; i++) {
    if (inside[profile.node[i]!] === 0) continue;
    const request = attribution.requestOfSample[i]!;
    const tool = request < 0 ? -1 : attribution.toolOfRequest[request]!;
    const duration = profile.at[i + 1]! - profile.at[i]!;
    if (tool < 0) otherUs += duration;
    else us[tool]! += duration;
    if (request >= 0) seen[request] = 1;
  }
  const calls = new Int32Array(us.length);
  const callsOfTool = new Int32Array(us.length);
  attribution.toolOfRequest.forEach((tool, request) => {
    if (tool < 0) return;
    callsOfTool[tool]!++;
    calls[tool]! += seen[request]!;
  });
  const tools = [...us.keys()].filter((t) => us[t]! > 0).sort((a, b) => us[b]! - us[a]!);
  return { frame, tools: tools.map((tool) => ({ tool, us: us[tool]!, calls: calls[tool]!, callsOfTool: callsOfTool[tool]! })), otherUs };
}
