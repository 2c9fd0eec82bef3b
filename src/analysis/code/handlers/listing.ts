import type { Resolved } from '../program.ts';
import type { Env, Thing } from './env.ts';
import { itemsOfAny } from './lookups.ts';
import { partOf } from './parts.ts';
import { placeOf, type Place } from './places.ts';
import { runOf, type Run } from './runs.ts';
import { stringOf } from './trace.ts';

/** A tool or prompt as a list handler describes it. */
export interface Listed {
  name: string;
  env: Env;
  place: Place | null;
  annotations: Thing | null;
  schema: Thing | null;
}

/** What a list handler returns, as far as it is written out: `{ tools: [{ name: 'a', … }] }`, `[types.Tool(name='a', …)]`; null for one without a name that can be read. */
export function listedTools(program: Resolved, handler: Thing | Run, property: 'tools' | 'prompts'): (Listed | null)[] {
  const run = 'function' in handler ? handler : runOf(program, handler, null);
  if (!run) return [];
  const { file, index } = run.function;
  const summary = program.files.get(file)!;
  // what is returned from within, in `try`, in a callback that measures
  const functions = summary.functions.flatMap((f, i) => (i === index || f.parent === index ? [{ f, i }] : []));
  return functions.flatMap(({ f, i }) =>
    f.returned.flatMap((expr) => {
      const whole: Thing = { expr, at: { file, function: i, offset: f.span.end - 1 } };
      const list = partOf(program, whole, property, run.env) ?? whole;
      // a list that is a parameter is what the calls of the function around give it
      return (itemsOfAny(program, list, run.env) ?? []).flatMap(({ thing, env }) => {
        const part = (name: string) => partOf(program, thing, name, env);
        const said = part('name');
        const name = said && stringOf(program, said, env);
        return name === null ? [null] : [{ name, env, place: placeOf(program, thing, env), annotations: part('annotations'), schema: part('inputSchema') ?? part('input_schema') }];
      });
    }),
  );
}
