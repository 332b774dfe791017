import type { Item } from "../../../porcupine/models/answers.ts";
import type { BagInput, BagOutput } from "../../../porcupine/models/bag.ts";
import type { PriorityQueueInput, PriorityQueueOutput } from "../../../porcupine/models/priority_queue.ts";
import type { QueueInput, QueueOutput } from "../../../porcupine/models/queue.ts";
import type { SetInput, SetOutput } from "../../../porcupine/models/set.ts";
import type { StackInput, StackOutput } from "../../../porcupine/models/stack.ts";
import type { Random, Shape } from "./random.ts";

/** How values are drawn. */
export interface CollectionOptions {
  /** Whether every value is put in once at most. */
  readonly unique: boolean;
}

/** Values that repeat or do not. A guess may be of a value never put in. */
class Values {
  readonly #unique: boolean;
  #fresh = 0;

  constructor({ unique }: CollectionOptions) {
    this.#unique = unique;
  }

  next(random: Random): number {
    // Not ascending: for a priority queue the order of arrival must not be the order of the values.
    return this.#unique ? ((++this.#fresh * 37) % 64) + 1 : 1 + random.below(3);
  }

  guess(random: Random): number | null {
    if (random.below(4) === 0) return null;
    return this.#unique ? ((1 + random.below(this.#fresh + 1)) * 37) % 64 + 1 : 1 + random.below(4);
  }
}

/** A queue with enqueue and dequeue. */
export function queueShape(options: CollectionOptions): Shape<readonly Item[], QueueInput, QueueOutput> {
  const values = new Values(options);
  return {
    init: () => [],
    input: (random) =>
      random.below(2) === 0 ? { f: "dequeue" } : { f: "enqueue", value: values.next(random) },
    run: (state, input) => {
      if (input.f === "enqueue") return [[...state, input.value], { f: "enqueue" }];
      return [state.slice(1), { f: "dequeue", value: state[0] ?? null }];
    },
    guess: ({ f }, random) => f === "enqueue" ? { f } : { f, value: values.guess(random) },
  };
}

/** A bag with enqueue and dequeue. */
export function bagShape(options: CollectionOptions): Shape<readonly Item[], BagInput, BagOutput> {
  const values = new Values(options);
  return {
    init: () => [],
    input: (random) =>
      random.below(2) === 0 ? { f: "dequeue" } : { f: "enqueue", value: values.next(random) },
    run: (state, input, random) => {
      if (input.f === "enqueue") return [[...state, input.value], { f: "enqueue" }];
      if (state.length === 0) return [state, { f: "dequeue", value: null }];
      const at = random.below(state.length);
      return [state.filter((_, i) => i !== at), { f: "dequeue", value: state[at] }];
    },
    guess: ({ f }, random) => f === "enqueue" ? { f } : { f, value: values.guess(random) },
  };
}

/** A stack with push and pop. */
export function stackShape(options: CollectionOptions): Shape<readonly Item[], StackInput, StackOutput> {
  const values = new Values(options);
  return {
    init: () => [],
    input: (random) => random.below(2) === 0 ? { f: "pop" } : { f: "push", value: values.next(random) },
    run: (state, input) => {
      if (input.f === "push") return [[input.value, ...state], { f: "push" }];
      return [state.slice(1), { f: "pop", value: state[0] ?? null }];
    },
    guess: ({ f }, random) => f === "push" ? { f } : { f, value: values.guess(random) },
  };
}

/** A priority queue with insert and extract. */
export function priorityQueueShape(
  options: CollectionOptions & { readonly order: "min" | "max" },
): Shape<readonly number[], PriorityQueueInput, PriorityQueueOutput> {
  const values = new Values(options);
  const best = options.order === "min" ? Math.min : Math.max;
  return {
    init: () => [],
    input: (random) => random.below(2) === 0 ? { f: "extract" } : { f: "insert", value: values.next(random) },
    run: (state, input) => {
      if (input.f === "insert") return [[...state, Number(input.value)], { f: "insert" }];
      if (state.length === 0) return [state, { f: "extract", value: null }];
      const value = best(...state);
      const at = state.indexOf(value);
      return [[...state.slice(0, at), ...state.slice(at + 1)], { f: "extract", value }];
    },
    guess: ({ f }, random) => f === "insert" ? { f } : { f, value: values.guess(random) },
  };
}

/** A set; with `members` it is also asked for everything it holds; with `grows` nothing is taken out, and there are more values. */
export function setShape(
  options: { readonly members: boolean; readonly grows?: boolean; readonly values?: number },
): Shape<Set<Item>, SetInput, SetOutput> {
  const values = options.values ?? (options.grows ? 4 : 2);
  return {
    init: () => new Set(),
    input: (random) => {
      if (options.members && random.below(3) === 0) return { f: "members" };
      const f = random.pick(["add", "add", options.grows ? "add" : "remove", "contains"] as const);
      return { f, value: random.below(values) };
    },
    run: (state, input, random) => {
      if (input.f === "members") return [state, { f: "members", values: [...state] }];
      const present = state.has(input.value);
      if (input.f === "contains") return [state, { f: "contains", present }];
      const next = new Set(state);
      if (input.f === "add") next.add(input.value);
      else next.delete(input.value);
      const changed = next.size !== state.size;
      return [next, { f: input.f, changed: random.below(3) === 0 ? "unsaid" : changed }];
    },
    guess: (input, random) => {
      if (input.f === "members") {
        const all = Array.from({ length: values }, (_, value) => value);
        return { f: "members", values: all.filter(() => random.below(2) === 0) };
      }
      if (input.f === "contains") return { f: "contains", present: random.below(2) === 0 };
      return { f: input.f, changed: random.pick([true, false, "unsaid"]) };
    },
  };
}
