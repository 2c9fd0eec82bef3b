import { functionReturns } from './calls.ts';
import { awaited } from './expressions.ts';
import { elementOf, member } from './members.ts';
import { type Known, mapSeveral, unknown } from './values.ts';
import type { World } from './world.ts';

/** What `with value as x` binds: what entering gives; of a generator (`@contextmanager`) what it yields. */
export function entered(world: World, value: Known): Known {
  switch (value.kind) {
    case 'instance': {
      for (const name of ['__aenter__', '__enter__']) {
        const enter = member(world, value, name, true);
        if (enter.kind === 'external') return value;
        if (enter.kind !== 'function') continue;
        const gives = awaited(functionReturns(world, enter));
        if (gives.kind !== 'unknown') return gives;
      }
      return unknown;
    }
    case 'array':
      return elementOf(world, value);
    case 'promise':
      return entered(world, value.of);
    case 'external':
      return value;
    case 'either':
    case 'each':
      return mapSeveral(value, (v) => entered(world, v));
    default:
      return unknown;
  }
}
