/**
 * A worker of a parallel check: loads the model from its module, decides parts, runs one of two racing searches; or makes a
 * whole check, so that the thread that asked for it can listen to a signal.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { type Budget, Expired } from "../budget.ts";
import { hostNow } from "../clock.ts";
import { decide, UNDECIDED } from "../decide.ts";
import type { Decision } from "../decision.ts";
import { NEVER } from "../history.ts";
import { Questions, type Recorded, recorded } from "../parts.ts";
import { Competition } from "../search/compete.ts";
import { compile } from "../search/problem.ts";
import { type Model, type Operation, PorcupineError } from "../types.ts";
import { Cells } from "./cells.ts";
import { checkShared } from "./check.ts";
import { listOf } from "./columns.ts";
import { budgetOf, searchFromMiddle } from "./later.ts";
import type { Job, Message, RegistersJob, Reply, Request, Task, TextsJob } from "./messages.ts";
import { Ranked } from "./ranked.ts";
import { decideAsRegister } from "./registers.ts";
import { modelFrom } from "./source.ts";
import { decideTexts } from "./texts.ts";

/** Tasks that came before the model was loaded wait for it. */
let model: Promise<Model<unknown, unknown, unknown>> | undefined;

function send(message: Message): void {
  self.postMessage(message);
}

const NO_ANSWER = { status: "unknown" } as const;

/** What was asked and answered; clients and times are in the parts' order already. */
function historyOf({ tasks, inputs, outputs }: Job): Recorded<unknown, unknown> {
  const asked = listOf(inputs);
  const answered = listOf(outputs);
  const operations: Operation<unknown, unknown>[] = new Array(asked.length);
  for (const { part: { ids, ret } } of tasks) {
    for (let k = 0; k < ids.length; k++) {
      const id = ids[k];
      operations[id] = {
        client: 0,
        input: asked[id],
        callAt: 0,
        outcome: ret[k] === NEVER ? NO_ANSWER : { status: "ok", output: answered[id], returnAt: 0 },
      };
    }
  }
  return recorded(operations);
}

/** Does the tasks of a job, one after the other. */
function work(loaded: Model<unknown, unknown, unknown>, job: Job): void {
  const cells = job.cells === null ? undefined : Cells.of(job.cells);
  let history: Recorded<unknown, unknown> | undefined;
  for (const one of job.tasks) {
    const { check, seat, kind } = job;
    const { task } = one;
    let reply: Reply;
    if (kind === "decide" && cells?.take(task) === false) reply = { kind: "declined", check, task };
    else {
      history ??= historyOf(job);
      const budget = budgetOf(job.limits, cells?.signal(task));
      budget.ration(one.most);
      reply = kind === "race"
        ? race(loaded, job, one, { history, budget, cells })
        : decided(loaded, job, one, { history, budget });
      budget.scratch.giveBack();
    }
    // First the note, then the message: who sees the note waits for the message.
    cells?.announce(seat);
    send(reply);
  }
}

/** Decides partitions by what was read of them. */
function workOnReadings(job: TextsJob | RegistersJob): void {
  const { check, seat, limits } = job;
  const cells = job.cells === null ? undefined : Cells.of(job.cells);
  /** Does one task, if nobody else has taken it. */
  const answer = (task: number, judge: (budget: Budget) => Reply): void => {
    const reply = cells?.take(task) === false
      ? { kind: "declined", check, task } as const
      : judge(budgetOf(limits, cells?.signal(task)));
    cells?.announce(seat);
    send(reply);
  };
  if (job.kind === "texts") {
    for (const one of job.tasks) {
      // A text to which nothing is appended may be a register yet.
      const unfit = { kind: "unfit", check, task: one.task, work: null } as const;
      answer(one.task, (budget) => judged(one.task, check, budget, () => decideTexts(one, budget)) ?? unfit);
    }
    return;
  }
  for (const one of job.tasks) {
    const { task, most } = one;
    answer(task, (budget) => {
      budget.ration(most);
      return judged(task, check, budget, () => decideAsRegister(one, job.initial, budget)) ??
        { kind: "unfit", check, task, work: budget.work };
    });
  }
}

/** `undefined` if there is no answer. */
function judged(
  task: number,
  check: number,
  budget: Budget,
  decide: () => Decision | undefined,
): Reply | undefined {
  try {
    const decision = decide();
    if (decision === undefined) return undefined;
    const sent = { ...decision, order: decision.order.slice() };
    return {
      kind: "decided",
      check,
      task,
      decision: sent,
      work: budget.work,
      stopped: budget.stopped ?? null,
    };
  } catch (error) {
    if (!(error instanceof Expired)) throw error;
    const { work, stopped } = budget;
    return { kind: "decided", check, task, decision: UNDECIDED, work, stopped: stopped ?? null };
  } finally {
    budget.scratch.giveBack();
  }
}

interface Means {
  readonly history: Recorded<unknown, unknown>;
  readonly budget: Budget;
}

function decided(
  loaded: Model<unknown, unknown, unknown>,
  { check, strategy }: Job,
  { task, part }: Task,
  { history, budget }: Means,
): Reply {
  const decision = decide(loaded, history, part, budget, { strategy, contest: "both" });
  // A slice, because its array may be cut out of a large one; see `jobOf`.
  const sent = { ...decision, order: decision.order.slice() };
  return { kind: "decided", check, task, decision: sent, work: budget.work, stopped: budget.stopped ?? null };
}

function race(
  loaded: Model<unknown, unknown, unknown>,
  { check }: Job,
  { task, part }: Task,
  { history, budget, cells }: Means & { readonly cells: Cells | undefined },
): Reply {
  const works: number[] = [];
  try {
    const competition = new Competition(compile(loaded, new Questions(history, part)), budget);
    for (;;) {
      const finish = competition.frontierTurn();
      works.push(budget.work);
      if (finish !== undefined) {
        // What a limit has cut short has not won.
        if (budget.stopped === undefined) cells?.setFinish(task, finish.round);
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

/** What is being prepared for another thread. */
let ranked: Ranked | undefined;

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
  const verdict = await checkShared(loaded, whole, { ...options, now, signal: controller.signal }, workers);
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
  if (request.kind === "later") return searchFromMiddle(request, send);
  if (request.kind === "texts" || request.kind === "registers") return workOnReadings(request);
  if (request.kind === "rank") {
    ranked = new Ranked(request.places);
    return;
  }
  if (request.kind === "deal") {
    const arranged = ranked?.deal(request.partOf, request.size) ?? null;
    ranked = undefined;
    return send({ kind: "arranged", arranged });
  }
  if (model === undefined) throw new TypeError("a model must be loaded first");
  if (request.kind === "check") return await checkWhole(await model, request);
  work(await model, request);
}

/**
 * A model's module may end the thread it is in. The host tells nobody of that: whoever waits for this one would wait for ever.
 * Where there is another way to end a thread than its own `close` there is an event before it.
 */
const { close } = self;
self.close = (): void => {
  send({ kind: "leaving" });
  close.call(self);
};
self.addEventListener("unload", () => send({ kind: "leaving" }));

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  try {
    await take(data);
  } catch (error) {
    const code = error instanceof PorcupineError ? error.code : "model-threw";
    const check = "check" in data ? data.check : null;
    send({ kind: "failed", check, code, message: error instanceof Error ? error.message : String(error) });
  }
};
