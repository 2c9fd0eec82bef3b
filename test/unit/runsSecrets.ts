/** Undoes every encoding that may hide a secret, and looks again. */
export function holdsSecret(text: string, secret: string): boolean {
  const unescaped = [text];
  for (let i = 0; i < 4; i++) unescaped.push(unescaped[i]!.replace(/\\(?:u([0-9a-f]{4})|(["\\/]))/gi, (_, hex: string | undefined, c: string) => (hex === undefined ? c : String.fromCharCode(parseInt(hex, 16)))));
  const decoded = unescaped.map((t) => t.replace(/(%[0-9a-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll('%', ''), 'hex').toString('utf8')));
  const plus = decoded.map((t) => t.replaceAll('+', ' '));
  const base64 = decoded.flatMap((t) => [...t.matchAll(/[\w+/-]{6,}/g)].flatMap(([run]) => [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('utf8'))));
  return [...unescaped, ...decoded, ...plus, ...base64].some((t) => t.includes(secret));
}
