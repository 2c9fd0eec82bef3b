import type { Clock } from '../wire/clock.ts';

/** Something that ends by itself unless it is taken out before. The other fields are the list's. */
export interface Deadline {
  expire(): void;
  dueUs: number;
  before: Deadline | null;
  after: Deadline | null;
}

/** Of those that wait equally long the first is due first: a list for each such time, with one timer, costs less than a timer for each. */
export interface Deadlines {
  /** From now on; one that is waiting already begins anew. @returns now. */
  add(deadline: Deadline, afterUs: number): number;
  remove(deadline: Deadline): void;
}

interface List extends Deadline {
  afterUs: number;
  timer: NodeJS.Timeout | null;
}

export function createDeadlines(clock: Clock): Deadlines {
  /** Few: a load test has one or two limits. */
  const lists: List[] = [];

  function listFor(afterUs: number): List {
    for (const list of lists) if (list.afterUs === afterUs) return list;
    const list: List = { afterUs, timer: null, dueUs: Infinity, before: null, after: null, expire: () => undefined };
    // a ring: the list stands before its first and after its last
    list.before = list.after = list;
    lists.push(list);
    return list;
  }

  function watch(list: List, nowUs: number) {
    // the sockets that are waited for keep the process, not this
    list.timer = setTimeout(look, Math.max(1, Math.ceil((list.after!.dueUs - nowUs) / 1000)), list).unref();
  }

  function look(list: List) {
    for (let nowUs = clock.now(); list.after!.dueUs <= nowUs; nowUs = clock.now()) {
      const first = list.after!;
      remove(first);
      first.expire();
    }
    list.timer = null;
    if (list.after !== list) watch(list, clock.now());
    else lists.splice(lists.indexOf(list), 1);
  }

  function remove(deadline: Deadline) {
    const { before, after } = deadline;
    if (!before || !after) return;
    before.after = after;
    after.before = before;
    deadline.before = deadline.after = null;
  }

  return {
    add(deadline, afterUs) {
      remove(deadline);
      const nowUs = clock.now();
      const list = listFor(afterUs);
      deadline.dueUs = nowUs + afterUs;
      deadline.before = list.before;
      deadline.after = list;
      list.before!.after = deadline;
      list.before = deadline;
      if (!list.timer) watch(list, nowUs);
      return nowUs;
    },
    remove,
  };
}
