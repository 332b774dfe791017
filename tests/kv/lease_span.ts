/**
 * How long a lease really lasts, by true time, while leaders come and go.
 * @module
 */

import type { Store } from "../../kv/mod.ts";
import type { Random } from "../../runtime/mod.ts";
import { Cluster } from "./cluster.ts";
import { GOOD_NETWORK } from "./storm.ts";

/** One lease from its granting to its end. */
export interface LeaseSpan {
  /** The time to live that was asked for, from the last time it was asked for. */
  readonly promisedMs: number;
  /** From right before that question until the first replica had deleted the key. */
  readonly lastedMs: number;
  /** For each change of leaders in between: from when the old one could do no more until there was a new one. */
  readonly outages: readonly number[];
}

/** The key that lives by the lease. */
const LEASED = "leased";

/** Grants a lease at a drawn moment, perhaps keeps it, and waits for its end; leaders are struck meanwhile if `faults` says so. */
export async function leaseSpan(seed: number, options: { readonly faults: boolean }): Promise<LeaseSpan> {
  const cluster = new Cluster({ servers: 3, world: { seed, conditions: GOOD_NETWORK } });
  const { world } = cluster;
  const random = world.random("lease");
  const clerk = cluster.clerk("owner", { timeoutMs: Infinity });
  const promisedMs = 500 + random.below(6000);
  let endedAt: number | null = null;
  /** Replicas that have, or had, the key. */
  const holders = new Set<Store>();
  world.afterEvent = ({ node }) => {
    const store = cluster.machines.get(cluster.names[node] ?? "");
    if (endedAt !== null || store === undefined) return;
    const [{ kind }] = store.look([{ op: "get", key: LEASED }]);
    if (kind === "text") holders.add(store);
    else if (holders.has(store)) endedAt = world.nowMs;
  };
  const span = await world.play(async () => {
    await cluster.untilLed();
    await world.clock.sleep(random.next() * 2000);
    let askedAt = world.nowMs;
    const lease = await clerk.grantLease(promisedMs);
    await clerk.put(LEASED, "1", { lease });
    if (random.chance(0.5)) {
      await world.clock.sleep(random.next() * promisedMs / 2);
      askedAt = world.nowMs;
      await clerk.keepLease(lease);
    }
    const goOn = () => endedAt === null;
    const bystander = scribble(cluster, random.split("bystander"), goOn);
    const outages = options.faults ? await strike(cluster, random.split("faults"), goOn) : [];
    while (endedAt === null) await world.clock.sleep(100);
    await bystander;
    return { promisedMs, lastedMs: endedAt - askedAt, outages };
  }, { untilMs: 600_000 });
  world.end();
  return span;
}

/** Somebody who writes something else, never, once or again and again: that carries the time along, too. */
async function scribble(cluster: Cluster, random: Random, goOn: () => boolean): Promise<void> {
  const clerk = cluster.clerk("bystander", { timeoutMs: Infinity });
  const most = [0, 1, Infinity][random.below(3)];
  for (let times = 0; times < most && goOn(); times++) {
    await cluster.world.clock.sleep(random.below(times === 0 ? 200 : 1600));
    await clerk.put("other", `${times}`);
  }
}

/** Leaders die, or are cut off, and come back; gives how long each time nobody could lead. */
async function strike(cluster: Cluster, random: Random, goOn: () => boolean): Promise<number[]> {
  const { world } = cluster;
  const outages: number[] = [];
  const most = random.chance(0.5) ? 1 : Infinity;
  while (goOn() && outages.length < most) {
    await world.clock.sleep(random.below(2500));
    const victim = await cluster.untilLed();
    const { term } = cluster.server(victim).replica.node.state();
    if (!goOn()) return outages;
    const struckAt = world.nowMs;
    const crashes = random.chance(0.5);
    if (crashes) world.machine(victim).crash();
    else world.network.partition("cut", { kind: "isolate", node: victim, others: cluster.names });
    while (!ledAfter(cluster, term)) await world.clock.sleep(1);
    outages.push(world.nowMs - struckAt);
    await world.clock.sleep(random.below(400));
    if (crashes) world.machine(victim).restart();
    else world.network.mend("cut");
  }
  return outages;
}

function ledAfter(cluster: Cluster, term: number): boolean {
  const { leader } = cluster;
  return leader !== null && cluster.server(leader).replica.node.state().term > term;
}
