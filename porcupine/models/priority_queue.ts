import type { Model } from "../types.ts";
import { compareItems, type Item } from "./answers.ts";
import { rowModel } from "./row.ts";
import { type Names, requireNames } from "../require/names.ts";

/** A request to a priority queue. A value is its own priority. */
export type PriorityQueueInput = { readonly f: "insert"; readonly value: Item } | { readonly f: "extract" };

/** The answer: to an extraction the foremost value, or `null` if there was none. */
export type PriorityQueueOutput =
  | { readonly f: "insert" }
  | { readonly f: "extract"; readonly value: Item | null };

/** Which value is the foremost. */
export interface PriorityQueueOptions {
  /** `min` (default): the least value is extracted first; `max`: the greatest. */
  readonly order?: "min" | "max";
}

const NAMES: Names<PriorityQueueOptions> = { order: true };

/**
 * A priority queue, empty at the start. Numbers, strings and bigints are compared by `<`, different kinds by the names of
 * their types.
 *
 * On line (`Checker`) it is watched whatever crowd is at work, as long as no value is put in that may still be in.
 *
 * @example
 * ```ts
 * import { checkOperations, priorityQueueModel } from "@flotilla/flotilla/porcupine";
 *
 * const insert = (value: number, at: number) => ({
 *   client: 1,
 *   callAt: at,
 *   input: { f: "insert", value },
 *   outcome: { status: "ok", returnAt: at + 1, output: { f: "insert" } },
 * }) as const;
 * const verdict = checkOperations(priorityQueueModel(), [
 *   insert(5, 0),
 *   insert(3, 2),
 *   { client: 2, callAt: 4, input: { f: "extract" }, outcome: { status: "ok", returnAt: 5, output: { f: "extract", value: 5 } } },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function priorityQueueModel(
  options: PriorityQueueOptions = {},
): Model<readonly Item[], PriorityQueueInput, PriorityQueueOutput> {
  requireNames("priorityQueueModel", options, NAMES);
  const order = options.order ?? "min";
  const sign = order === "min" ? 1 : -1;
  return rowModel({
    name: "priority queue",
    source: { module: import.meta.url, name: "priorityQueueModel", arguments: [options] },
    put: "insert",
    take: "extract",
    insert: (items, item) => {
      const after = items.findIndex((other) => sign * compareItems(other, item) > 0);
      const at = after < 0 ? items.length : after;
      return [...items.slice(0, at), item, ...items.slice(at)];
    },
    takenFrom: "front",
    kind: { type: "priorityQueue", order },
  });
}
