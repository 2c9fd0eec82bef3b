import type { Program } from './code/program.ts';
import type { Expr } from './code/summary.ts';
import { snake } from './snake.ts';
import { stepBack, type Placed } from './trace.ts';

const parts = /(?:^|_)(?:hosts?|hostnames?|process|processes|replicas?|shards?|brokers?|endpoints?|regions?|zones?|partitions?|workers?|backends?|providers?|interfaces?|cores?|gpus?)(?:_?(?:ids?|names?|urls?|uris?|addresses))?$/;

/** Parts that something is made of, as its names tell: the hosts of a cluster, the regions of an account. Whoever set it up knows how many they are. */
export function isTopology(program: Program, { expr, at }: Placed, depth = 0): boolean {
  if (depth > 4) return false;
  const of = (one: Expr) => isTopology(program, { expr: one, at }, depth + 1);
  switch (expr.kind) {
    case 'name':
      return parts.test(snake(expr.name)) || stepBack(program, { expr, at }).from.some((one) => isTopology(program, one, depth + 1));
    case 'member':
      return parts.test(snake(expr.name));
    case 'await':
    case 'element':
      return of(expr.of);
    case 'as':
      return of(expr.value);
    case 'either':
      return expr.of.some(of);
    case 'call': {
      const { callee, function: fn, span } = program.callOf({ file: at.file, index: expr.call });
      const made = callee.kind === 'member' && /^(?:map|filter|keys|values|slice|sort)$/.test(callee.name);
      return made && isTopology(program, { expr: callee.object, at: { ...at, function: fn, offset: span.start } }, depth + 1);
    }
    default:
      return false;
  }
}
