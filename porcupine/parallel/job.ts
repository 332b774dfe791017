import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { ValueOperations } from "../search/values/operations.ts";
import type { Operation } from "../types.ts";
import { type Alike, layOut, layOutAlike } from "./columns.ts";
import type { Job, Task } from "./messages.ts";

/** Tasks, before their operations are picked out of the history. */
export interface Commission extends Omit<Job, "inputs" | "outputs"> {
  readonly operations: readonly Operation<unknown, unknown>[];
  /** Of a single task: which of its operations are equal in request and answer, where that has been found out. */
  readonly alike: Alike | undefined;
}

/** What a worker needs for some tasks: only requests and answers go, since clients and times are in the parts already. Throws `Unsendable`. */
export function jobOf({ operations, tasks, alike, ...rest }: Commission): Job {
  let count = 0;
  for (const { part } of tasks) count += part.ids.length;
  const inputs: unknown[] = new Array(count);
  const outputs: unknown[] = new Array(count);
  const sent: Task[] = [];
  let from = 0;
  for (const { task, part, most } of tasks) {
    const { ids, ret } = part;
    for (let k = 0; k < ids.length; k++) {
      const { input, outcome } = operations[ids[k]];
      inputs[from + k] = input;
      outputs[from + k] = ret[k] !== NEVER && outcome.status === "ok" ? outcome.output : undefined;
    }
    sent.push({ task, part: copyOf(part, from), most });
    from += ids.length;
  }
  const lay = (list: readonly unknown[]) => alike === undefined ? layOut(list) : layOutAlike(list, alike);
  return { ...rest, tasks: sent, inputs: lay(inputs), outputs: lay(outputs) };
}

/**
 * A worker has the operations of its tasks alone, numbered from `from` on here. Arrays are copied because they are cut out of
 * large ones (`Scratch`), and whoever sends a view of an array sends all of it: megabytes for a few hundred numbers.
 */
export function copyOf({ key, ids, call, ret, returns, end }: Part, from: number): Part {
  const numbers = new Int32Array(ids.length);
  for (let k = 0; k < numbers.length; k++) numbers[k] = from + k;
  return { key, ids: numbers, call: call.slice(), ret: ret.slice(), returns: returns.slice(), end };
}

/** For the same reason. */
export function copyOfOperations(operations: ValueOperations): ValueOperations {
  const { op, value, from, numbers, ret, returns, reached, called, slot } = operations;
  return {
    ...operations,
    op: op.slice(),
    value: value.slice(),
    from: from.slice(),
    numbers: numbers.slice(),
    ret: ret.slice(),
    returns: returns.slice(),
    reached: reached.slice(),
    called: called.slice(),
    slot: slot.slice(),
  };
}
