import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Answer,
  type Caller,
  type CallRequest,
  RefusedError,
  SessionClient,
  UnknownOutcomeError,
} from "../../kv/mod.ts";
import { encodeOpened } from "../../kv/envelope.ts";
import { MAX_WINDOW } from "../../kv/sessions.ts";
import { RpcError } from "../../runtime/mod.ts";
import { World } from "../sim/mod.ts";
import { bytes } from "./counter.ts";

interface Submitted {
  readonly to: string;
  readonly sequence: number;
  readonly settledBelow: number;
  readonly reply: (answer: Answer | RpcError) => void;
}

/** A client whose servers are this test: it sees every call and answers when it likes. */
class Bench {
  readonly world = new World({ seed: 1 });
  readonly submitted: Submitted[] = [];
  readonly client: SessionClient;
  opened = 0;
  /** How often somebody else was asked. */
  readonly asked: string[] = [];

  constructor(window = 256, servers = ["a", "b", "c"]) {
    const caller: Caller = {
      call: (to, method, request, { timeoutMs }) => {
        this.asked.push(to);
        if (method === "open") {
          return Promise.resolve({
            kind: "applied",
            reply: encodeOpened({ id: ++this.opened, ttlMs: 1000 }),
          });
        }
        const { sequence, settledBelow } = request as CallRequest;
        return new Promise((resolve, reject) => {
          const reply = (answer: Answer | RpcError) =>
            answer instanceof RpcError ? reject(answer) : resolve(answer);
          this.world.clock.setTimer(timeoutMs, () => reply(LOST));
          this.submitted.push({ to, sequence, settledBelow, reply });
        });
      },
      close: () => {},
    };
    const runtime = {
      clock: this.world.clock,
      random: this.world.random("client"),
      signal: new AbortController().signal,
    };
    this.client = new SessionClient({ runtime, caller, servers, window, timeoutMs: 10_000 });
  }

  /** Runs in the world. */
  async play(script: () => Promise<void>): Promise<void> {
    await this.world.play(script, { untilMs: 600_000 });
    this.world.end();
  }

  /** Lets everything happen that needs no time. */
  rest(): Promise<void> {
    return this.world.clock.sleep(1);
  }
}

const DONE: Answer = { kind: "applied", reply: new Uint8Array(0) };
const LOST = new RpcError("timeout", "no answer");

Deno.test("a hundred calls at once with a window of four: never more than four are under way, in order", async () => {
  const bench = new Bench(4);
  await bench.play(async () => {
    const calls = Array.from({ length: 100 }, () => bench.client.submit(bytes("x")));
    let answered = 0;
    while (answered < 100) {
      await bench.rest();
      const open = bench.submitted.length - answered;
      assert(open > 0 && open <= 4, `${open} calls are under way`);
      bench.submitted[answered++].reply(DONE);
    }
    await Promise.all(calls);
    assertEquals(
      bench.submitted.map(({ sequence }) => sequence),
      Array.from({ length: 100 }, (_, at) => at + 1),
    );
    assertEquals(bench.opened, 1);
  });
});

Deno.test("the window counts from the oldest open call, and what is settled is told", async () => {
  const bench = new Bench(4);
  await bench.play(async () => {
    const calls = Array.from({ length: 6 }, () => bench.client.submit(bytes("x")));
    await bench.rest();
    for (const at of [1, 2, 3]) bench.submitted[at].reply(DONE);
    await bench.rest();
    assertEquals(bench.submitted.length, 4);
    bench.submitted[0].reply(DONE);
    await bench.rest();
    assertEquals(bench.submitted.slice(4).map(({ sequence, settledBelow }) => [sequence, settledBelow]), [
      [5, 5],
      [6, 5],
    ]);
    for (const { reply } of bench.submitted.slice(4)) reply(DONE);
    await Promise.all(calls);
  });
});

Deno.test("a call is sent again under its own number, elsewhere, until it is answered", async () => {
  const bench = new Bench();
  await bench.play(async () => {
    const call = bench.client.submit(bytes("x"));
    await bench.rest();
    bench.submitted[0].reply(LOST);
    await bench.world.clock.sleep(300);
    bench.submitted[1].reply({ kind: "unknown" });
    await bench.world.clock.sleep(300);
    bench.submitted[2].reply({ kind: "refused", code: "notLeader", ask: "z" });
    await bench.rest();
    bench.submitted[3].reply(DONE);
    await call;
    assertEquals(bench.submitted.map(({ sequence }) => sequence), [1, 1, 1, 1]);
    assert(
      bench.submitted[0].to !== bench.submitted[1].to && bench.submitted[1].to !== bench.submitted[2].to,
    );
    assertEquals([bench.submitted[3].to, bench.client.link.target], ["z", "z"]);
  });
});

