import { ValueNumbers } from "../fast/numbers.ts";
import type { Questions } from "../parts.ts";
import type { ModelKind, RegisterAction, Value } from "../types.ts";

type RegisterKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "register" }>;

/** Makers of what suspects speak of beyond these are no place to begin. */
const MOST_BEHIND = 16;

/**
 * Which operations on a register can matter although their answers are not believed: those that write a value which a believed
 * answer speaks of; and those that write a value which such a compare-and-set asks for, and so on.
 *
 * *Claim*: all others can be left out. *Proof*: take an order in which some of them take effect. Take these out, and every
 * operation without an answer that had no effect where it stood. From where one was taken out up to the next change the
 * register now holds an older value. Does anything there depend on the value that is gone? No believed answer speaks of it, or
 * its writer would have been kept; no compare-and-set that is kept swapped it, for the same reason; and what had no effect is
 * gone. Only a believed compare-and-set that failed might now find the value that it asked for, since it speaks of what the
 * register did *not* hold. If there is one, nothing is left out.
 */
export class Writers {
  /** What each operation did, if its answer is believed. */
  readonly #told: readonly RegisterAction[];
  /**
   * What each may have done, if its answer is not believed: a write that "failed" says so only by its answer (jepsen's
   * `:fail`), and without that it is a write like any other.
   */
  readonly #possible: readonly RegisterAction[];
  readonly #byValue = new Map<Value, number[]>();

  private constructor(
    told: readonly RegisterAction[],
    possible: readonly RegisterAction[],
    others: readonly number[],
  ) {
    this.#told = told;
    this.#possible = possible;
    for (const k of others) {
      const produced = producedBy(possible[k]);
      if (produced === undefined) continue;
      const list = this.#byValue.get(produced);
      if (list === undefined) this.#byValue.set(produced, [k]);
      else list.push(k);
    }
  }

  /** Looks at a partition; `undefined` if an operation does not fit the kind. */
  static of<Input, Output>(
    kind: RegisterKind<Input, Output>,
    questions: Questions<Input, Output>,
    others: readonly number[],
  ): Writers | undefined {
    const told: RegisterAction[] = [];
    const possible: RegisterAction[] = [];
    for (let k = 0; k < questions.count; k++) {
      const action = kind.view(questions.input(k), questions.answer(k));
      const open = kind.view(questions.input(k), { known: false });
      if (action === undefined || open === undefined) return undefined;
      told.push(action);
      possible.push(open);
    }
    return new Writers(told, possible, others);
  }

  /**
   * Those of which it is only their own answers, returned by the time of the first of the suspects, that say that they did not bring
   * about what the suspects speak of: a value that nothing has written may be that of a swap which is said to have failed. None if
   * they are too many to be a core that can be followed.
   */
  behind(suspects: readonly number[], ret: Int32Array): readonly number[] {
    const makers = new Set<number>();
    for (const k of suspects) {
      const action = this.#told[k];
      if (action.op !== "read" && action.op !== "cas") continue;
      if (action.op === "cas" && action.swapped !== true) continue;
      for (const maker of this.#byValue.get(action.op === "read" ? action.value : action.from) ?? []) {
        if (ret[maker] <= ret[suspects[0]] && !suspects.includes(maker)) makers.add(maker);
      }
      if (makers.size > MOST_BEHIND) return [];
    }
    return [...makers];
  }

  /** The operations that matter if these answers are believed, ascending; `undefined`: all may. */
  neededBy(believed: readonly number[]): readonly number[] | undefined {
    const wanted: Value[] = [];
    for (const k of believed) {
      const action = this.#told[k];
      if (action.op === "cas" && action.swapped !== true) return undefined;
      if (action.op === "read") wanted.push(action.value);
      if (action.op === "cas") wanted.push(action.from);
    }
    const seen = new Set<Value>();
    const needed: number[] = [];
    for (let value = wanted.pop(); value !== undefined; value = wanted.pop()) {
      if (seen.has(value)) continue;
      seen.add(value);
      for (const k of this.#byValue.get(value) ?? []) {
        needed.push(k);
        const action = this.#possible[k];
        if (action.op === "cas") wanted.push(action.from);
      }
    }
    return needed.sort((a, b) => a - b);
  }
}

function producedBy(action: RegisterAction): Value | undefined {
  return action.op === "write" ? action.value : action.op === "cas" ? action.to : undefined;
}

const MOST_VALUES = 2 ** 25;

/** Numbers for what is asked of a register: the same for equal requests. */
export class Requests<Input, Output> {
  readonly #kind: RegisterKind<Input, Output>;
  readonly #inputOf: (k: number) => Input;
  readonly #values = new ValueNumbers(64);
  /** By operation; 0: not looked at yet. */
  readonly #known: Float64Array;

  /** `inputOf`: what each of `count` operations asks. */
  constructor(kind: RegisterKind<Input, Output>, count: number, inputOf: (k: number) => Input) {
    this.#kind = kind;
    this.#inputOf = inputOf;
    this.#known = new Float64Array(count);
  }

  /** The number of an operation's request; `undefined`: it is like no other. */
  of(k: number): number | undefined {
    if (this.#known[k] === 0) this.#known[k] = this.#number(k);
    return this.#known[k] < 0 ? undefined : this.#known[k];
  }

  #number(k: number): number {
    const action = this.#kind.view(this.#inputOf(k), { known: false });
    if (action === undefined || action.op === "read") return -1;
    if (action.op === "nothing") return 1;
    const to = this.#values.of(action.op === "cas" ? action.to : action.value);
    const from = action.op === "cas" ? this.#values.of(action.from) + 1 : 0;
    // Pairs beyond these would not have numbers of their own.
    return Math.max(from, to) < MOST_VALUES ? 2 + from * MOST_VALUES + to : -1;
  }
}
