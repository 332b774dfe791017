/**
 * One key of the store for the checker: everything that can be done to it, with everything that is answered.
 * @module
 */

import { type Answer, ILLEGAL, type Illegal, type Model } from "../../porcupine/mod.ts";

/** What is asked. */
export type StoreInput =
  | { readonly f: "entry"; readonly key: string }
  | { readonly f: "put" | "append"; readonly key: string; readonly value: string }
  | { readonly f: "putIfVersion"; readonly key: string; readonly value: string; readonly version: number }
  | { readonly f: "delete"; readonly key: string };

/** What is answered. `version` is that of the key afterwards; 0 if it is not there. */
export type StoreOutput =
  | { readonly f: "entry"; readonly value: string | null; readonly version: number }
  | { readonly f: "written"; readonly version: number }
  | { readonly f: "mismatch"; readonly version: number }
  | { readonly f: "deleted"; readonly existed: boolean };

interface Key {
  readonly value: string;
  readonly version: number;
}

/** The model. */
export function storeModel(): Model<Key, StoreInput, StoreOutput> {
  return {
    name: "store",
    init: () => ({ value: "", version: 0 }),
    step,
    key: (state) => `${state.version} ${state.value}`,
    partitionKey: (input) => input.key,
    readOnly: (input) => input.f === "entry",
    describeOperation: (input, answer) =>
      `${JSON.stringify(input)} -> ${answer.known ? JSON.stringify(answer.output) : "?"}`,
    describeState: (state) => JSON.stringify(state),
  };
}

function step(state: Key, input: StoreInput, answer: Answer<StoreOutput>): Key | Illegal {
  const [next, output] = execute(state, input);
  return !answer.known || JSON.stringify(answer.output) === JSON.stringify(output) ? next : ILLEGAL;
}

/** What the store would do. */
function execute(state: Key, input: StoreInput): [Key, StoreOutput] {
  const { version } = state;
  switch (input.f) {
    case "entry":
      return [state, { f: "entry", value: version === 0 ? null : state.value, version }];
    case "put":
      return write(input.value, version);
    case "append":
      return write(state.value + input.value, version);
    case "putIfVersion":
      return input.version === version ? write(input.value, version) : [state, { f: "mismatch", version }];
    case "delete":
      return [{ value: "", version: 0 }, { f: "deleted", existed: version > 0 }];
  }
}

function write(value: string, version: number): [Key, StoreOutput] {
  return [{ value, version: version + 1 }, { f: "written", version: version + 1 }];
}
