/**
 * A plan with every kind of fault in it, one after another: for tests that must see them all.
 * @module
 */

import { LOCAL_AREA, STORM } from "../sim/conditions.ts";
import type { Fault, Layer, RunPlan } from "./plan.ts";

/** Five nodes, four clients, every fault of a cluster once. */
export function everyFaultPlan(
  seed: number,
  what: { readonly layer: Layer; readonly workload: string } = { layer: "kv", workload: "append" },
): RunPlan {
  const forMs = 300;
  const bare: readonly ((atMs: number) => Fault)[] = [
    (atMs) => ({ kind: "halves", atMs, forMs, left: [0, 1] }),
    (atMs) => ({ kind: "isolate", atMs, forMs, target: "leader", direction: "outbound" }),
    (atMs) => ({ kind: "bridge", atMs, forMs, bridge: 2 }),
    (atMs) => ({ kind: "majorityRing", atMs, forMs }),
    (atMs) => ({ kind: "flap", atMs, forMs, from: 0, to: 3, periodMs: 40 }),
    (atMs) => ({ kind: "weather", atMs, forMs, conditions: STORM }),
    (atMs) => ({ kind: "badLink", atMs, forMs, from: 1, to: 2, conditions: STORM }),
    (atMs) => ({
      kind: "badMessages",
      atMs,
      forMs,
      only: "appendAccepted",
      conditions: { ...STORM, lossRate: 1 },
    }),
    (atMs) => ({ kind: "clog", atMs, forMs, target: "leader", direction: "outbound" }),
    (atMs) => ({ kind: "crash", atMs, forMs, target: "leader" }),
    (atMs) => ({ kind: "crashAt", atMs, forMs, target: "leader", point: "synced", nth: 3, loss: "lost" }),
    (atMs) => ({ kind: "crashAll", atMs, forMs }),
    (atMs) => ({ kind: "wipe", atMs, forMs, target: 4 }),
    (atMs) => ({ kind: "bitFlip", atMs, forMs, target: 3 }),
    (atMs) => ({ kind: "misdirect", atMs, forMs, target: 3 }),
    (atMs) => ({ kind: "pause", atMs, forMs, target: "leader" }),
    (atMs) => ({ kind: "drift", atMs, forMs, target: 1, ppm: 200_000 }),
    (atMs) => ({ kind: "clockJump", atMs, target: 0, jumpMs: 500 }),
    (atMs) => ({ kind: "clockFreeze", atMs, forMs, target: 2 }),
    (atMs) => ({
      kind: "slowDisk",
      atMs,
      forMs,
      target: 0,
      delay: { kind: "uniform", lowMs: 5, highMs: 50 },
    }),
    (atMs) => ({ kind: "hungDisk", atMs, forMs, target: 1 }),
    (atMs) => ({ kind: "fullDisk", atMs, forMs, target: 2 }),
    (atMs) => ({ kind: "failingSync", atMs, forMs, target: "leader" }),
    (atMs) => ({ kind: "failingWrite", atMs, forMs, target: 0 }),
  ];
  const faults = bare.map((fault, number) => fault(500 + number * 500));
  return {
    format: "flotilla-plan-2",
    seed,
    ...what,
    nodes: 5,
    groups: 1,
    changes: 0,
    size: null,
    isolation: "wire",
    safetyMs: 500 + faults.length * 500,
    links: LOCAL_AREA,
    disk: { kind: "uniform", lowMs: 0.1, highMs: 2 },
    knobs: {
      electionMs: 150,
      heartbeatMs: 50,
      diskStallMs: 600,
      maxAppendEntries: 16,
      maxInFlightAppends: 4,
      snapshotChunkBytes: 400,
      maxLogSizeBytes: 1000,
      preVote: true,
      checkQuorum: true,
    },
    load: {
      clients: 4,
      keys: 3,
      pauseMs: 60,
      putShare: 0.3,
      appendShare: 0.4,
      timeoutMs: 1000,
      operationsEach: 0,
      fromMs: 0,
    },
    faults,
    core: [0, 1, 2],
    outside: "inbound",
  };
}
