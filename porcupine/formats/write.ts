import { type ClientId, type Operation, PorcupineError } from "../types.ts";
import { badStatus, requireOperations } from "../require/history.ts";
import { requireNames } from "../require/names.ts";
import type { Codec } from "./codec.ts";
import { type Datum, isExact } from "./raw.ts";
import { requireCodec } from "./require_codec.ts";

/** What a linhist-1 file says in its header besides the model. */
export interface LinhistOptions {
  /** The seed of the run, if a seed made it. */
  readonly seed?: number | string;
  /**
   * Anything else worth keeping beside the history, or that the model has to know, such as a bank's `accounts`. The header's own
   * fields - format, model, clients, ops, seed - are not to be given here.
   */
  readonly facts?: Readonly<Record<string, Datum>>;
}

/**
 * Writes a history as linhist-1, the format that the checker's command line reads: a header, then one JSON object an
 * operation, in the order of the calls. {@linkcode linhistLines} does the same line by line.
 *
 * Throws a {@linkcode PorcupineError} on what no file can hold: a time that is not finite (`bad-time`), a return before its
 * call (`return-before-call`), a client with two calls open at once (`overlapping-calls`), a number among the values, or for a
 * client, that is not finite, or whole and beyond 2^53, which no reader takes (`bad-operation`), and on a fact that is named like
 * a field of the header, or not finite (`unknown-option`).
 *
 * @example
 * ```ts
 * import { kvCodec, writeLinhist } from "@flotilla/flotilla/porcupine";
 *
 * const text = writeLinhist(kvCodec, [{
 *   client: 1,
 *   callAt: 0,
 *   input: { f: "put", key: "x", value: "a" },
 *   outcome: { status: "ok", returnAt: 7, output: { f: "put" } },
 * }], { seed: 42 });
 * const wanted = `{"format":"linhist-1","model":"kv","clients":1,"ops":1,"seed":42}
 * {"c":1,"f":"put","k":"x","v":"a","s":0,"e":7}
 * `;
 * if (text !== wanted) throw new Error(text);
 * ```
 */
export function writeLinhist<State, Input, Output>(
  codec: Codec<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: LinhistOptions = {},
): string {
  return [...linhistLines(codec, operations, options), ""].join("\n");
}

/**
 * The lines of {@linkcode writeLinhist}, without line ends, for histories that are too long for one string. Throws what that
 * throws, as soon as it comes to it.
 *
 * In linhist-1 a client whose call was never answered does not come back. One that does come back here - it gave up waiting
 * and went on - is written under a new name, `3#2` for the second life of client 3, or the next that nobody has.
 *
 * @example
 * ```ts
 * import { linhistLines, registerCodec } from "@flotilla/flotilla/porcupine";
 *
 * // Requests to one of many registers, as of `keyedModel`; of a single one the key is the empty string.
 * const lines = linhistLines(registerCodec, [
 *   { client: 3, callAt: 0, input: { key: "", input: { f: "write", value: 1 } }, outcome: { status: "unknown" } },
 *   { client: 3, callAt: 5, input: { key: "", input: { f: "read" } }, outcome: { status: "unknown" } },
 * ]);
 * let text = "";
 * for (const line of lines) text += `${line}\n`; // or each to a stream
 * if (!text.endsWith(`{"c":3,"f":"write","v":1,"s":0}\n{"c":"3#2","f":"read","s":5}\n`)) throw new Error(text);
 * ```
 */
export function* linhistLines<State, Input, Output>(
  codec: Codec<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: LinhistOptions = {},
): Generator<string> {
  requireNames("linhistLines", options, { seed: true, facts: true });
  requireCodec(codec);
  requireOperations(operations);
  // Sorting numbers, not operations: ties keep the order in which they were given.
  const order = operations.map((_, i) => i).sort((a, b) => operations[a].callAt - operations[b].callAt);
  const names = nameClients(operations, order);
  requireFacts(options.facts ?? {});
  yield JSON.stringify({
    format: "linhist-1",
    model: codec.name,
    clients: new Set(names).size,
    ops: operations.length,
    ...(options.seed !== undefined && { seed: options.seed }),
    ...options.facts,
  });
  for (const index of order) {
    const { input, callAt, outcome } = operations[index];
    const { f, key, argument, version } = codec.recordInput(input);
    // JSON.stringify leaves out what is undefined.
    yield written({
      c: names[index],
      f,
      k: key ?? undefined,
      v: argument,
      ver: version,
      o: outcome.status === "ok" ? codec.recordOutput(outcome.output, input) : undefined,
      s: callAt,
      e: outcome.status === "ok" ? outcome.returnAt : undefined,
    }, index);
  }
}

