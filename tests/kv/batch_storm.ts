/**
 * Batches over several keys and scans over all, under every fault: nobody may see half of one.
 * @module
 */

import type { Clerk } from "../../kv/mod.ts";
import type { Verdict } from "../../porcupine/mod.ts";
import type { Random } from "../../runtime/mod.ts";
import {
  BATCH_KEYS,
  type BatchInput,
  batchModel,
  type BatchOutput,
  type Expected,
  type Wanted,
} from "./batch_model.ts";
import { Cluster } from "./cluster.ts";
import { watchLaws } from "./laws.ts";
import { EVERY_FAULT, Nemesis } from "./nemesis.ts";
import { Recorder, type Tally } from "./recorder.ts";
import { BAD_NETWORK, GOOD_NETWORK, storageOf } from "./storm.ts";

const CLIENTS = 4;
const STORM_MS = 8000;
const TIMEOUT_MS = 2000;

/** What came of a storm. */
export interface BatchStormResult {
  readonly verdict: Verdict;
  readonly tally: Tally;
  /** Batches of several writes that were executed, and those whose conditions did not hold. */
  readonly batches: { done: number; failed: number };
}

/** Sails one storm and judges it. */
export async function sailBatches(seed: number): Promise<BatchStormResult> {
  const cluster = new Cluster({
    servers: seed % 2 === 0 ? 3 : 5,
    world: { seed, conditions: seed % 3 === 0 ? BAD_NETWORK : GOOD_NETWORK, isolation: "copy" },
    server: { maxRaftStateBytes: seed % 11 < 3 ? Infinity : 2000 },
    storage: storageOf(seed),
  });
  const { world } = cluster;
  watchLaws(cluster);
  const recorder = new Recorder<BatchInput, BatchOutput>();
  const batches = { done: 0, failed: 0 };
  const nemesis = new Nemesis(cluster, world.random("nemesis"), EVERY_FAULT);
  let blowing = true;
  const clients = Array.from({ length: CLIENTS }, async (_, number) => {
    const name = `c${number + 1}`;
    const clerk = cluster.clerk(name);
    const random = world.random(name);
    let versions: readonly number[] = BATCH_KEYS.map(() => 0);
    for (let nth = 0; blowing; nth++) {
      const input = draw(random, `${name}.${nth}`, versions);
      const output = await recorder.call(name, input, () => execute(clerk, input));
      if (output?.f === "done") batches.done++;
      if (output?.f === "failed") batches.failed++;
      if (output?.f === "page" && !output.more) {
        versions = BATCH_KEYS.map((_, key) => output.entries.find(([seen]) => seen === key)?.[2] ?? 0);
      }
      await world.clock.sleep(random.between(0, 60));
    }
  });
  world.loop.schedule(300, () => nemesis.begin());
  await world.run({ untilMs: STORM_MS });
  nemesis.end();
  blowing = false;
  world.network.setConditions(GOOD_NETWORK);
  await world.play(async () => {
    await Promise.all(clients);
    const last = cluster.clerk("last", { timeoutMs: 20_000 });
    const input = { f: "scan", limit: BATCH_KEYS.length } as const;
    const read = await recorder.call("last", input, () => execute(last, input, 20_000));
    if (read === null) throw new Error("the keys cannot be read although every fault is over");
  }, { untilMs: STORM_MS + 60_000 });
  const verdict = recorder.judge(batchModel(), 20_000);
  world.end();
  return { verdict, tally: recorder.tally, batches };
}

function draw(random: Random, value: string, versions: readonly number[]): BatchInput {
  if (random.chance(0.45)) return { f: "scan", limit: 1 + random.below(BATCH_KEYS.length + 1) };
  const first = random.below(BATCH_KEYS.length);
  const second = (first + 1 + random.below(BATCH_KEYS.length - 1)) % BATCH_KEYS.length;
  const expect: Expected[] = [[first, versions[first]]];
  if (random.chance(0.5)) expect.push([second, versions[second]]);
  const writes: Wanted[] = [[first, value], [second, random.chance(0.2) ? null : value]];
  return { f: "batch", expect, writes };
}

async function execute(
  clerk: Clerk,
  input: BatchInput,
  timeoutMs: number = TIMEOUT_MS,
): Promise<BatchOutput> {
  if (input.f === "scan") {
    const { entries, more } = await clerk.scan(undefined, { limit: input.limit, timeoutMs });
    const seen = entries.map(({ key, value, version }) => [numberOf(key), value, version] as const);
    return { f: "page", entries: seen, more };
  }
  const result = await clerk.batch(
    input.expect.map(([key, version]) => ({ kind: "version", key: BATCH_KEYS[key], version })),
    input.writes.map(([key, value]) =>
      value === null
        ? { op: "delete", key: BATCH_KEYS[key] }
        : { op: "put", key: BATCH_KEYS[key], value, lease: 0 }
    ),
    { timeoutMs },
  );
  if (result.kind === "done") return { f: "done", previousVersions: result.previousVersions };
  if (result.kind === "conditionFailed") return { f: "failed", at: result.at, version: result.version };
  throw new Error(`a batch came to ${result.kind}`);
}

function numberOf(key: string): number {
  return BATCH_KEYS.findIndex((known) => known === key);
}
