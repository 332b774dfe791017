import { type Budget, LOOKS } from "./budget.ts";
import { NEVER, type OrderedHistory } from "./history.ts";
import { type Memory, OWN_ARRAYS } from "./scratch.ts";

/** Who belongs to which of so many partitions. */
interface Deal {
  readonly partOf: Int32Array;
  readonly size: number;
  readonly history: OrderedHistory;
  readonly budget: Budget | undefined;
}

/** The arrays of all partitions, those of one standing together: what `Part` says of them, by operation and by answer. */
export interface Dealt {
  readonly ids: Int32Array;
  readonly call: Int32Array;
  readonly ret: Int32Array;
  readonly returns: Int32Array;
  /** By partition: where its operations and its answers begin; the last one says where the last partition ends. */
  readonly first: Int32Array;
  readonly firstReturn: Int32Array;
}

/** Deals out the events to the partitions, in order. */
export function deal({ partOf, size, history, budget }: Deal, memory: Memory): Dealt {
  const { events, ret: returnOf } = history;
  const scratch = budget?.scratch ?? OWN_ARRAYS;
  const count = partOf.length;
  const [first, firstReturn] = beginnings({ partOf, returnOf, size }, memory);
  // By partition: how many operations and answers there were so far.
  const called = first.slice();
  const returned = firstReturn.slice();
  const ids = memory.int32(count);
  const call = memory.int32(count);
  const ret = memory.int32(count).fill(NEVER);
  const returns = memory.int32(events.length - count);
  const places = scratch.int32(count);
  for (let at = 0; at < events.length; at++) {
    if ((at & LOOKS) === LOOKS) budget?.tick(at);
    const id = events[at] >>> 1;
    const p = partOf[id];
    const rank = called[p] - first[p] + returned[p] - firstReturn[p];
    if ((events[at] & 1) === 0) {
      const place = places[id] = called[p]++;
      ids[place] = id;
      call[place] = rank;
    } else {
      ret[places[id]] = rank;
      returns[returned[p]++] = places[id] - first[p];
    }
  }
  return { ids, call, ret, returns, first, firstReturn };
}

/** Where the operations of each partition begin, and the answered ones, if those of one partition stand together. */
function beginnings(
  { partOf, returnOf, size }: {
    readonly partOf: Int32Array;
    readonly returnOf: Int32Array;
    readonly size: number;
  },
  memory: Memory,
): readonly [operations: Int32Array, returns: Int32Array] {
  const operations = memory.int32(size + 1);
  const returns = memory.int32(size + 1);
  for (let i = 0; i < partOf.length; i++) {
    operations[partOf[i] + 1]++;
    if (returnOf[i] !== NEVER) returns[partOf[i] + 1]++;
  }
  for (let p = 0; p < size; p++) {
    operations[p + 1] += operations[p];
    returns[p + 1] += returns[p];
  }
  return [operations, returns];
}