/** A fact in a field of the header's own would make it a history of another model, or of no format at all. */
function requireFacts(facts: Readonly<Record<string, Datum>>): void {
  const taken = HEADER.find((name) => Object.hasOwn(facts, name));
  if (taken !== undefined) {
    const wanted = taken === "seed" ? "give it as the option seed" : "call the fact otherwise";
    throw new PorcupineError("unknown-option", `the header has a field ${taken} of its own; ${wanted}`);
  }
  JSON.stringify(facts, (name, value) => {
    if (typeof value !== "number" || Number.isFinite(value)) return value;
    const message = `the fact ${name} is ${value}, for which a file has no word; give it as a string`;
    throw new PorcupineError("unknown-option", message);
  });
}

const HEADER = ["format", "model", "clients", "ops", "seed"];

/**
 * One line. JSON writes null for a number that is not finite: it would be read as another value, and that history be judged. What
 * is beyond 2^53 readers refuse, so that a file with it would be lost.
 */
function written(fields: { readonly [name: string]: Datum | undefined }, index: number): string {
  const line = JSON.stringify(fields);
  if (!DOUBTFUL.test(line)) return line;
  JSON.stringify(fields, (name, value) => {
    if (typeof value !== "number" || isExact(value)) return value;
    const message =
      `operation ${index} has ${value} in ${name}, which a file cannot give back; record it as a string`;
    throw new PorcupineError("bad-operation", message, index);
  });
  return line;
}

/** What every number that is not exact looks like in JSON, and few others: 2^53 has sixteen digits. */
const DOUBTFUL = /null|\d{16}|e\+/;

interface Life {
  readonly name: ClientId;
  readonly until: number;
  readonly number: number;
}

/** The name of each operation's client. */
function nameClients<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  order: readonly number[],
): ClientId[] {
  const lives = new Map<ClientId, Life>();
  const taken = new Set(operations.map(({ client }) => String(client)));
  const names: ClientId[] = [];
  for (const index of order) {
    const { client, callAt, outcome } = operations[index];
    if (outcome.status !== "ok" && outcome.status !== "unknown") throw badStatus(outcome, index);
    const until = outcome.status === "ok" ? outcome.returnAt : Infinity;
    requireTimes(callAt, outcome.status === "ok" ? until : callAt, index);
    const last = lives.get(client);
    if (last !== undefined && last.until !== Infinity && callAt < last.until) {
      const message =
        `operation ${index}: client ${client} calls at ${callAt} while its call that returns at ` +
        `${last.until} is open; give each concurrent caller a name of its own`;
      throw new PorcupineError("overlapping-calls", message, index);
    }
    let number = last?.number ?? 1;
    let name = last?.name ?? client;
    if (last?.until === Infinity) {
      do name = `${client}#${++number}`; while (taken.has(name));
      taken.add(name);
    }
    lives.set(client, { name, until, number });
    names[index] = name;
  }
  return names;
}

function requireTimes(callAt: number, returnAt: number, index: number): void {
  // JSON has no word for Infinity: it would be written as null, and the file could not be read.
  const bad = [callAt, returnAt].find((time) =>
    !Number.isFinite(time) || Math.abs(time) > Number.MAX_SAFE_INTEGER
  );
  if (bad !== undefined) {
    const message = `operation ${index} has the time ${bad}; give finite times within 2^53`;
    throw new PorcupineError("bad-time", message, index);
  }
  if (returnAt < callAt) {
    const message =
      `operation ${index} returns at ${returnAt}, before its call at ${callAt}; check the clock`;
    throw new PorcupineError("return-before-call", message, index);
  }
}