Deno.test("the number of a call that was given up is never used again", async () => {
  const other = new Bench();
  await other.play(async () => {
    const given = other.client.submit(bytes("x"), { timeoutMs: 50 });
    await other.rest();
    other.submitted[0].reply(LOST);
    await assertRejects(() => given, UnknownOutcomeError);
    const next = other.client.submit(bytes("y"));
    await other.rest();
    const last = other.submitted[other.submitted.length - 1];
    assertEquals([last.sequence, last.settledBelow], [2, 2]);
    last.reply(DONE);
    await next;
  });
});

Deno.test("two servers that name each other are not asked without a pause", async () => {
  const bench = new Bench(256, ["a", "b"]);
  await bench.play(async () => {
    const call = bench.client.submit(bytes("x"), { timeoutMs: 1000 }).catch((error) => error);
    for (let at = 0; bench.world.nowMs < 1001; at++) {
      await bench.rest();
      const open = bench.submitted[at];
      if (open === undefined) at--;
      else open.reply({ kind: "refused", code: "notLeader", ask: open.to === "a" ? "b" : "a" });
    }
    assert(await call instanceof UnknownOutcomeError);
    assert(bench.submitted.length < 30, `they were asked ${bench.submitted.length} times in a second`);
  });
});

Deno.test("room that a call can no longer use goes to the next one", async () => {
  const bench = new Bench(1);
  await bench.play(async () => {
    const first = bench.client.submit(bytes("first"));
    await bench.rest();
    const patience = new AbortController();
    const second = bench.client.submit(bytes("second"), { signal: patience.signal }).catch((error) => error);
    const third = bench.client.submit(bytes("third"), { timeoutMs: 5000 });
    await bench.rest();
    bench.submitted[0].reply(DONE);
    // Its turn comes in the very moment in which it gives up.
    await first.then(() => patience.abort());
    assert(await second instanceof RefusedError);
    await bench.rest();
    assertEquals(bench.submitted.length, 2);
    bench.submitted[1].reply(DONE);
    await third;
  });
});

Deno.test("two thousand calls that wait for one place are through in no time", async () => {
  const bench = new Bench(1);
  await bench.play(async () => {
    const controller = new AbortController();
    const calls = Array.from(
      { length: 2000 },
      () => bench.client.submit(bytes("x"), { signal: controller.signal }),
    );
    for (let at = 0; at < 2000; at++) {
      await bench.rest();
      bench.submitted[at].reply(DONE);
    }
    await Promise.all(calls);
  });
});

Deno.test("a session that the servers do not know makes the call unknown, and the next call opens a new one", async () => {
  const bench = new Bench();
  await bench.play(async () => {
    const call = bench.client.submit(bytes("x"));
    await bench.rest();
    bench.submitted[0].reply({ kind: "refused", code: "sessionUnknown", ask: null });
    await assertRejects(() => call, UnknownOutcomeError, "session");
    const next = bench.client.submit(bytes("y"));
    await bench.rest();
    bench.submitted[1].reply(DONE);
    await next;
    assertEquals([bench.opened, bench.submitted[1].sequence], [2, 1]);
  });
});

Deno.test("what the servers call invalid is refused, with their words; a full window on their side is waited out", async () => {
  const bench = new Bench();
  await bench.play(async () => {
    const bad = bench.client.submit(bytes("x"));
    await bench.rest();
    bench.submitted[0].reply({ kind: "invalid", reason: "no such thing" });
    const error = await assertRejects(() => bad, RefusedError, "no such thing");
    assertEquals(error.code, "invalid");
    const doubtful = bench.client.submit(bytes("z"));
    await bench.rest();
    bench.submitted[1].reply(LOST);
    await bench.world.clock.sleep(300);
    bench.submitted[2].reply({ kind: "invalid", reason: "no such thing" });
    await assertRejects(() => doubtful, UnknownOutcomeError, "no such thing");
    const call = bench.client.submit(bytes("y"));
    await bench.rest();
    bench.submitted[3].reply({ kind: "refused", code: "windowExceeded", ask: null });
    await bench.world.clock.sleep(300);
    bench.submitted[4].reply(DONE);
    await call;
  });
});

Deno.test(`a window of more than ${MAX_WINDOW} is refused: the servers allow no more`, () => {
  let message = "";
  try {
    new Bench(MAX_WINDOW + 1);
  } catch (error) {
    message = error instanceof RangeError ? error.message : "";
  }
  assert(message.includes("window"));
});
