/** A model of a user's own that throws, in one of its functions, at a request it does not understand. */
import { type Answer, ILLEGAL, type Model } from "../../../porcupine/mod.ts";

/** A request to a cell: what to write, or `undefined` to read it. */
export interface Request {
  readonly cell: string;
  readonly write: number | { readonly deep: null } | undefined;
}

/** What a cell holds. */
export interface Cell {
  readonly value: number;
}

/** Which of its functions throws. */
export type Brittle =
  | "nothing"
  | "init"
  | "step"
  | "partitionKey"
  | "key"
  | "effect"
  | "readOnly"
  | "view"
  | "sizeBytes"
  | "describeOperation";

/** The length of what is nothing: a `TypeError`, as users know it. */
function slip(write: { readonly deep: null }): number {
  const { deep }: { deep: { length: number } | null } = write;
  return JSON.parse(JSON.stringify({ deep })).deep.length;
}

/** Makes the model; `parts`: each cell is judged by itself; `rounds`: how much work a step is. */
export function brittleModel(brittle: Brittle, parts: boolean, rounds = 0): Model<Cell, Request, number> {
  const fail = (name: Brittle): void => {
    if (brittle === name) throw new RangeError(`no ${name}`);
  };
  const failAt = (name: Brittle, { write }: Request): void => {
    if (typeof write === "object") fail(name);
  };
  return {
    name: "brittle",
    source: { module: import.meta.url, name: "brittleModel", arguments: [brittle, parts, rounds] },
    init: () => {
      fail("init");
      return { value: 0 };
    },
    step: (state, { write }, answer) => {
      let sum = 0;
      for (let i = 0; i < rounds; i++) sum += Math.sqrt(i);
      if (sum < 0) return ILLEGAL;
      if (typeof write === "object") return { value: brittle === "step" ? slip(write) : 0 };
      if (write !== undefined) return { value: write };
      return answer.known && answer.output !== state.value ? ILLEGAL : state;
    },
    ...(parts && {
      partitionKey: (input: Request) => {
        failAt("partitionKey", input);
        return input.cell;
      },
    }),
    ...(brittle === "key" && {
      key: (): number => {
        throw new RangeError("no key");
      },
    }),
    ...(brittle === "sizeBytes" && {
      sizeBytes: (): number => {
        throw new RangeError("no sizeBytes");
      },
    }),
    ...(brittle === "effect" && {
      effect: (input: Request) => {
        failAt("effect", input);
        return input.write === undefined ? "read" as const : "overwrite" as const;
      },
    }),
    ...(brittle === "readOnly" && {
      readOnly: (input: Request) => {
        failAt("readOnly", input);
        return input.write === undefined;
      },
    }),
    ...(brittle === "view" && {
      kind: {
        type: "register" as const,
        initial: 0,
        view: (input: Request, answer: Answer<number>) => {
          failAt("view", input);
          const { write } = input;
          if (typeof write === "number") return { op: "write" as const, value: write };
          return answer.known && write === undefined
            ? { op: "read" as const, value: answer.output }
            : { op: "nothing" as const };
        },
      },
    }),
    describeOperation: ({ cell, write }) => {
      fail("describeOperation");
      return write === undefined ? `read of ${cell}` : `write ${JSON.stringify(write)} to ${cell}`;
    },
    describeState: ({ value }) => `the cell with ${value}`,
  };
}
