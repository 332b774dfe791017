/**
 * A worker of a parallel check: loads the model from its module, decides parts, runs one of two racing searches.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { Budget, Expired } from "../budget.ts";
import { decide, UNDECIDED } from "../decide.ts";
import { Questions, recorded } from "../parts.ts";
import { Competition } from "../search/compete.ts";
import { compile } from "../search/problem.ts";
import type { Model } from "../types.ts";
import type { Reply, Request, SentLimits } from "./messages.ts";
import { modelFrom } from "./source.ts";

let model: Model<unknown, unknown, unknown> | undefined;

function reply(message: Reply): void {
  self.postMessage(message);
}

function budgetOf({ timeLeftMs, memoryLimitBytes }: SentLimits): Budget {
  return new Budget({
    ...(timeLeftMs === null ? {} : { timeLimitMs: timeLeftMs }),
    ...(memoryLimitBytes === null ? {} : { memoryLimitBytes }),
  });
}

type Job = Exclude<Request, { kind: "load" }>;

function work(
  loaded: Model<unknown, unknown, unknown>,
  { kind, task, part, operations, strategy, limits }: Job,
): void {
  const budget = budgetOf(limits);
  const history = recorded(operations);
  if (kind === "decide") {
    const decision = decide(loaded, history, part, budget, { strategy, contest: "both" });
    reply({ kind: "decided", task, decision, stopped: budget.stopped ?? null });
    return;
  }
  try {
    const competition = new Competition(compile(loaded, new Questions(history, part)), budget);
    for (;;) {
      const finish = competition.frontierTurn();
      if (finish !== undefined) {
        reply({ kind: "raced", task, finish, stopped: budget.stopped ?? null });
        return;
      }
      reply({ kind: "turn", task, turns: competition.rounds.frontier });
    }
  } catch (error) {
    if (!(error instanceof Expired)) throw error;
    reply({ kind: "decided", task, decision: UNDECIDED, stopped: budget.stopped ?? null });
  }
}

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  try {
    if (data.kind === "load") {
      model = await modelFrom(data.source);
      reply({ kind: "ready" });
    } else if (model !== undefined) work(model, data);
  } catch (error) {
    reply({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
};
