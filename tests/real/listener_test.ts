import { setImmediate } from "node:timers";
import { assertEquals, assertThrows } from "@std/assert";
import { Listener, TalkError } from "../../kv/cli/listener.ts";
import { DEFAULT_LIMITS } from "../../kv/cli/limits.ts";
import { httpTalk } from "../../kv/cli/talks.ts";
import type { RouteServices } from "../../kv/http/mod.ts";

Deno.test("answers that wait for a slow client may be longer together than any string can be", async () => {
  const port = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const death = new AbortController();
  const answer = "x".repeat(8 << 20);
  const taken = Promise.withResolvers<number>();
  const listener = new Listener(port, {
    talk: (output) => ({
      space: new Uint8Array(16),
      took() {
        let answers = 0;
        try {
          for (; answers < 70; answers++) output.send(answer);
        } finally {
          taken.resolve(answers);
        }
      },
      halfway: false,
      busy: false,
      closed() {},
    }),
    maxConnections: 1,
    fullAnswer: "",
    stallMs: 60_000,
    idleMs: 60_000,
    signal: death.signal,
  });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: (port.addr as Deno.NetAddr).port });
  await conn.write(new Uint8Array(1));
  assertEquals(await taken.promise, 70);
  death.abort();
  listener.close();
});

Deno.test("who sends nonsense behind a request hears first what became of the request, and then of the nonsense", async () => {
  const port = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const death = new AbortController();
  const taken = Promise.withResolvers<() => void>();
  const listener = new Listener(port, {
    talk: (output) => {
      let busy = false;
      return {
        space: new Uint8Array(16),
        took() {
          busy = true;
          taken.resolve(() => {
            output.send("stored; ");
            busy = false;
          });
          throw new TalkError("nonsense");
        },
        halfway: false,
        get busy() {
          return busy;
        },
        closed() {},
      };
    },
    maxConnections: 1,
    fullAnswer: "",
    stallMs: 60_000,
    idleMs: 60_000,
    signal: death.signal,
  });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: (port.addr as Deno.NetAddr).port });
  await conn.write(new Uint8Array(1));
  const answer = await taken.promise;
  // It has had time to say something wrong.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  answer();
  assertEquals(await new Response(conn.readable).text(), "stored; nonsense");
  assertEquals(listener.counters.hostile, 1);
  death.abort();
  listener.close();
});

Deno.test("an HTTP request with nonsense behind it is answered", async () => {
  const answers: string[] = [];
  const services = { token: null, metrics: () => "fine" } as unknown as RouteServices;
  const talk = httpTalk(services, DEFAULT_LIMITS, {
    send: (text) => void answers.push(text.split("\r\n")[0]),
    end: () => void answers.push("end"),
    drained: () => Promise.resolve(),
  });
  const bytes = new TextEncoder().encode("GET /metrics HTTP/1.1\r\n\r\nnonsense\r\n\r\n");
  talk.space.set(bytes);
  const error = assertThrows(() => talk.took(bytes.length), TalkError);
  assertEquals(error.answer.split("\r\n")[0], "HTTP/1.1 400 Bad Request");
  while (talk.busy) await new Promise((resolve) => setImmediate(resolve));
  assertEquals(answers, ["HTTP/1.1 200 OK"]);
});
