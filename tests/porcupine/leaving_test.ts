/** Threads that end by themselves, or never come back: what they had is done by others, and nobody waits for them. */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { checkInParallel, checkOperations, type Operation, WorkerPool } from "../../porcupine/mod.ts";
import { prepareTogether } from "../../porcupine/parallel/arrange.ts";
import { further } from "../../porcupine/parallel/away.ts";
import { enlist, release } from "../../porcupine/parallel/pool.ts";
import { rest } from "../../porcupine/workers.ts";
import { type Leaving, leaving, type Request } from "./leaving_model.ts";

/** So many keys, each written and read in turn; in `lie` the last answer is another one. */
function turns(keys: number, lie = -1): Operation<Request, number>[] {
  return Array.from({ length: 20 * keys }, (_, n) => {
    const [k, i] = [Math.floor(n / 20), n % 20];
    return {
      client: k,
      input: { key: `k${k}`, value: i % 2 === 0 ? i : null },
      callAt: 2 * n,
      outcome: { status: "ok", output: k === lie && i === 19 ? 77 : i - 1, returnAt: 2 * n + 1 },
    };
  });
}

const LEAVING: readonly Leaving[] = ["at once", "in a step", "by the host's own exit"];

for (const how of LEAVING) {
  for (const lie of [-1, 93]) {
    const kind = lie < 0 ? "possible" : "impossible";
    Deno.test(`of a thread that leaves ${how} a check is not held up, and says what one thread says of an ${kind} history`, async () => {
      const history = turns(100, lie);
      const alone = checkOperations(leaving(how), history);
      assertEquals(alone.kind, lie < 0 ? "ok" : "illegal");
      using pool = new WorkerPool({ workers: 1 });
      const { signal } = new AbortController();
      for (const options of [{ workers: 1 }, { pool }, { pool }, { workers: 1, signal }]) {
        assertEquals(await checkInParallel(leaving(how), history, options), alone);
      }
    });
  }
}

/** Who has a thread, and listens to nothing. */
const NOBODY = { hear: () => {}, fail: () => {}, lose: () => {} };

Deno.test("a thread that has left while it had nothing to do is not lent, and gives its place to another", async () => {
  using pool = new WorkerPool({ workers: 1 });
  const [first] = enlist(pool, NOBODY);
  release(pool, first, "usable");
  first.load({
    module: new URL("./leaving_model.ts", import.meta.url).href,
    name: "leaving",
    arguments: ["at once"],
  }, null);
  for (let i = 0; i < 10_000 && !first.isGone; i++) await rest(1, () => {});
  const [second] = enlist(pool, NOBODY);
  assert(second !== first && !second.isGone);
  assertEquals(pool.started, 1);
  release(pool, second, "usable");
});

/** While it lasts, timers of seconds go off when that is said, and not before. */
class Clockwork implements Disposable {
  readonly #setTimeout = globalThis.setTimeout;
  readonly #waiting: (() => void)[] = [];

  constructor() {
    const real = this.#setTimeout;
    Reflect.set(globalThis, "setTimeout", (call: () => void, ms = 0): unknown => {
      if (ms < 1000) return real(call, ms);
      this.#waiting.push(call);
      return undefined;
    });
  }

  goOff(): void {
    for (const call of this.#waiting.splice(0)) call();
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#setTimeout;
  }
}

Deno.test("a thread that was given back in the middle of its work is ended if it is still at it when its time is up", () => {
  for (const isDone of [true, false]) {
    using clockwork = new Clockwork();
    using pool = new WorkerPool({ workers: 1 });
    const [helper] = enlist(pool, NOBODY);
    let isAtWork = true;
    release(pool, helper, () => isAtWork);
    assertEquals([pool.started, helper.isGone], [1, false], "it has some time");
    if (isDone) isAtWork = false;
    clockwork.goOff();
    assertEquals([pool.started, helper.isGone], isDone ? [1, false] : [0, true]);
    const [next] = enlist(pool, NOBODY);
    assertEquals([next === helper, pool.started], [isDone, 1]);
    release(pool, next, "usable");
  }
});

Deno.test("a thread whose time is up while another check has it is ended when that gives it back, if it is still at the same", () => {
  for (const isDone of [true, false]) {
    using clockwork = new Clockwork();
    using pool = new WorkerPool({ workers: 1 });
    const [helper] = enlist(pool, NOBODY);
    let isAtWork = true;
    release(pool, helper, () => isAtWork);
    assertEquals(enlist(pool, NOBODY), [helper]);
    release(pool, helper, () => true);
    assertEquals(enlist(pool, NOBODY), [helper]);
    clockwork.goOff();
    assertEquals([pool.started, helper.isGone], [1, false], "others are at work for that check");
    if (isDone) isAtWork = false;
    release(pool, helper, () => true);
    assertEquals([pool.started, helper.isGone], isDone ? [1, false] : [0, true]);
  }
});

Deno.test("a pool whose thread never comes back from a step starts another for the next check, which finds what one finds alone", async () => {
  using clockwork = new Clockwork();
  using pool = new WorkerPool({ workers: 1 });
  // The first time the thread may have come too late to be given anything.
  for (let kind = "ok", i = 0; kind === "ok"; i++) {
    assert(i < 10, "the thread takes part in the end");
    kind = (await checkInParallel(leaving("never from a step"), turns(100), { pool, timeLimitMs: 600 })).kind;
  }
  assertEquals(pool.started, 1);
  clockwork.goOff();
  assertEquals(pool.started, 0);
  const history = turns(100, 93);
  const alone = checkOperations(leaving("at once"), history);
  assertEquals(await checkInParallel(leaving("never"), history, { pool }), alone);
  assertEquals(pool.started, 1);
});

Deno.test("a check is stopped by its time although the thread that makes it never comes back from a step", async () => {
  const { signal } = new AbortController();
  const verdict = await checkInParallel(leaving("never from a step"), turns(400), {
    workers: 1,
    timeLimitMs: 150,
    signal,
  });
  assertEquals([verdict.kind, verdict.kind === "unknown" && verdict.reason], ["unknown", "time"]);
});

/** While it lasts, threads are started that do nothing but say what they are told to. */
class Puppets implements Disposable {
  readonly #worker = globalThis.Worker;
  readonly started: { onmessage?: (event: unknown) => void; onerror?: (event: unknown) => void }[] = [];

