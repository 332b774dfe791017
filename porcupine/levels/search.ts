import { ILLEGAL } from "../types.ts";
import type { Effort } from "./effort.ts";
import { answerOf, type Demands, type Sessions } from "./session.ts";
import { StateNumbers } from "./state_numbers.ts";

/**
 * Looks for an order of the operations of a partition that the model accepts and that meets the demands; real time does not
 * count. Depth first, updates in the order of their calls, with the places reached remembered exactly. The question is
 * NP-complete (Gibbons and Korach 1997); `unknown` when the effort is spent.
 *
 * A read that is legal now is taken now and never branched on: it changes nothing, and moving it to an earlier place where
 * it is legal breaks no demand, since its sources are done and its targets come later anyway.
 */
export function searchOrder<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
  demands: Demands,
  effort: Effort,
): "yes" | "no" | "unknown" {
  return new OrderSearch(sessions, demands, effort).run();
}

interface Frame<State> {
  readonly state: State;
  /** Everything done when the frame was entered, the greedy reads included. */
  readonly mark: number;
  readonly choices: readonly { readonly operation: number; readonly state: State }[];
  next: number;
}

class OrderSearch<State, Input, Output> {
  readonly #sessions: Sessions<State, Input, Output>;
  readonly #effort: Effort;
  readonly #targets: Uint8Array;
  /** By client: its sources, by call. */
  readonly #sources: readonly (readonly number[])[];
  /** For a target, how many of its client's sources come before it. */
  readonly #needed: Int32Array;
  /** By client: how many of its sources, from the first on, are done. */
  readonly #prefix: Int32Array;
  readonly #rank: Int32Array;
  readonly #done: Uint8Array;
  readonly #trail: number[] = [];
  readonly #seen = new Set<string>();
  readonly #numbers: StateNumbers<State, Input, Output>;
  #owed: number;

  constructor(sessions: Sessions<State, Input, Output>, demands: Demands, effort: Effort) {
    this.#sessions = sessions;
    this.#effort = effort;
    this.#targets = demands.targets;
    this.#sources = sessions.byClient.map((list) => list.filter((k) => demands.sources[k] === 1));
    const count = sessions.ids.length;
    this.#needed = new Int32Array(count);
    this.#rank = new Int32Array(count).fill(-1);
    for (const list of sessions.byClient) {
      let before = 0;
      for (const k of list) {
        this.#needed[k] = before;
        if (demands.sources[k] === 1) this.#rank[k] = before++;
      }
    }
    this.#prefix = new Int32Array(sessions.byClient.length);
    this.#done = new Uint8Array(count);
    this.#numbers = new StateNumbers(sessions.model);
    this.#owed = sessions.answered.reduce((sum, mark) => sum + mark, 0);
  }

  run(): "yes" | "no" | "unknown" {
    const stack: Frame<State>[] = [this.#enter(this.#sessions.model.init())];
    while (stack.length > 0) {
      if (this.#owed === 0) return "yes";
      if (!this.#effort.goOn(this.#seen.size)) return "unknown";
      const frame = stack[stack.length - 1];
      this.#undo(frame.mark);
      const choice = frame.choices[frame.next++];
      if (choice === undefined) {
        stack.pop();
        continue;
      }
      this.#do(choice.operation);
      if (this.#isNew(choice.state)) stack.push(this.#enter(choice.state));
    }
    return "no";
  }

  /** Takes the reads that are legal, and lists what may change the state next. */
  #enter(state: State): Frame<State> {
    const { ids, writes } = this.#sessions;
    const choices: { operation: number; state: State }[] = [];
    for (let k = 0; k < ids.length; k++) {
      if (writes[k] === 0 && this.#isOpen(k) && this.#steps(state, k).length > 0) this.#do(k);
    }
    for (let k = 0; k < ids.length; k++) {
      if (writes[k] === 0 || !this.#isOpen(k)) continue;
      for (const next of this.#steps(state, k)) choices.push({ operation: k, state: next });
    }
    return { state, mark: this.#trail.length, choices, next: 0 };
  }

  #isOpen(k: number): boolean {
    if (this.#done[k] === 1) return false;
    return this.#targets[k] === 0 || this.#prefix[this.#sessions.client[k]] >= this.#needed[k];
  }

  #steps(state: State, k: number): readonly State[] {
    this.#effort.spend();
    const { model, operations, ids } = this.#sessions;
    const operation = operations[ids[k]];
    const answer = answerOf(operation);
    if ("steps" in model) return model.steps(state, operation.input, answer, this.#effort);
    const next = model.step(state, operation.input, answer, this.#effort);
    return next === ILLEGAL ? [] : [next as State];
  }

  #do(k: number): void {
    this.#done[k] = 1;
    this.#owed -= this.#sessions.answered[k];
    this.#trail.push(k);
    const client = this.#sessions.client[k];
    const sources = this.#sources[client];
    while (this.#prefix[client] < sources.length && this.#done[sources[this.#prefix[client]]] === 1) {
      this.#prefix[client]++;
    }
  }

  #undo(mark: number): void {
    while (this.#trail.length > mark) {
      const k = this.#trail[this.#trail.length - 1];
      this.#trail.length--;
      this.#done[k] = 0;
      this.#owed += this.#sessions.answered[k];
      const client = this.#sessions.client[k];
      if (this.#rank[k] >= 0) this.#prefix[client] = Math.min(this.#prefix[client], this.#rank[k]);
    }
  }

  /** Whether this place - what is done, and the state - was never reached before. */
  #isNew(state: State): boolean {
    const words: number[] = [this.#numbers.of(state)];
    for (let k = 0; k < this.#done.length; k += 15) {
      let word = 0;
      for (let bit = 0; bit < 15 && k + bit < this.#done.length; bit++) word |= this.#done[k + bit] << bit;
      words.push(word);
    }
    // The first may be too large for one character.
    const key = `${words[0]} ${String.fromCharCode(...words.slice(1))}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}
