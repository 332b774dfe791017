/**
 * What clients asked and were told, and whether it can be.
 *
 * Unlike the official suites: a call that never ended is in the history too, as one that may or may not have happened; and a
 * verdict that could not be found in time is a failure, not a pass.
 * @module
 */

import { checkOperations, type Model, type Operation } from "../../../porcupine/mod.ts";
import { LabFailure } from "../failure.ts";

/** The checker's budget in real time. The official one is one second, and its end counts as a pass. */
export const JUDGE_MS = 30_000;

/** A history in the making. Instants are positions in the order of events, which is sharper than any clock. */
export class History<Input, Output> {
  readonly #ended: Operation<Input, Output>[] = [];
  readonly #open = new Map<
    number,
    { readonly client: number; readonly input: Input; readonly callAt: number }
  >();
  #instant = 0;

  /** Calls that were answered. */
  get answered(): number {
    return this.#ended.length;
  }

  /** Writes down one call; the answer counts from when it arrives. */
  async call<T extends Output>(client: number, input: Input, run: () => Promise<T>): Promise<T> {
    const callAt = ++this.#instant;
    this.#open.set(callAt, { client, input, callAt });
    const output = await run();
    this.#open.delete(callAt);
    this.#ended.push({
      client,
      input,
      callAt,
      outcome: { status: "ok", output, returnAt: ++this.#instant },
    });
    return output;
  }

  /** Throws {@linkcode LabFailure} unless an order that explains every answer is found, within `limitMs` of real time. */
  judge<State>(model: Model<State, Input, Output>, limitMs = JUDGE_MS): void {
    const open: Operation<Input, Output>[] = [];
    for (const call of this.#open.values()) open.push({ ...call, outcome: { status: "unknown" } });
    const history = [...this.#ended, ...open];
    if (this.#ended.length === 0) throw new LabFailure("not a single operation was answered");
    const verdict = checkOperations(model, history, { timeLimitMs: limitMs });
    if (verdict.kind === "illegal") {
      throw new LabFailure(
        `the history of ${history.length} operations is not linearizable, see key "${verdict.partition}": ` +
          verdict.sentence,
      );
    }
    if (verdict.kind === "unknown") {
      throw new LabFailure(
        `the checker could not judge ${history.length} operations within ${
          limitMs / 1000
        } s (${verdict.reason})`,
      );
    }
  }
}
