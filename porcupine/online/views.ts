import type { ModelKind } from "../types.ts";
import type { ValueAction, ValueView } from "./value_watch.ts";

/** How to look at operations as reads and writes of one value; `undefined` for kinds that are something else. */
export function valueView<Input, Output>(
  kind: ModelKind<Input, Output> | undefined,
): ValueView<Input, Output> | undefined {
  switch (kind?.type) {
    case "register":
      return {
        initial: kind.initial,
        of(input, answer) {
          const action = kind.view(input, answer);
          return action?.op === "cas" ? undefined : action;
        },
      };
    case "text":
      return {
        initial: kind.initial,
        of(input, answer): ValueAction | undefined {
          const action = kind.view(input, answer);
          switch (action?.op) {
            case "get":
              return { op: "read", value: action.value };
            case "put":
              return { op: "write", value: action.value };
            case "nothing":
              return { op: "nothing" };
            default:
              return undefined;
          }
        },
      };
    default:
      return undefined;
  }
}
