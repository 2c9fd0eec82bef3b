import { float64List, int32List } from './numberList.ts';
import type { NumberList } from './numberList.ts';

/** The nodes of a profile, in columns that grow as the file is read. Strings by number; 0 is the empty string. */
export interface NodeColumns {
  count: number;
  id: NumberList<Float64Array>;
  name: NumberList<Int32Array>;
  url: NumberList<Int32Array>;
  line: NumberList<Int32Array>;
  column: NumberList<Int32Array>;
  hits: NumberList<Float64Array>;
  childStart: NumberList<Int32Array>;
  childEnd: NumberList<Int32Array>;
  children: NumberList<Float64Array>;
  /** A node with nothing known of it; its id is NaN until it is read. */
  add(): void;
  /** Forgets what is known of the last node's function: a new callFrame begins. */
  resetFrame(): void;
  set(column: 'id' | 'name' | 'url' | 'line' | 'column' | 'hits' | 'childStart' | 'childEnd', value: number): void;
}

export function createNodeColumns(): NodeColumns {
  return {
    count: 0,
    id: float64List(),
    name: int32List(),
    url: int32List(),
    line: int32List(),
    column: int32List(),
    hits: float64List(),
    childStart: int32List(),
    childEnd: int32List(),
    children: float64List(),
    add() {
      this.count++;
      this.id.push(NaN);
      this.name.push(0);
      this.url.push(0);
      this.line.push(-1);
      this.column.push(-1);
      this.hits.push(0);
      this.childStart.push(0);
      this.childEnd.push(0);
    },
    resetFrame() {
      this.set('name', 0);
      this.set('url', 0);
      this.set('line', -1);
      this.set('column', -1);
    },
    set(column, value) {
      this[column].data[this.count - 1] = value;
    },
  };
}
