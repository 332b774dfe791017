/**
 * Uses the Redis client of npm as any program would.
 * @module
 */

import { createClient } from "npm:redis@5";

for (const RESP of [2, 3] as const) {
  const client = createClient({ url: Deno.args[0], RESP });
  client.on("error", (error: unknown) => {
    console.error(error);
    Deno.exit(1);
  });
  await client.connect();
  const key = `npm ${RESP}`;
  await client.set(key, "1", { expiration: { type: "EX", value: 100 } });
  check(await client.get(key), "1");
  check(await client.incrBy(key, 4), 5);
  check(await client.mGet([key, "npm nothing"]), ["5", null]);
  check(await client.multi().set(key, "x").append(key, "y").strLen(key).exec(), ["OK", 2, 2]);
  const found: string[] = [];
  for await (const keys of client.scanIterator({ MATCH: `${key}*` })) found.push(...keys);
  check(found, [key]);
  check(await client.del(key), 1);
  await client.close();
}
console.log("ok");

function check(got: unknown, wanted: unknown): void {
  if (JSON.stringify(got) === JSON.stringify(wanted)) return;
  console.error(`got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
  Deno.exit(1);
}
