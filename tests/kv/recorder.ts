/**
 * What clients asked and were answered, in the order in which it happened, and the checker's word on it.
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../../kv/mod.ts";
import { checkOperations, type Model, type Operation, type Verdict } from "../../porcupine/mod.ts";

/** How calls ended so far. */
export interface Tally {
  applied: number;
  refused: number;
  unknown: number;
}

/** A history in the making. Instants are positions in the order of events, which is sharper than any clock. */
export class Recorder<Input, Output> {
  readonly tally: Tally = { applied: 0, refused: 0, unknown: 0 };
  readonly #finished: Operation<Input, Output>[] = [];
  readonly #open = new Map<number, { client: string; input: Input; callAt: number }>();
  /** A client whose call has an unknown end is somebody else afterwards: that call stays open for ever. */
  readonly #lives = new Map<string, number>();
  #instant = 0;

  /** Records one call. Resolves to its output, or to null if it was refused or its outcome is unknown. */
  async call(client: string, input: Input, run: () => Promise<Output>): Promise<Output | null> {
    const callAt = ++this.#instant;
    const life = this.#lives.get(client) ?? 0;
    const name = `${client}/${life}`;
    this.#open.set(callAt, { client: name, input, callAt });
    try {
      const output = await run();
      this.tally.applied++;
      const returnAt = ++this.#instant;
      this.#finished.push({ client: name, input, callAt, outcome: { status: "ok", output, returnAt } });
      this.#open.delete(callAt);
      return output;
    } catch (error) {
      if (error instanceof RefusedError) {
        this.tally.refused++;
        this.#open.delete(callAt);
      } else if (error instanceof UnknownOutcomeError) {
        this.tally.unknown++;
        this.#lives.set(client, life + 1);
      } else throw error;
      return null;
    }
  }

  /** Everything so far; calls that have not ended are there with an unknown outcome. */
  history(): Operation<Input, Output>[] {
    const open: Operation<Input, Output>[] = [];
    for (const call of this.#open.values()) open.push({ ...call, outcome: { status: "unknown" } });
    return [...this.#finished, ...open];
  }

  /** Judges the history. */
  judge<State>(model: Model<State, Input, Output>, timeLimitMs: number): Verdict {
    return checkOperations(model, this.history(), { timeLimitMs });
  }
}

/** Throws unless the verdict is `ok`: what could not be decided is a failure, never a pass. */
export function demandLinearizable(verdict: Verdict): void {
  if (verdict.kind === "ok") return;
  if (verdict.kind === "unknown") throw new Error(`the checker gave up for want of ${verdict.reason}`);
  throw new Error(`not linearizable at key "${verdict.partition}": ${verdict.sentence}`);
}
