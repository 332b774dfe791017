import { NEVER } from "../history.ts";
import type { ModelKind, VersionedAction } from "../types.ts";
import type { FastInput, FastResult } from "./result.ts";

type VersionedKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "versioned" }>;

/** What a partition's answers say about versions. */
export interface Evidence {
  /** The last version that surely existed. */
  readonly last: number;
  /** The puts that can have made a version: the one that surely did, or all that may have. */
  readonly makers: ReadonlyMap<number, readonly number[]>;
  /** By the version they name: the puts that were refused, or may have been. */
  readonly refusable: ReadonlyMap<number, readonly number[]>;
  readonly reads: ReadonlyMap<number, readonly number[]>;
  /** The last call among the reads of a version. */
  readonly readsCalled: ReadonlyMap<number, number>;
  /** The first return among the reads of a version. */
  readonly readsReturn: ReadonlyMap<number, number>;
}

interface Draft {
  last: number;
  readonly stored: Map<number, number>;
  readonly maybe: Map<number, number[]>;
  readonly refusable: Map<number, number[]>;
  readonly reads: Map<number, number[]>;
  readonly readsCalled: Map<number, number>;
  readonly readsReturn: Map<number, number>;
  readonly values: Map<number, { value: string; by: number }>;
}

/** Collects the evidence; finds the plain contradictions on the way. */
export function gather<Input, Output>(
  kind: VersionedKind<Input, Output>,
  input: FastInput<Input, Output>,
): Evidence | FastResult | undefined {
  const draft: Draft = {
    last: 0,
    stored: new Map(),
    maybe: new Map(),
    refusable: new Map(),
    reads: new Map(),
    readsCalled: new Map(),
    readsReturn: new Map(),
    values: new Map(),
  };
  const actions: VersionedAction[] = new Array(input.count);
  for (let k = 0; k < input.count; k++) {
    const action = kind.view(input.inputs[k], input.answers[k]);
    if (action === undefined) return undefined;
    actions[k] = action;
    if (action.op === "nothing") continue;
    // Versions number the changes; anything else is for the search to refuse.
    if (!Number.isSafeInteger(action.version) || action.version < 0 || action.version > 0xfffffff) {
      return undefined;
    }
    if (action.op === "put" && action.effect !== "maybe" && input.ret[k] === NEVER) return undefined;
    const fault = action.op === "get" ? noteRead(draft, k, action, input) : notePut(draft, k, action);
    if (fault !== undefined) return fault;
  }
  return settle(kind.initial, draft, actions);
}

function noteRead<I, O>(
  draft: Draft,
  k: number,
  { version, value }: { version: number; value: string },
  { call, ret }: FastInput<I, O>,
): FastResult | undefined {
  const known = draft.values.get(version);
  if (known === undefined) draft.values.set(version, { value, by: k });
  else if (known.value !== value) {
    return {
      verdict: "illegal",
      suspects: [known.by, k],
      reason: `version ${version} was seen with two values`,
    };
  }
  push(draft.reads, version, k);
  draft.readsCalled.set(version, Math.max(draft.readsCalled.get(version) ?? -1, call[k]));
  draft.readsReturn.set(version, Math.min(draft.readsReturn.get(version) ?? NEVER, ret[k]));
  draft.last = Math.max(draft.last, version);
  return undefined;
}

function notePut(
  draft: Draft,
  k: number,
  { version, effect }: { version: number; effect: "stored" | "refused" | "maybe" },
): FastResult | undefined {
  if (effect === "stored") {
    const rival = draft.stored.get(version + 1);
    if (rival !== undefined) {
      return {
        verdict: "illegal",
        suspects: [rival, k],
        reason: `both are told that they made version ${version + 1}`,
      };
    }
    draft.stored.set(version + 1, k);
    draft.last = Math.max(draft.last, version + 1);
    return undefined;
  }
  if (effect === "maybe") push(draft.maybe, version + 1, k);
  push(draft.refusable, version, k);
  return undefined;
}

/** Finds out who can have made each version. */
function settle(initial: string, draft: Draft, actions: readonly VersionedAction[]): Evidence | FastResult {
  const { values, stored, maybe } = draft;
  const makers = new Map<number, readonly number[]>();
  const start = values.get(0);
  if (start !== undefined && start.value !== initial) {
    return { verdict: "illegal", suspects: [start.by], reason: "version 0 holds the initial value" };
  }
  const valueOf = (k: number): string | undefined => {
    const action = actions[k];
    return action.op === "put" ? action.value : undefined;
  };
  for (let version = 1; version <= draft.last; version++) {
    const seen = values.get(version);
    const sure = stored.get(version);
    if (sure !== undefined) {
      if (seen !== undefined && valueOf(sure) !== seen.value) {
        return {
          verdict: "illegal",
          suspects: [sure, seen.by],
          reason: `version ${version} was stored with another value`,
        };
      }
      makers.set(version, [sure]);
      continue;
    }
    const fitting = (maybe.get(version) ?? []).filter((k) => seen === undefined || valueOf(k) === seen.value);
    if (fitting.length === 0) {
      const suspects = [seen?.by ?? firstBeyond(version, draft)];
      return { verdict: "illegal", suspects, reason: `no put can have made version ${version}` };
    }
    makers.set(version, fitting);
  }
  for (const [version, puts] of maybe) if (version > draft.last) makers.set(version, puts);
  const { last, refusable, reads, readsCalled, readsReturn } = draft;
  return { last, makers, refusable, reads, readsCalled, readsReturn };
}

/** An answer that proves that a version beyond this one existed. */
function firstBeyond(version: number, { stored, reads, last }: Draft): number {
  for (let v = version + 1; v <= last; v++) {
    const witness = stored.get(v) ?? reads.get(v)?.[0];
    if (witness !== undefined) return witness;
  }
  return -1;
}

function push(map: Map<number, number[]>, key: number, item: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
