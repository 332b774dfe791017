/**
 * What submitters of a replicated counter were told, and whether it can be.
 *
 * An operation that ended without a reply may have been executed at any time since, or never. All increments are alike, so the
 * checker need not try which of them were: it is enough that whoever is told a count that other replies do not account for
 * has had so many of those before it.
 * @module
 */

import { checkOperations, ILLEGAL, type Model, type Operation } from "../../../porcupine/mod.ts";
import { LabFailure } from "../failure.ts";
import { JUDGE_MS } from "./history.ts";

/** A call that was answered with a count. */
interface Counted {
  readonly client: number;
  readonly callAt: number;
  readonly returnAt: number;
  readonly increments: boolean;
  readonly count: number;
}

/** What the model is asked: whether it counts, and how many calls without a reply may have counted before it. */
interface CountInput {
  readonly increments: boolean;
  readonly spare: number;
}

interface CountState {
  /** What the counter is at. */
  readonly count: number;
  /** How many of that are accounted for by replies. */
  readonly replied: number;
}

/** A counter some of whose increments nobody was told of. */
function countModel(): Model<CountState, CountInput, number> {
  return {
    name: "counter",
    init: () => ({ count: 0, replied: 0 }),
    step: (state, { increments, spare }, answer) => {
      if (!answer.known) return ILLEGAL;
      const silent = answer.output - (increments ? 1 : 0) - state.replied;
      const least = state.count + (increments ? 1 : 0);
      if (answer.output < least || silent > spare) return ILLEGAL;
      return { count: answer.output, replied: state.replied + (increments ? 1 : 0) };
    },
    key: ({ count }) => count,
    describeOperation: ({ increments }, answer) =>
      `${increments ? "increment" : "nothing"} -> ${answer.known ? answer.output : "?"}`,
  };
}

/** A history in the making. Instants are positions in the order of events. */
export class RsmHistory {
  readonly #counted: Counted[] = [];
  /** When increments were submitted that have no reply so far, or never will. */
  readonly #silent = new Set<number>();
  #instant = 0;

  /** Calls that were answered with a count. */
  get answered(): number {
    return this.#counted.length;
  }

  /** A call begins; gives what to call when it has ended with a count. */
  begin(increments: boolean): (count: number) => void {
    const callAt = ++this.#instant;
    if (increments) this.#silent.add(callAt);
    return (count) => {
      this.#silent.delete(callAt);
      this.#counted.push({ client: callAt, callAt, returnAt: ++this.#instant, increments, count });
    };
  }

  /** Throws {@linkcode LabFailure} unless there is an order that explains every count. */
  judge(): void {
    const verdict = checkOperations(countModel(), this.#operations(), { timeLimitMs: JUDGE_MS });
    if (verdict.kind === "ok") return;
    const what = verdict.kind === "illegal"
      ? `cannot be: ${verdict.sentence}`
      : `could not be judged within ${JUDGE_MS / 1000} s (${verdict.reason})`;
    throw new LabFailure(
      `the counts of ${this.answered} operations, with ${this.#silent.size} that have no reply, ${what}`,
    );
  }

  #operations(): Operation<CountInput, number>[] {
    const silent = [...this.#silent].sort((left, right) => left - right);
    // From the highest count down: who is told less was executed before everybody who was told more had an answer.
    let latest = Infinity;
    const downwards = [...this.#counted].sort((left, right) => right.count - left.count);
    return downwards.map(({ client, callAt, returnAt, increments, count }) => {
      latest = Math.min(latest, returnAt);
      const spare = silent.filter((called) => called < latest).length;
      return {
        client,
        callAt,
        input: { increments, spare },
        outcome: { status: "ok", output: count, returnAt },
      };
    });
  }
}
