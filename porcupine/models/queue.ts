import type { Model } from "../types.ts";
import type { Item } from "./answers.ts";
import { rowModel } from "./row.ts";

/** A request to a queue. */
export type QueueInput = { readonly f: "enqueue"; readonly value: Item } | { readonly f: "dequeue" };

/** A queue's answer: to a dequeue the value taken out, or `null` if there was none. */
export type QueueOutput = { readonly f: "enqueue" } | { readonly f: "dequeue"; readonly value: Item | null };

/**
 * A first-in, first-out queue, empty at the start.
 *
 * On line (`Checker`) a queue into which every value is put once is watched whatever crowd is at work; what is kept is what is
 * open, lost, or in the queue. If values repeat it is searched.
 *
 * @example
 * ```ts
 * import { checkOperations, queueModel } from "@flotilla/flotilla/porcupine";
 *
 * const put = (value: string, at: number) => ({
 *   client: 1,
 *   callAt: at,
 *   input: { f: "enqueue", value },
 *   outcome: { status: "ok", returnAt: at + 1, output: { f: "enqueue" } },
 * }) as const;
 * const verdict = checkOperations(queueModel(), [
 *   put("a", 0),
 *   put("b", 2),
 *   { client: 2, callAt: 4, input: { f: "dequeue" }, outcome: { status: "ok", returnAt: 5, output: { f: "dequeue", value: "b" } } },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function queueModel(): Model<readonly Item[], QueueInput, QueueOutput> {
  return rowModel({
    name: "queue",
    source: { module: import.meta.url, name: "queueModel" },
    put: "enqueue",
    take: "dequeue",
    insert: (items, item) => [...items, item],
    takenFrom: "front",
    kind: { type: "queue" },
  });
}
