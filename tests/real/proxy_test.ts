import { assert, assertEquals } from "@std/assert";
import { OPEN, Proxy } from "./proxy.ts";

Deno.test("a line through the proxy is slow when it is told to be, silent one way when it is cut, and loses nothing", async () => {
  const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const heard: number[] = [];
  const served = (async () => {
    const connection = await server.accept();
    const buffer = new Uint8Array(16);
    for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
      heard.push(...buffer.subarray(0, count));
      await connection.write(buffer.slice(0, count));
    }
    connection.close();
  })();
  await using proxy = new Proxy(server.addr.port);
  const client = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  const buffer = new Uint8Array(16);
  const answer = async () => {
    await client.read(buffer);
    return buffer[0];
  };
  const say = (byte: number) => client.write(new Uint8Array([byte]));

  await say(1);
  assertEquals(await answer(), 1);

  proxy.set("back", { kind: "open", delayMs: 80 });
  const startedMs = performance.now();
  await say(2);
  assertEquals(await answer(), 2);
  assert(performance.now() - startedMs >= 79);

  // Cut on the way back: what is said still arrives, the answer does not.
  proxy.set("back", { kind: "cut" });
  await say(3);
  const late = answer();
  while (!heard.includes(3)) await new Promise((resolve) => setTimeout(resolve, 5));
  const first = await Promise.race([late, new Promise((resolve) => setTimeout(resolve, 30, "silence"))]);
  assertEquals(first, "silence");

  proxy.set("both", OPEN);
  assertEquals(await late, 3);
  client.close();
  await served;
  server.close();
});
