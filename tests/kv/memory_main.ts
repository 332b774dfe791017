/**
 * A million operations, and the memory that servers and clerk hold meanwhile: `deno run -A tests/kv/memory_main.ts`.
 *
 * Three servers and one clerk in one simulated world; the log is compacted at 16 KiB, a thousand keys are written over and
 * over, sessions come and go. What is in use is measured after a full collection. Ends with exit code 1 if the last three tenths
 * hold on average half a mebibyte more than the second to fourth: half a byte for each operation in between, for a million.
 * @module
 */

import type { Clerk } from "../../kv/mod.ts";
import { liveHeapBytes } from "../labs/kv/heap.ts";
import { Cluster } from "./cluster.ts";
import { GOOD_NETWORK } from "./storm.ts";

const [operations = 1_000_000] = Deno.args.map(Number);
const PARTS = 10;
const IN_FLIGHT = 100;
const KEYS = 1000;
const ALLOWED_BYTES = 512 << 10;

const cluster = new Cluster({
  servers: 3,
  world: { seed: 1, conditions: GOOD_NETWORK, isolation: "copy" },
  server: { maxRaftStateBytes: 16 << 10, maxSessions: 50 },
});
const { world } = cluster;
const clerk = cluster.clerk("steady");

/** A share of all operations: puts, appends, versioned puts, reads and deletes, a hundred at a time. */
async function work(count: number, offset: number): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
    while (next < count) {
      const number = offset + next++;
      // All kinds of operations in turn on each key, so that no value grows for ever.
      const key = `key ${Math.floor(number / 5) % KEYS}`;
      switch (number % 5) {
        case 0:
          await clerk.get(key);
          break;
        case 1:
          await clerk.append(key, "+");
          break;
        case 2:
          await clerk.putIfVersion(key, `value ${number}`, 1);
          break;
        case 3:
          await clerk.delete(key);
          break;
        default:
          await clerk.put(key, `value ${number}`);
      }
    }
  }));
}

/** Clerks that come, write once and are never heard of again: their sessions must be forgotten. */
async function visit(number: number): Promise<void> {
  const visitor: Clerk = cluster.clerk(`visitor ${number % 20}`);
  await visitor.put("visitors", `${number}`);
  visitor.close();
}

console.log("operations  live heap MiB  sessions  log bytes  virtual s");
const sizes: number[] = [];
for (let part = 1; part <= PARTS; part++) {
  const count = Math.floor(operations / PARTS);
  await world.play(async () => {
    for (let slice = 0; slice < 10; slice++) {
      await work(count / 10, (part - 1) * count + slice * (count / 10));
      for (let guest = 0; guest < 10; guest++) await visit(part * 100 + slice * 10 + guest);
    }
    await world.clock.sleep(1000);
  });
  const bytes = liveHeapBytes();
  sizes.push(bytes);
  const leader = cluster.servers.get(cluster.leader ?? "s1");
  console.log(
    [
      String(part * count).padStart(10),
      (bytes / (1 << 20)).toFixed(2).padStart(14),
      String(leader?.replica.sessions ?? 0).padStart(9),
      String(leader?.replica.node.logSizeBytes ?? 0).padStart(10),
      (world.nowMs / 1000).toFixed(1).padStart(10),
    ].join(" "),
  );
}
world.end();
// The first part warms up: code is compiled, tables are filled.
const grown = mean(sizes.slice(-3)) - mean(sizes.slice(1, 4));
console.log(`from the second to fourth tenth to the last three: ${(grown / 1024).toFixed(1)} KiB`);
if (grown > ALLOWED_BYTES) {
  console.error("memory grows with the number of operations");
  Deno.exit(1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
