/**
 * Everything that the store can do, under every fault, with a watcher who must not miss anything.
 * @module
 */

import { type Clerk, CompactedError, type StoreEvent } from "../../kv/mod.ts";
import type { Verdict } from "../../porcupine/mod.ts";
import type { Random } from "../../runtime/mod.ts";
import { Cluster } from "./cluster.ts";
import { EVERY_FAULT, Nemesis } from "./nemesis.ts";
import { Recorder, type Tally } from "./recorder.ts";
import { watchLaws } from "./laws.ts";
import { BAD_NETWORK, GOOD_NETWORK, storageOf } from "./storm.ts";
import { type StoreInput, storeModel, type StoreOutput } from "./store_model.ts";

const CLIENTS = 5;
const KEYS = 4;
const STORM_MS = 10_000;
const TIMEOUT_MS = 2000;

/** What came of a storm. */
export interface StoreStormResult {
  readonly verdict: Verdict;
  readonly tally: Tally;
  readonly events: number;
}

/** Sails one storm and judges it. Throws if the watcher missed something or saw it twice. */
export async function sailStore(seed: number): Promise<StoreStormResult> {
  const cluster = new Cluster({
    servers: seed % 2 === 0 ? 3 : 5,
    world: {
      seed,
      conditions: seed % 3 === 0 ? GOOD_NETWORK : BAD_NETWORK,
      isolation: seed % 4 === 0 ? "wire" : "copy",
    },
    server: { maxRaftStateBytes: seed % 11 < 3 ? Infinity : 2000 },
    storage: storageOf(seed),
  });
  const { world } = cluster;
  watchLaws(cluster);
  const recorder = new Recorder<StoreInput, StoreOutput>();
  const nemesis = new Nemesis(cluster, world.random("nemesis"), EVERY_FAULT);
  let blowing = true;
  const clients = Array.from({ length: CLIENTS }, (_, number) => {
    const name = `c${number + 1}`;
    return work(recorder, {
      name,
      clerk: cluster.clerk(name),
      random: world.random(name),
      goOn: () => blowing,
    });
  });
  const events: StoreEvent[] = [];
  const stop = new AbortController();
  const watching = follow(cluster.clerk("watcher"), events, stop.signal);
  world.loop.schedule(300, () => nemesis.begin());
  await world.run({ untilMs: STORM_MS });
  nemesis.end();
  blowing = false;
  world.network.setConditions(GOOD_NETWORK);
  await world.play(async () => {
    await Promise.all(clients);
    const clerk = cluster.clerk("last", { timeoutMs: 20_000 });
    for (let key = 0; key < KEYS; key++) {
      await recorder.call("last", { f: "entry", key: `k${key}` }, () => read(clerk, `k${key}`));
    }
    // What was given up may still be on its way: only once nothing moves any more has the watcher seen all.
    let { revision } = await clerk.revision();
    for (let quietMs = 0; quietMs < 10_000; quietMs += 500) {
      await world.clock.sleep(500);
      const now = (await clerk.revision()).revision;
      if (now !== revision) quietMs = 0;
      revision = now;
    }
    checkEvents(events, revision);
    stop.abort();
    await watching;
  }, { untilMs: STORM_MS + 120_000 });
  const verdict = recorder.judge(storeModel(), 20_000);
  world.end();
  return { verdict, tally: recorder.tally, events: events.length };
}

async function follow(clerk: Clerk, events: StoreEvent[], signal: AbortSignal): Promise<void> {
  try {
    for await (const event of clerk.watch(undefined, { afterRevision: 0, signal })) events.push(event);
  } catch (error) {
    if (!signal.aborted || error instanceof CompactedError) throw error;
  }
}

/** Each command of these clients changes one key: each revision is one event. */
function checkEvents(events: readonly StoreEvent[], revision: number): void {
  events.forEach((event, at) => {
    if (event.revision === at + 1) return;
    throw new Error(`event ${at} has revision ${event.revision}: a gap, a repetition, or out of order`);
  });
  if (events.length !== revision) throw new Error(`${events.length} events were seen of ${revision}`);
}

interface Worker {
  readonly name: string;
  readonly clerk: Clerk;
  readonly random: Random;
  readonly goOn: () => boolean;
}

async function work(recorder: Recorder<StoreInput, StoreOutput>, worker: Worker): Promise<void> {
  const { name, clerk, random } = worker;
  const versions = new Map<string, number>();
  for (let nth = 0; worker.goOn(); nth++) {
    const input = draw(random, `[${name}.${nth}]`, versions);
    const output = await recorder.call(name, input, () => execute(clerk, input));
    if (output !== null && output.f !== "deleted") versions.set(input.key, output.version);
    await clerk.client.link.clock.sleep(random.between(0, 60));
  }
}

function draw(random: Random, value: string, versions: ReadonlyMap<string, number>): StoreInput {
  const key = `k${random.below(KEYS)}`;
  const drawn = random.next();
  if (drawn < 0.3) return { f: "entry", key };
  if (drawn < 0.45) return { f: "put", key, value };
  if (drawn < 0.65) return { f: "append", key, value };
  if (drawn < 0.9) return { f: "putIfVersion", key, value, version: versions.get(key) ?? 0 };
  return { f: "delete", key };
}

async function execute(clerk: Clerk, input: StoreInput): Promise<StoreOutput> {
  const limits = { timeoutMs: TIMEOUT_MS };
  switch (input.f) {
    case "entry":
      return await read(clerk, input.key);
    case "put":
      return { f: "written", version: (await clerk.put(input.key, input.value, limits)).version };
    case "append":
      return { f: "written", version: (await clerk.append(input.key, input.value, limits)).version };
    case "putIfVersion": {
      const { kind, version } = await clerk.putIfVersion(input.key, input.value, input.version, limits);
      return { f: kind === "written" ? "written" : "mismatch", version };
    }
    case "delete":
      return { f: "deleted", existed: await clerk.delete(input.key, limits) };
  }
}

async function read(clerk: Clerk, key: string): Promise<StoreOutput> {
  const entry = await clerk.entry(key, { timeoutMs: TIMEOUT_MS });
  return { f: "entry", value: entry?.value ?? null, version: entry?.version ?? 0 };
}
