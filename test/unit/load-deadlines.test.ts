import assert from 'node:assert/strict';
import { deferred } from '../driver/deferred.ts';
import { createDeadlines, type Deadline } from '../../src/load/deadlines.ts';
import { startClock } from '../../src/wire/clock.ts';

describe('load: deadlines', () => {
  it('end in the order in which they were set, not before their time; those taken out do not', async () => {
    const clock = startClock();
    const deadlines = createDeadlines(clock);
    const ended: string[] = [];
    const done = deferred<boolean>();
    const deadline = (name: string, then: () => void = () => undefined): Deadline => ({
      dueUs: 0,
      before: null,
      after: null,
      expire() {
        assert.ok(clock.now() >= this.dueUs);
        ended.push(name);
        then();
      },
    });
    const [a, b, c] = [deadline('a'), deadline('b'), deadline('c')];
    const again = deadline('again', () => done.resolve(true));
    // when d ends it sets another, in a list that is empty then
    const d = deadline('d', () => deadlines.add(again, 20_000));
    const taken = deadline('taken');
    for (const one of [a, taken, b, c, d]) deadlines.add(one, 20_000);
    deadlines.remove(taken);
    deadlines.remove(taken);
    deadlines.add(a, 20_000);
    deadlines.add(deadline('later'), 10_000_000);
    deadlines.remove(d);
    deadlines.add(d, 20_000);
    const alive = setTimeout(() => undefined, 10_000);
    await done.promise;
    clearTimeout(alive);
    assert.deepEqual(ended, ['b', 'c', 'a', 'd', 'again']);
  });
});
