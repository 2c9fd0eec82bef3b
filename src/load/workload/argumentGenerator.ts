import { sampleArguments } from './arguments.ts';
import { createRandom, type Random } from './random.ts';

/** Arguments for a tool from its input schema, other ones each time; the same seed gives the same. */
export function createArgumentGenerator(inputSchema: unknown, seed: number): () => Record<string, unknown> {
  const draw = compileArguments(inputSchema);
  const random = createRandom(seed);
  return () => draw(random);
}

export function compileArguments(inputSchema: unknown): (random: Random) => Record<string, unknown> {
  const constant = sampleArguments(inputSchema);
  return () => constant;
}
