import { registerOf } from "../fast/text_register.ts";
import type { ModelKind } from "../types.ts";
import type { ValueView } from "./value_watch.ts";

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
      return valueView(registerOf(kind));
    default:
      return undefined;
  }
}
