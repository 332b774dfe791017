/** What users' histories and states are made of. */
import type { Operation } from "../../../porcupine/mod.ts";

/** An operation that was answered within one unit of time. */
export function answered<Input, Output>(
  client: string,
  input: Input,
  output: Output,
  callAt: number,
): Operation<Input, Output> {
  return { client, input, callAt, outcome: { status: "ok", output, returnAt: callAt + 1 } };
}

/** A state that holds itself. */
export interface Circle {
  readonly n: number;
  me?: Circle;
}

/** A state that holds itself. */
export function circle(n: number): Circle {
  const state: Circle = { n };
  state.me = state;
  return state;
}
