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
import { NEVER } from "../history.ts";
import { Questions, type Recorded, recorded } from "../parts.ts";
import { Competition } from "../search/compete.ts";
import { compile } from "../search/problem.ts";
import type { Model, Operation } from "../types.ts";
import { Cells } from "./cells.ts";
import { checkShared } from "./check.ts";
import type { Job, Message, Reply, Request } from "./messages.ts";
import { modelFrom } from "./source.ts";

/** Tasks that came before the model was loaded wait for it. */
let model: Promise<Model<unknown, unknown, unknown>> | undefined;

function send(message: Message): void {
  self.postMessage(message);
}

function budgetOf({ limits, task }: Job, cells: Cells | undefined): Budget {
  const { timeLeftMs, memoryLimitBytes } = limits;
  return new Budget({
    ...(timeLeftMs !== null && { timeLimitMs: timeLeftMs }),
    ...(memoryLimitBytes !== null && { memoryLimitBytes }),
    ...(cells !== undefined && { signal: cells.signal(task) }),
  });
}

/** Clients and times are in the part's order already. */
function historyOf({ part, inputs, outputs }: Job): Recorded<unknown, unknown> {
  return recorded(inputs.map((input, k): Operation<unknown, unknown> => ({
    client: 0,
    input,
    callAt: 0,
    outcome: part.ret[k] === NEVER
      ? { status: "unknown" }
      : { status: "ok", output: outputs[k], returnAt: 0 },
  })));
}

function work(loaded: Model<unknown, unknown, unknown>, job: Job): Reply {
  const { kind, check, task, part, strategy } = job;
  const cells = job.cells === null ? undefined : Cells.of(job.cells);
  if (kind === "decide" && cells?.take(task) === false) return { kind: "declined", check, task };
  const budget = budgetOf(job, cells);
  const history = historyOf(job);
  if (kind === "decide") {
    const decision = decide(loaded, history, part, budget, { strategy, contest: "both" });
    return { kind: "decided", check, task, decision, work: budget.work, stopped: budget.stopped ?? null };
  }
  const works: number[] = [];
  try {
    const competition = new Competition(compile(loaded, new Questions(history, part)), budget);
    for (;;) {
      const finish = competition.frontierTurn();
      works.push(budget.work);
      if (finish !== undefined) {
        return { kind: "raced", check, task, finish, works, stopped: budget.stopped ?? null };
      }
      const turns = competition.rounds.frontier;
      if (cells !== undefined) cells.setTurns(task, turns);
      else send({ kind: "turn", check, task, turns });
    }
  } catch (error) {
    if (!(error instanceof Expired)) throw error;
    return { kind: "decided", check, task, decision: UNDECIDED, work: 0, stopped: budget.stopped ?? null };
  }
}

type Whole = Extract<Request, { kind: "check" }>;

const whole: Operation<unknown, unknown>[] = [];

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
  const verdict = await checkShared(loaded, whole, { ...options, workers, now, signal: controller.signal });
  send({ kind: "checked", verdict });
}

async function take(request: Request): Promise<void> {
  if (request.kind === "load") {
    model = modelFrom(request.source);
    await model;
    return send({ kind: "ready" });
  }
  if (request.kind === "operations") {
    for (const one of request.operations) whole.push(one);
    return;
  }
  if (model === undefined) throw new TypeError("a model must be loaded first");
  if (request.kind === "check") return await checkWhole(await model, request);
  const reply = work(await model, request);
  // First the note, then the message: who sees the note waits for the message.
  if (request.cells !== null) Cells.of(request.cells).announce();
  send(reply);
}

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  try {
    await take(data);
  } catch (error) {
    send({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
};
