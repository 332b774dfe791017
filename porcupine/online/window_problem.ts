import { Questions, recorded } from "../parts.ts";
import { compile, type Problem, type Start } from "../search/problem.ts";
import type { Model, Operation } from "../types.ts";
import { partOf } from "./part.ts";
import type { Watched } from "./watched.ts";

/** What a search is asked about operations that are watched, by call, and those of them that returned, by return. */
export function compileWindow<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Watched<Input, Output>[],
  returns: readonly Watched<Input, Output>[],
  starts: readonly Start<State>[],
): Problem<State, Input, Output> {
  const history = operations.map(({ client, input, answer }): Operation<Input, Output> => ({
    client,
    input,
    callAt: 0,
    outcome: answer.known ? { status: "ok", output: answer.output, returnAt: 0 } : { status: "unknown" },
  }));
  return compile(model, new Questions(recorded(history), partOf(operations, returns)), starts);
}
