import { functionReturns } from './calls.ts';
import { entered } from './contexts.ts';
import { valueOf } from './expressions.ts';
import { distinctValue, type Kind, type Known, unknown } from './values.ts';
import type { World } from './world.ts';

const ofContext = /(?:Context|Server|FastMCP)(?:\.request_context)?\.lifespan_context$/;

/**
 * What Python's MCP servers keep while they run: `ctx.request_context.lifespan_context`. By the type arguments of the
 * context (`Context[ServerSession, AppContext]`), else what the one lifespan function of the workspace yields. Null for any other name.
 */
export function lifespanContext(world: World, value: Kind<'external'>, member: string): Known | null {
  const { name, args } = value;
  if (member === 'request_context' && args) return { ...value, name: `${name}.request_context`, instance: false };
  if (!ofContext.test(`${name}.${member}`)) return null;
  const written = args?.[1] ?? args?.[0];
  return written && written.kind !== 'unknown' ? written : yieldedByLifespan(world);
}

const yieldedByLifespan = (world: World): Known =>
  world.memo.run('lifespan', '', 0, unknown, () => {
    const found: Known[] = [];
    for (const file of world.allFiles()) {
      if (!file.endsWith('.py')) continue;
      world.index(file)?.summary.calls.forEach((call) => {
        const given = call.keywords.find((k) => k.name === 'lifespan');
        if (!given) return;
        const fn = valueOf(world, given.value, { file, function: call.function, offset: call.span.start });
        found.push(fn.kind === 'function' ? entered(world, functionReturns(world, fn)) : unknown);
      });
    }
    return distinctValue(found);
  });
