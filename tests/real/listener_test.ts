import { assertEquals } from "@std/assert";
import { Listener } from "../../kv/cli/listener.ts";

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
