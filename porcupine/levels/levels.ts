import { checkUnnamed } from "../check.ts";
import { CHECK_NAMES, type Names, requireNames } from "../require/names.ts";
import { orderHistory } from "../history.ts";
import { requireModel } from "../require/model.ts";
import { requireOptions } from "../require/options.ts";
import { requireVerdict } from "../require/verdict.ts";
import { naming } from "../thrown.ts";
import { type Model, type Operation, type PartitionReport, PorcupineError } from "../types.ts";
import { findBlocks } from "./blocks.ts";
import { registerBounds } from "./bounds.ts";
import { decideLevel } from "./decide.ts";
import { Effort } from "./effort.ts";
import { sentenceFor } from "./sentence.ts";
import { type Sessions, sessionsOf } from "./session.ts";
import { findStaleness } from "./staleness.ts";
import type { LevelName, LevelsOptions, LevelsReport, LevelVerdict, PartLevels } from "./types.ts";

/** Every guarantee, the strongest first: it implies the others. */
export const LEVELS: readonly LevelName[] = [
  "sequential",
  "readYourWrites",
  "monotonicReads",
  "monotonicWrites",
  "writesFollowReads",
];

const NAMES: Names<LevelsOptions> = { ...CHECK_NAMES, keys: true, verdict: true };

/**
 * Tells what a history that may not be linearizable still is, partition by partition: sequentially consistent, true to the
 * guarantees that clients rely on, and how stale its reads were. What cannot be settled within the limit is `unknown`.
 *
 * Guarantees are read for one copy of an object: there is an order of all its operations in which each answer is right, and
 * which keeps the order of each client's reads and writes as far as the guarantee asks. Real time counts for staleness only.
 * Linearizable implies them all, with one reservation about coarse clocks: operations that touch at one instant count as
 * simultaneous, also a return and the next call of the same client. A history that is linearizable only because such a pair may
 * have been the other way round is given every guarantee, though its client saw them one after the other; give each event an
 * instant of its own if that matters. Unlike linearizability, what holds of each partition need not hold of all together: that none of them contradicts sequential
 * consistency proves nothing about the whole store.
 *
 * Throws a `PorcupineError` as `checkOperations` does, of code `overlapping-calls` if a client calls while its last call on the same
 * key is open, and of code `bad-verdict` if the verdict given is none on this history.
 *
 * @example
 * ```ts
 * import { checkLevels, type Operation, type RegisterInput, registerModel, type RegisterOutput } from "@flotilla/flotilla/porcupine";
 *
 * const operations: Operation<RegisterInput, RegisterOutput>[] = [
 *   { client: 1, callAt: 0, input: { f: "write", value: 7 }, outcome: { status: "ok", returnAt: 1, output: { f: "write" } } },
 *   { client: 2, callAt: 2, input: { f: "read" }, outcome: { status: "ok", returnAt: 3, output: { f: "read", value: null } } },
 * ];
 * const [part] = checkLevels(registerModel(), operations).parts;
 * if (part.linearizable !== "no" || part.levels.sequential.holds !== "yes") throw new Error("wrong");
 * if (part.staleness.kind !== "exact" || part.staleness.k !== 2) throw new Error("wrong");
 * ```
 */
export function checkLevels<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: LevelsOptions = {},
): LevelsReport {
  requireNames("checkLevels", options, NAMES);
  requireOptions(options);
  requireKeys(options.keys);
  return naming(model, operations, (model) => {
    requireModel(model);
    // What is wrong with the history is told as of the whole of it, and not of a partition.
    orderHistory(operations);
    if (options.verdict !== undefined) requireVerdict(options.verdict, operations.length);
    return judgeAll(model, operations, options);
  });
}

/** A text has letters, which would be taken for keys, and none of them found. */
function requireKeys(keys: unknown): void {
  if (keys === undefined || (Array.isArray(keys) && keys.every((key) => typeof key === "string"))) return;
  throw new PorcupineError(
    "bad-limit",
    'keys is no list of strings; give one, as in ["x", "y"], or leave it out',
  );
}

