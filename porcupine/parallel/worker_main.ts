/**
 * A worker of a parallel check: loads the model from its module, decides parts, runs one of two racing searches; or makes a
 * whole check, so that the thread that asked for it can listen to a signal.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { Budget, Expired } from "../budget.ts";
import { hostNow } from "../clock.ts";
import { decide, UNDECIDED } from "../decide.ts";
import { Questions, recorded } from "../parts.ts";
import { Competition } from "../search/compete.ts";
import { compile } from "../search/problem.ts";
import type { Model, Operation } from "../types.ts";
import { checkShared } from "./check.ts";
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

type Job = Extract<Request, { kind: "decide" | "race" }>;
type Whole = Extract<Request, { kind: "check" }>;

const history: Operation<unknown, unknown>[] = [];

async function checkWhole(
  loaded: Model<unknown, unknown, unknown>,
  { options, workers, stop }: Whole,
): Promise<void> {
  const controller = new AbortController();
  // No message arrives while this thread works; shared memory is seen at once. The clock is what every loop asks.
  const now = (): number => {
    if (Atomics.load(stop, 0) === 1) controller.abort();
    return hostNow();
  };
  const verdict = await checkShared(loaded, history, { ...options, now, signal: controller.signal }, workers);
  reply({ kind: "checked", verdict });
}

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
    } else if (data.kind === "operations") { for (const one of data.operations) history.push(one); }
    else if (model !== undefined) await (data.kind === "check" ? checkWhole(model, data) : work(model, data));
  } catch (error) {
    reply({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
};
