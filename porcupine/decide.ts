import type { Budget } from "./budget.ts";
import { decideRegister } from "./fast/register.ts";
import type { FastInput, FastResult } from "./fast/result.ts";
import { decideText } from "./fast/text.ts";
import { decideVersions } from "./fast/versions.ts";
import { insertReads } from "./fast/insert.ts";
import { NEVER, type Part, returnsOf } from "./history.ts";
import { compete, type Contest } from "./search/compete.ts";
import { compile, describe } from "./search/problem.ts";
import type { Model, ModelKind, Operation } from "./types.ts";

/** How one partition was decided; operations are numbered within the partition. */
export interface Decision {
  readonly verdict: "ok" | "illegal" | "unknown";
  /** An order of the whole partition if `ok`, otherwise of a part of it. */
  readonly order: readonly number[];
  /** How many returns, in their order, can be explained at least. */
  readonly reached: number;
  /** Operations that are held to contradict each other by themselves; empty if the search has no idea. */
  readonly suspects: readonly number[];
  /** In a few words what is wrong with the suspects; empty if unknown. */
  readonly reason: string;
}

/** How to decide. */
export interface DecideOptions {
  /** `auto` lets declared kinds use their fast paths. */
  readonly strategy: "auto" | "search";
  /** Which searches compete. */
  readonly contest: Contest;
}

/** Decides one partition: by the fast path of its kind where its conditions hold, otherwise by search. */
export function decide<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  part: Part,
  budget: Budget,
  options: DecideOptions,
): Decision {
  const described = describe(operations, part);
  if (options.strategy === "auto" && model.kind !== undefined) {
    const quick = withIdlers(decideFast(model.kind, described), described);
    if (quick?.verdict === "ok") {
      return { verdict: "ok", order: quick.order, reached: returnsOf(part).length, suspects: [], reason: "" };
    }
    if (quick !== undefined) {
      return { verdict: "illegal", order: [], reached: 0, suspects: quick.suspects, reason: quick.reason };
    }
  }
  return { ...compete(compile(model, described, part), budget, options.contest), suspects: [], reason: "" };
}

/** Operations that returned and did nothing are no part of a fast path's business, but belong into the order. */
function withIdlers<Input, Output>(
  result: FastResult | undefined,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  if (result?.verdict !== "ok") return result;
  const { order } = result;
  const present = new Uint8Array(input.count);
  for (const k of order) present[k] = 1;
  const idlers: number[] = [];
  for (let k = 0; k < input.count; k++) if (present[k] === 0 && input.ret[k] !== NEVER) idlers.push(k);
  if (idlers.length === 0) return result;
  return insertReads(order, idlers, input, { initial: null, next: (value) => value, allows: () => true });
}

/** The fast path of a kind, or `undefined` where its conditions do not hold. */
export function decideFast<Input, Output>(
  kind: ModelKind<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  switch (kind.type) {
    case "register":
      return decideRegister(kind, input);
    case "text":
      return decideText(kind, input);
    case "versioned":
      return decideVersions(kind, input);
    default:
      return undefined;
  }
}
