import { type Answer, type Model, type Operation, PorcupineError } from "../types.ts";
import { tellClient } from "../tell.ts";
import type { LevelName } from "./types.ts";

/** The operations of one partition, by call, with what the guarantees look at. */
export interface Sessions<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly operations: readonly Operation<Input, Output>[];
  /** Indices into the history. */
  readonly ids: readonly number[];
  /** The number of the client that issued each. */
  readonly client: Int32Array;
  /** The operations of each client, by call. */
  readonly byClient: readonly (readonly number[])[];
  /** Whether an operation's answer says something of the state. */
  readonly reads: Uint8Array;
  /** Whether an operation may change the state. */
  readonly writes: Uint8Array;
  /** Whether it was answered. */
  readonly answered: Uint8Array;
}

/** Prepares the operations of one partition. */
export function sessionsOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  ids: readonly number[],
): Sessions<State, Input, Output> {
  const numbers = new Map<string | number, number>();
  const byClient: number[][] = [];
  const client = new Int32Array(ids.length);
  const reads = new Uint8Array(ids.length);
  const writes = new Uint8Array(ids.length);
  const answered = new Uint8Array(ids.length);
  for (let k = 0; k < ids.length; k++) {
    const operation = operations[ids[k]];
    let number = numbers.get(operation.client);
    if (number === undefined) {
      numbers.set(operation.client, number = byClient.length);
      byClient.push([]);
    }
    client[k] = number;
    requireTurn(operations, ids, byClient[number].at(-1), k);
    byClient[number].push(k);
    const answer = answerOf(operation);
    const effect = effectOf(model, operation.input, answer);
    answered[k] = answer.known ? 1 : 0;
    reads[k] = answer.known && (effect === "read" || effect === "update") ? 1 : 0;
    writes[k] = effect === "read" ? 0 : 1;
  }
  return { model, operations, ids, client, byClient, reads, writes, answered };
}

/** A session is one operation after another: without that there is no order that a client could rely on. */
function requireTurn<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  ids: readonly number[],
  before: number | undefined,
  k: number,
): void {
  if (before === undefined) return;
  const { outcome, client } = operations[ids[before]];
  const { callAt } = operations[ids[k]];
  if (outcome.status === "unknown" || outcome.returnAt <= callAt) return;
  const message = `operation ${ids[k]}: client ${tellClient(client)} calls at ${callAt}, ` +
    `while its operation ${ids[before]} returns at ${outcome.returnAt}; ` +
    "give each concurrent caller a name of its own";
  throw new PorcupineError("overlapping-calls", message, ids[k]);
}

/** What is known of an operation's answer. */
export function answerOf<Input, Output>({ outcome }: Operation<Input, Output>): Answer<Output> {
  return outcome.status === "ok" ? { known: true, output: outcome.output } : { known: false };
}

/**
 * Whether a request is nothing but a read, so that its answer may be stale. Where a model does not say so itself, it is one that
 * changes nothing even if nobody knows what it was answered. (A failed swap changes nothing either, but works on the newest state.)
 */
export function isReadOnly<State, Input, Output>(model: Model<State, Input, Output>, input: Input): boolean {
  if (model.readOnly !== undefined) return model.readOnly(input) === true;
  return model.effect?.(input, UNANSWERED) === "read";
}

const UNANSWERED = { known: false } as const;

function effectOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  input: Input,
  answer: Answer<Output>,
): "read" | "overwrite" | "blind" | "update" {
  if (isReadOnly(model, input)) return "read";
  return model.effect?.(input, answer) ?? "update";
}

/**
 * What a guarantee asks of the order: operations of one client that are `sources` come before its later `targets`. Whether
 * an operation is one is told by what it does; the pairs are those of Terry et al. (1994), read for one copy of an object.
 *
 * - read your writes: a write before a later read;
 * - monotonic reads: a read before a later read; monotonic writes: a write before a later write;
 * - writes follow reads: a read before a later write;
 * - sequential: everything before everything later (Lamport 1979).
 *
 * An operation without an answer is no source: its client was never told that it took place.
 */
export interface Demands {
  readonly sources: Uint8Array;
  readonly targets: Uint8Array;
}

/** The demands of a guarantee. */
export function demandsOf<State, Input, Output>(
  level: LevelName,
  { reads, writes, answered }: Sessions<State, Input, Output>,
): Demands {
  const all = new Uint8Array(answered.length).fill(1);
  const told = (marks: Uint8Array): Uint8Array => marks.map((mark, k) => mark & answered[k]);
  switch (level) {
    case "sequential":
      return { sources: told(all), targets: all };
    case "readYourWrites":
      return { sources: told(writes), targets: reads };
    case "monotonicReads":
      return { sources: told(reads), targets: reads };
    case "monotonicWrites":
      return { sources: told(writes), targets: writes };
    case "writesFollowReads":
      return { sources: told(reads), targets: writes };
  }
}
