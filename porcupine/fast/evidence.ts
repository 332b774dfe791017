import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { ModelKind } from "../types.ts";
import { Buckets } from "./numbers.ts";
import type { FastInput, FastResult } from "./result.ts";

type VersionedKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "versioned" }>;
type Illegal = Extract<FastResult, { verdict: "illegal" }>;

/** What a partition's answers say about versions. Arrays go by version. */
export interface Evidence {
  readonly part: Part;
  /** The last version that surely existed. */
  readonly last: number;
  /** One past the last version that can ever have existed. */
  readonly limit: number;
  /** The puts that can have made a version: the one that surely did, or all that may have. */
  readonly makers: Buckets;
  /** By the version they name: the puts that were refused, or may have been. */
  readonly refusable: Buckets;
  readonly reads: Buckets;
  /** The last call among the reads of a version; -1 if there are none. */
  readonly readsCalled: Int32Array;
  /** The first return among the reads of a version. */
  readonly readsReturn: Int32Array;
}

const GET = 1;
const STORED = 2;
const REFUSED = 3;
const MAYBE = 4;

/** What each operation did or saw; `op` is one of the above, or 0: nothing. */
interface Table {
  readonly part: Part;
  readonly limit: number;
  readonly initial: string;
  readonly op: Uint8Array;
  readonly version: Int32Array;
  /** What was read or put. Only those of one version are ever compared: numbers for them would cost more. */
  readonly value: readonly string[];
}

/** Collects the evidence; finds the plain contradictions on the way. */
export function gather<Input, Output>(
  kind: VersionedKind<Input, Output>,
  input: FastInput<Input, Output>,
): Evidence | FastResult | undefined {
  const table = tabulate(kind, input);
  if (table === undefined || "verdict" in table) return table;
  const draft = note(table);
  return "verdict" in draft ? draft : settle(table, draft);
}

function tabulate<Input, Output>(
  kind: VersionedKind<Input, Output>,
  { questions, budget }: FastInput<Input, Output>,
): Table | Illegal | undefined {
  const { count, part } = questions;
  const { ids } = part;
  const op = new Uint8Array(count);
  const version = new Int32Array(count);
  const value: string[] = new Array(count).fill("");
  // Each version but the first is made by a put of its own.
  const limit = count + 2;
  const readings = questions.readings?.type === "versioned" ? questions.readings : undefined;
  for (let k = 0; k < count; k++) {
    budget.tick(k);
    const action = readings === undefined
      ? kind.view(questions.input(k), questions.answer(k))
      : readings.of(ids[k]);
    if (action === undefined) return undefined;
    if (action.op === "nothing") continue;
    // Versions number the changes; anything else is for the search to refuse.
    if (!Number.isSafeInteger(action.version) || action.version < 0) return undefined;
    const sure = action.op === "get" || action.effect === "stored";
    if (action.op === "put" && action.effect !== "maybe" && part.ret[k] === NEVER) return undefined;
    if (action.version + 1 >= limit) {
      // No such version can have existed: a put that was refused, or may have been, was right to be.
      if (!sure) continue;
      return { verdict: "illegal", suspects: [k], reason: `there never were ${action.version} puts` };
    }
    version[k] = action.version;
    value[k] = action.value;
    op[k] = action.op === "get"
      ? GET
      : action.effect === "stored"
      ? STORED
      : action.effect === "refused"
      ? REFUSED
      : MAYBE;
  }
  return { part, limit, initial: kind.initial, op, version, value };
}

interface Draft {
  readonly last: number;
  /** By version: the put that surely made it, or -1. */
  readonly stored: Int32Array;
  /** By version: a read of it, or -1. */
  readonly seenBy: Int32Array;
  readonly readsCalled: Int32Array;
  readonly readsReturn: Int32Array;
}

function note({ part, limit, op, version, value }: Table): Draft | Illegal {
  const { call, ret } = part;
  const stored = new Int32Array(limit).fill(-1);
  const seenBy = new Int32Array(limit).fill(-1);
  const readsCalled = new Int32Array(limit).fill(-1);
  const readsReturn = new Int32Array(limit).fill(NEVER);
  let last = 0;
  for (let k = 0; k < op.length; k++) {
    const v = version[k];
    if (op[k] === GET) {
      const other = seenBy[v];
      if (other >= 0 && value[other] !== value[k]) {
        return { verdict: "illegal", suspects: [other, k], reason: `version ${v} was seen with two values` };
      }
      seenBy[v] = k;
      readsCalled[v] = call[k];
      if (ret[k] < readsReturn[v]) readsReturn[v] = ret[k];
      if (v > last) last = v;
    } else if (op[k] === STORED) {
      const rival = stored[v + 1];
      if (rival >= 0) {
        const reason = `both are told that they made version ${v + 1}`;
        return { verdict: "illegal", suspects: [rival, k], reason };
      }
      stored[v + 1] = k;
      if (v + 1 > last) last = v + 1;
    }
  }
  return { last, stored, seenBy, readsCalled, readsReturn };
}

/** Finds out who can have made each version. */
function settle(table: Table, draft: Draft): Evidence | Illegal {
  const { part, limit, op, version, value, initial } = table;
  const { last, stored, seenBy, readsCalled, readsReturn } = draft;
  if (seenBy[0] >= 0 && value[seenBy[0]] !== initial) {
    return { verdict: "illegal", suspects: [seenBy[0]], reason: "version 0 holds the initial value" };
  }
  const count = op.length;
  const made = new Int32Array(count).fill(-1);
  const refused = new Int32Array(count).fill(-1);
  const read = new Int32Array(count).fill(-1);
  for (let k = 0; k < count; k++) {
    const v = version[k];
    if (op[k] === GET) read[k] = v;
    if (op[k] === REFUSED || op[k] === MAYBE) refused[k] = v;
    if (op[k] !== STORED && op[k] !== MAYBE) continue;
    const sure = stored[v + 1];
    const seen = seenBy[v + 1];
    // Who may have made a version that another one surely made, or that was seen with another value, did not.
    if (sure >= 0 ? sure === k : seen < 0 || value[seen] === value[k]) made[k] = v + 1;
  }
  const makers = new Buckets(made, limit);
  for (let v = 1; v <= last; v++) {
    const sure = stored[v];
    const seen = seenBy[v];
    if (sure >= 0 && seen >= 0 && value[sure] !== value[seen]) {
      const reason = `version ${v} was stored with another value`;
      return { verdict: "illegal", suspects: [sure, seen], reason };
    }
    if (makers.has(v)) continue;
    const suspects = [seen >= 0 ? seen : firstBeyond(v, draft)];
    return { verdict: "illegal", suspects, reason: `no put can have made version ${v}` };
  }
  const refusable = new Buckets(refused, limit);
  const reads = new Buckets(read, limit);
  return { part, last, limit, makers, refusable, reads, readsCalled, readsReturn };
}

/** An answer that proves that a version beyond this one existed. */
function firstBeyond(version: number, { stored, seenBy, last }: Draft): number {
  for (let v = version + 1; v <= last; v++) {
    if (stored[v] >= 0) return stored[v];
    if (seenBy[v] >= 0) return seenBy[v];
  }
  return -1;
}
