/**
 * Lab 3D, stricter than official: what a snapshot covers leaves memory, too. The official suite looks at what is saved only, and that
 * looks fine while an array of old entries is still held (labs P15, hole 20).
 * @module
 */

import { liveHeapBytes } from "../kv/heap.ts";
import { APPLIES, type RaftScript } from "./script.ts";
import type { RaftTester } from "./tester.ts";

const COMMAND_BYTES = 20_000;
const BURSTS = 20;
const BURST = 10;
const TOTAL_BYTES = COMMAND_BYTES * BURSTS * BURST;
/** What all three servers together may hold on to: half of what went through each of them. */
const ALLOWED_BYTES = TOTAL_BYTES / 2;

const forgets: RaftScript = {
  name: "StrictForgets3D",
  sentence: `three servers take ${
    BURSTS * BURST
  } commands of ${COMMAND_BYTES} bytes and make a snapshot: ${ALLOWED_BYTES} bytes at most are left in memory of ${TOTAL_BYTES} on each`,
  servers: 3,
  network: "reliable",
  service: { ...APPLIES, keeps: "numbers" },
  async run(tester) {
    const leader = await tester.checkOneLeader();
    await take(tester, leader, 0);
    const before = liveHeapBytes();
    for (let burst = 1; burst <= BURSTS; burst++) await take(tester, leader, burst);
    const full = liveHeapBytes() - before;
    tester.demand(
      full >= TOTAL_BYTES,
      `only ${full} bytes of memory were in use with ${TOTAL_BYTES} in each log`,
    );
    for (const server of tester.cluster.numbers) tester.cluster.takeSnapshot(server);
    // Until no message is under way that may hold entries.
    await tester.sleep(10_000);
    const left = liveHeapBytes() - before;
    tester.demand(
      left <= ALLOWED_BYTES,
      `${left} bytes of memory are still held after snapshots of everything, more than ${ALLOWED_BYTES}: ` +
        "what is trimmed must not be referenced any more",
    );
  },
};

/** Commands at once, until all have applied them; the first of all are small. */
async function take(tester: RaftTester, leader: number, burst: number): Promise<void> {
  let last = 0;
  for (let at = 0; at < BURST; at++) {
    const bytes = new Uint8Array(burst === 0 ? 1 : COMMAND_BYTES).fill(at);
    last = tester.startAtLeader(leader, [tester.newCommand(), bytes]).index;
  }
  await tester.wait(last, tester.cluster.servers, null);
}

/** Stricter tests of part 3D about memory. */
export const STRICT_3D_MEMORY: readonly RaftScript[] = [forgets];
