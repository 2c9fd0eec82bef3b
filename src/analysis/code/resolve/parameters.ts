import { isStaticMethod } from '../summary.ts';
import type { At } from './index.ts';
import { contextual } from './contextual.ts';
import { valueOf } from './expressions.ts';
import type { Key } from './memo.ts';
import { placeAt, typeValue } from './types.ts';
import { type Known, unknown } from './values.ts';
import type { World } from './world.ts';

/** With more parameters than this a function's have keys that are longer. */
const many = 64;

/** Most are the first of a function. */
const keyOf = (fn: number, position: number, name?: string): Key => (position === 0 ? fn : position < 0 || position >= many ? `${fn} ${position} ${name}` : -(fn * many + position));

/** What a parameter is: by its annotation; Python's `self` and `cls`; by the call that a function literal is handed to; by its default. */
export function parameterValue(world: World, file: string, fn: number, position: number, name?: string): Known {
  return world.memo.run('parameter', file, keyOf(fn, position, name), unknown, () => {
    const index = world.index(file);
    const summary = index?.summary.functions[fn];
    if (!index || !summary) return unknown;
    const at: At = { file, function: fn, offset: -1 };
    const parameter = position < 0 ? summary.parameters.find((p) => p.rest && p.name === name) : summary.parameters[position];
    if (!parameter) return unknown;
    if (parameter.type) {
      const typed = typeValue(world, parameter.type, placeAt(at, ofClass(file, summary.class)));
      const value: Known = parameter.rest && index.python ? { kind: 'array', of: typed } : typed;
      if (value.kind !== 'unknown') return value;
    } else if (index.python && summary.class !== null && position === 0 && !isStaticMethod(summary)) {
      const ref = { file, index: summary.class };
      const onClass = summary.decorators.some((d) => d.kind === 'name' && d.name === 'classmethod') || classMethods.has(summary.name);
      return { kind: onClass ? 'class' : 'instance', class: ref, args: [], ...(onClass && { open: true }) };
    }
    const given = contextual(world, file, fn, position);
    if (given.kind !== 'unknown') return given;
    const standard = parameter.optional && index.lookup(parameter.name, fn, -1).find((b) => b.kind === 'parameter' && b.scope === fn)?.values[0];
    const value = standard && !parameter.type ? valueOf(world, standard, at) : unknown;
    // another function may be handed over as well; another class less so
    return value.kind === 'instance' || (value.kind === 'external' && value.instance) || value.kind === 'class' ? value : unknown;
  });
}

/** Methods that get the class without a decorator saying so. */
const classMethods = new Set(['__new__', '__init_subclass__', '__class_getitem__']);

const ofClass = (file: string, index: number | null): Known | null => (index === null ? null : { kind: 'instance', class: { file, index }, args: [] });
