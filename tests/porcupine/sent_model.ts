/** Models that a worker finds here, and whose steps take some microseconds, so that it has something to do. */
import { ILLEGAL, type Model, type Operation } from "../../porcupine/mod.ts";

/** A request to write. */
export class Write {
  constructor(readonly key: string, readonly value: number) {}
}

/** A request to read. */
export class Read {
  constructor(readonly key: string) {}
}

type Request = Write | Read;

/** Registers whose requests are told apart by their classes. `lies` of a key: what is written there is another value. */
export function registers(lies: ReadonlyMap<string, unknown>): Model<number, Request, number> {
  return {
    name: "registers",
    source: { module: import.meta.url, name: "registers", arguments: [lies] },
    init: () => 0,
    key: (state) => state,
    partitionKey: ({ key }) => key,
    // Whatever it says, it is not gone through as a bare step function.
    effect: () => "update",
    step: (state, request, answer) => {
      if (isNegative(work())) return state;
      if (request instanceof Write) return lies.has(request.key) ? -1 : request.value;
      return answer.known && answer.output !== state ? ILLEGAL : state;
    },
  };
}

/** The same, with requests that are told apart by what they have. */
export function plainRegisters(lies: ReadonlyMap<string, unknown>): Model<number, Request, number> {
  const model = registers(lies);
  return {
    ...model,
    source: { module: import.meta.url, name: "plainRegisters", arguments: [lies] },
    step: (state, request, answer, context) => {
      const known = "value" in request ? new Write(request.key, request.value) : new Read(request.key);
      return "step" in model ? model.step(state, known, answer, context) : state;
    },
  };
}

/** A history of so many keys, each written and read in turn. */
export function turns(keys: number, request: (key: string, value: number | undefined) => Request) {
  const history: Operation<Request, number>[] = [];
  for (let k = 0; k < keys; k++) {
    for (let i = 0; i < 20; i++) {
      const callAt = 2 * history.length;
      const input = request(`k${k}`, i % 2 === 0 ? i : undefined);
      history.push({
        client: k,
        input,
        callAt,
        outcome: { status: "ok", output: i - 1, returnAt: callAt + 1 },
      });
    }
  }
  return history;
}

function work(): number {
  let sum = 0;
  for (let i = 0; i < 4000; i++) sum += Math.sqrt(i);
  return sum;
}

function isNegative(value: number): boolean {
  return value < 0;
}

const UNDER = Symbol.for("under a symbol");

/** Ways to keep a number where no list of fields names it; but for the last: that has a field that nobody should read. */
export const hiding = {
  symbol: (seen: number): object => ({ [UNDER]: seen }),
  unlisted: (seen: number): object => Object.defineProperty({}, "seen", { value: seen }),
  listSymbol: (seen: number): object => Object.assign([1], { [UNDER]: seen }),
  listUnlisted: (seen: number): object => Object.defineProperty([1], "seen", { value: seen }),
  mapSymbol: (seen: number): object => Object.assign(new Map(), { [UNDER]: seen }),
  setUnlisted: (seen: number): object => Object.defineProperty(new Set(), "seen", { value: seen }),
  dateSymbol: (seen: number): object => Object.assign(new Date(0), { [UNDER]: seen }),
  typedField: (seen: number): object => Object.assign(new Uint8Array(2), { seen }),
  typedSymbol: (seen: number): object => Object.assign(new Uint8Array(2), { [UNDER]: seen }),
  throwing: (seen: number): object => ({
    seen,
    get lazy(): never {
      throw new RangeError("not yet");
    },
  }),
};

/** What is hidden in a value. */
export function seenIn(way: keyof typeof hiding, value: unknown): unknown {
  return Reflect.get(Object(value), way.endsWith("ymbol") ? UNDER : "seen");
}

/** Each answer is what its request hides. */
export function sightings(way: keyof typeof hiding): Model<number, { key: string; what: unknown }, number> {
  return {
    name: "sightings",
    source: { module: import.meta.url, name: "sightings", arguments: [way] },
    init: () => 0,
    key: (state) => state,
    partitionKey: ({ key }) => key,
    effect: () => "update",
    step: (state, { what }, answer) => {
      if (isNegative(work())) return state;
      return answer.known && answer.output !== seenIn(way, what) ? ILLEGAL : state + 1;
    },
  };
}