function judgeAll<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: LevelsOptions,
): LevelsReport {
  const effort = new Effort(options);
  const wanted = options.keys === undefined ? undefined : new Set(options.keys);
  const known = new Map(options.verdict?.partitions.map(({ key, verdict }) => [key, verdict]));
  const parts: PartLevels[] = [];
  const keys = partitionIds(model, operations);
  for (const [key, ids] of keys) {
    if (wanted === undefined || wanted.has(key)) {
      parts.push(judgePart(sessionsOf(model, operations, ids), { key, known: known.get(key) }, effort));
    }
  }
  return { parts, sentence: sentenceFor(parts, keys.size) };
}

function partitionIds<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Map<string, number[]> {
  const parts = new Map<string, number[]>();
  // Stable: of two calls of one client at one instant, the one given first came first.
  const order = operations.map((_, i) => i).sort((a, b) => operations[a].callAt - operations[b].callAt);
  for (const i of order) {
    const key = model.partitionKey?.(operations[i].input) ?? "";
    const ids = parts.get(key);
    if (ids === undefined) parts.set(key, [i]);
    else ids.push(i);
  }
  return parts;
}

function judgePart<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
  { key, known }: { key: string; known: PartitionReport["verdict"] | undefined },
  effort: Effort,
): PartLevels {
  const bounds = registerBounds(sessions);
  const lag = bounds?.lag ?? null;
  const linearizable = known === "ok" ? "yes" : known === "illegal" ? "no" : judge(sessions, effort);
  if (linearizable === "yes") {
    return { key, linearizable, levels: allOf({ holds: "yes" }), staleness: { kind: "exact", k: 1 }, lag };
  }
  const levels = judgeLevels(sessions, effort.part(0.5));
  if (linearizable === "unknown") {
    // If it is linearizable after all, by an order that a coarse clock allows, it has every guarantee.
    const told = isCoarse(sessions) ? withoutNo(levels) : levels;
    return { key, linearizable, levels: told, staleness: { kind: "atLeast", k: bounds?.atLeast ?? 1 }, lag };
  }
  return { key, linearizable, levels, staleness: findStaleness(sessions, bounds, effort), lag };
}

function judge<State, Input, Output>(
  { model, operations, ids }: Sessions<State, Input, Output>,
  effort: Effort,
): "yes" | "no" | "unknown" {
  const { kind } = checkUnnamed(model, ids.map((id) => operations[id]), {
    timeLimitMs: effort.remainingMs / 2,
    ...effort.heeded,
    explain: "verdict",
  });
  return kind === "ok" ? "yes" : kind === "illegal" ? "no" : "unknown";
}

function judgeLevels<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
  effort: Effort,
): Record<LevelName, LevelVerdict> {
  const blocks = findBlocks(sessions);
  const verdicts = allOf({ holds: "unknown" });
  for (const level of LEVELS) {
    // Each gets its share, so that one hard question does not leave the others without an answer.
    verdicts[level] = decideLevel(level, sessions, blocks, effort.part(0.25));
    if (level === "sequential" && verdicts.sequential.holds === "yes") return allOf({ holds: "yes" });
  }
  return verdicts;
}

/** Whether some client called at the very instant at which its last operation had returned. */
function isCoarse<State, Input, Output>(
  { byClient, operations, ids }: Sessions<State, Input, Output>,
): boolean {
  return byClient.some((list) =>
    list.some((k, n) => {
      if (n === 0) return false;
      const { outcome } = operations[ids[list[n - 1]]];
      return outcome.status === "ok" && outcome.returnAt === operations[ids[k]].callAt;
    })
  );
}

function withoutNo(levels: Record<LevelName, LevelVerdict>): Record<LevelName, LevelVerdict> {
  const told = { ...levels };
  for (const level of LEVELS) if (told[level].holds === "no") told[level] = { holds: "unknown" };
  return told;
}

function allOf(verdict: LevelVerdict): Record<LevelName, LevelVerdict> {
  return {
    sequential: verdict,
    readYourWrites: verdict,
    monotonicReads: verdict,
    monotonicWrites: verdict,
    writesFollowReads: verdict,
  };
}
