import type { Model } from "../types.ts";
import type { Item } from "./answers.ts";
import { rowModel } from "./row.ts";

/** A request to a stack. */
export type StackInput = { readonly f: "push"; readonly value: Item } | { readonly f: "pop" };

/** A stack's answer: to a pop the value taken off, or `null` if there was none. */
export type StackOutput = { readonly f: "push" } | { readonly f: "pop"; readonly value: Item | null };

/**
 * A last-in, first-out stack, empty at the start. The last item of a state is the top.
 *
 * On line (`Checker`) a stack onto which every value is put once is watched whatever crowd is at work; what is kept is what is
 * open, lost, or on the stack. If values repeat it is searched: the past may have ended in as many ways as what was pushed at once
 * has orders, so that with more than a few clients that are never idle an answer may take very long. Give a `timeLimitMs` there.
 *
 * @example
 * ```ts
 * import { checkOperations, stackModel } from "@flotilla/flotilla/porcupine";
 *
 * const push = (value: string, at: number) => ({
 *   client: 1,
 *   callAt: at,
 *   input: { f: "push", value },
 *   outcome: { status: "ok", returnAt: at + 1, output: { f: "push" } },
 * }) as const;
 * const verdict = checkOperations(stackModel(), [
 *   push("a", 0),
 *   push("b", 2),
 *   { client: 2, callAt: 4, input: { f: "pop" }, outcome: { status: "ok", returnAt: 5, output: { f: "pop", value: "b" } } },
 * ]);
 * if (verdict.kind !== "ok") throw new Error(verdict.kind);
 * ```
 */
export function stackModel(): Model<readonly Item[], StackInput, StackOutput> {
  return rowModel({
    name: "stack",
    source: { module: import.meta.url, name: "stackModel" },
    put: "push",
    take: "pop",
    insert: (items, item) => [...items, item],
    takenFrom: "back",
    kind: { type: "stack" },
  });
}