  /** `answer`: what is said to a request. */
  constructor(answer: (request: { readonly kind: string }) => unknown) {
    const { started } = this;
    Reflect.set(
      globalThis,
      "Worker",
      class {
        onmessage?: (event: unknown) => void;
        constructor() {
          started.push(this);
        }
        postMessage(request: { readonly kind: string }): void {
          const data = answer(request);
          if (data !== undefined) queueMicrotask(() => this.onmessage?.({ data }));
        }
        terminate(): void {}
      },
    );
  }

  [Symbol.dispose](): void {
    globalThis.Worker = this.#worker;
  }
}

Deno.test("a thread that has its model is given its check at once, and not when it might have been late with that", async () => {
  const verdict = { kind: "unknown", reason: "memory", linearizableUpTo: 3000, partitions: [] };
  const said: Record<string, unknown> = { load: { kind: "ready" }, check: { kind: "checked", verdict } };
  using _puppets = new Puppets(({ kind }) => said[kind]);
  using _clockwork = new Clockwork();
  const { signal } = new AbortController();
  let told: unknown;
  checkInParallel(leaving("never"), turns(200), { workers: 1, signal }).then((found) => told = found);
  for (let i = 0; i < 3000 && told === undefined; i++) await rest(1, () => {});
  assertEquals(told, verdict);
});

Deno.test("a thread of which the host says that it has failed is gone, and whoever waits for it hears so", () => {
  using puppets = new Puppets(() => undefined);
  using pool = new WorkerPool({ workers: 1 });
  let lost = 0;
  const [helper] = enlist(pool, { ...NOBODY, lose: () => lost++ });
  let isPrevented = false;
  puppets.started[0].onerror?.({ preventDefault: () => isPrevented = true });
  assertEquals([helper.isGone, lost, isPrevented], [true, 1, true]);
});

Deno.test("nobody waits for a history to be arranged by a thread that still owes an answer to a check that is over", async () => {
  using pool = new WorkerPool({ workers: 1 });
  const [helper] = enlist(pool, NOBODY);
  helper.owing = 1;
  release(pool, helper, "usable");
  const budget = new Budget({});
  const means = { budget, pool, isRead: true };
  assertEquals(await prepareTogether(leaving("at once"), turns(10), means), undefined);
  budget.scratch.giveBack();
});

Deno.test("a history is arranged, though the thread says meanwhile what went wrong in it for a check that is over", async () => {
  using pool = new WorkerPool({ workers: 1 });
  const [helper] = enlist(pool, NOBODY);
  release(pool, helper, "usable");
  const send = helper.send.bind(helper);
  for (const check of [41, null]) {
    helper.send = (request) => {
      const isSent = send(request);
      helper.employer?.fail({
        kind: "failed",
        check,
        code: "worker-failed",
        message: "there is no such module",
      });
      return isSent;
    };
    const budget = new Budget({});
    const found = await prepareTogether(leaving("never"), turns(10), { budget, pool, isRead: true });
    assertEquals(found?.prepared?.parts.length, check === null ? undefined : 10);
    // What may still come would be taken for the answer to the next one.
    assertEquals(helper.isGone, check === null);
    budget.scratch.giveBack();
  }
});

Deno.test("what a step throws in another thread, and not in this one, is no error", async () => {
  using pool = new WorkerPool({ workers: 1 });
  const history = turns(100, 93);
  const alone = checkOperations(leaving("with an error in a step"), history);
  for (const options of [{ workers: 1 }, { pool }, { pool }]) {
    assertEquals(await checkInParallel(leaving("with an error in a step"), history, options), alone);
  }
});

Deno.test("of two checks of one history that were cut short that one is told that came further, with the last one's reason", () => {
  const history = turns(1);
  const upTo = (linearizableUpTo: number, reason: "time" | "aborted") =>
    ({ kind: "unknown", reason, linearizableUpTo, partitions: [] }) as const;
  assertEquals(further(upTo(-1, "aborted"), upTo(7, "time"), history), upTo(7, "aborted"));
  assertEquals(further(upTo(9, "time"), upTo(7, "time"), history), upTo(9, "time"));
  assertEquals(further(upTo(-1, "time"), upTo(-1, "time"), history), upTo(-1, "time"));
});
