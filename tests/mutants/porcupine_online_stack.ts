/**
 * Planted bugs for stacks on line: which values must have come out, who can have popped them, and what is forgotten.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ALL = "test -A --no-check tests/porcupine/online_stack_test.ts";

/** These mutants. */
export const porcupineOnlineStackMutants: readonly Mutant[] = [
  {
    id: "PC-online-stack-root",
    title: "A value is beneath others of a stack that were still there when its pop returned",
    source: "on-line checker: of two stays that overlap one contains the other",
    file: "porcupine/online/stack_stays.ts",
    anchor: "return insert.call < first && remove.ret > last + 1;",
    replacement: "return insert.call < first;",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-block",
    title: "A value of a stack is pushed within what came and went above another",
    source: "on-line checker: whatever overlaps with a block contains it",
    file: "porcupine/online/stack_stays.ts",
    anchor: "if (block !== undefined && insert.call >= block.first) return undefined;",
    replacement: "",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-open",
    title: "What a pop that is open may yet have taken off a stack is thought to be over",
    source: "on-line checker: a block has no call of an open pop in it",
    file: "porcupine/online/stack_stays.ts",
    anchor: "calls.some((call) => first < call && call <= until)",
    replacement: "calls.some((call) => first < call && call <= last)",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-joined",
    title:
      "Two stretches of a stack's past are one, though a value that is still there was pushed between them",
    source: "on-line checker: blocks are joined where nobody was pushed who is still there",
    file: "porcupine/online/stack_stays.ts",
    anchor: "if (before !== undefined && to <= before.last) before.last = block.last;",
    replacement: "if (before !== undefined) before.last = block.last;",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-twice",
    title: "A value that must have left a stack is counted twice, so that open pops seem too few",
    source: "on-line checker: no true stack is complained of (one was)",
    file: "porcupine/online/stack_takers.ts",
    anchor: "const left = new Set(suspects.filter(({ taker }) => taker === undefined));",
    replacement: "const left = suspects.filter(({ taker }) => taker === undefined);",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-anew",
    title: "What open pops were supposed to have taken off a stack is never supposed anew",
    source: "on-line checker: what is impossible has been tried in every way",
    file: "porcupine/online/stack_takers.ts",
    anchor: "return this.#extend([...suspects, ...taken]);",
    replacement: "return false;",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-above",
    title: "What lay on a value that an open pop took off a stack may stay there",
    source: "on-line checker: with a stay more values may have to come out",
    file: "porcupine/online/stack_takers.ts",
    anchor: "const above = item.stay === undefined ? [] : this.#items.above(item.stay);",
    replacement: "const above: StackItem<Input, Output>[] = [];",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-later",
    title: "Only open pops called before a push returned can have taken its value off a stack",
    source: "on-line checker: takers called later are tried, too",
    file: "porcupine/online/stack_takers.ts",
    anchor: "return later === 0 ? free : free.slice((later < 0 ? free.length : later) - 1);",
    replacement: "return later === 0 ? [] : free.slice((later < 0 ? free.length : later) - 1);",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-empty",
    title: "A stack is found empty though a value was in that nobody can have taken off",
    source: "on-line checker: whoever is in at the gap of an empty pop has come out before",
    file: "porcupine/online/stack_takers.ts",
    anchor: "for (const item of left) item.due = Math.min(item.due, gap + 1);",
    replacement: "",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-due",
    title: "A value is popped after a stack was found empty that it was on",
    source: "on-line checker: what an empty pop that is past says of those who were in",
    file: "porcupine/online/stack_watch.ts",
    anchor: " || watched.call >= item.due",
    replacement: "",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-early",
    title: "A search takes over from a stack's watch, and is not told that what is being pushed was popped",
    source: "on-line checker: a push that is open is kept with the pop of its value",
    file: "porcupine/online/stack_watch.ts",
    anchor: 'if (insert.status === "open") this.#early.set(insert, watched);',
    replacement: "",
    killedBy: ALL,
  },
  {
    id: "PC-online-stack-told",
    title: "A search takes over from a stack's watch, and is told wrongly when what is over was there",
    source: "on-line checker: a block is told as one value that was there from its beginning to its end",
    file: "porcupine/online/stack_stays.ts",
    anchor: "call: last + 1.1, ret: last + 1.3 });",
    replacement: "call: first - 0.3, ret: first - 0.2 });",
    killedBy: ALL,
  },
];
