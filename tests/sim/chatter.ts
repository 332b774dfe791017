/**
 * A small program that uses everything a runtime has, and a run of it under every fault: what the world is tested with.
 * @module
 */

import type { Channel, Disk, DiskFile, Random, Runtime } from "../../runtime/mod.ts";
import { STORM } from "./conditions.ts";
import { World } from "./world.ts";
import type { WorldOptions } from "./world.ts";

/** What chatterers tell each other. */
export interface Gossip {
  readonly round: number;
  readonly rumour: number;
}

/** Eight bytes a message. */
export const GOSSIP: Channel<Gossip> = {
  name: "gossip",
  codec: {
    encode({ round, rumour }) {
      const bytes = new Uint8Array(8);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, round);
      view.setUint32(4, rumour);
      return bytes;
    },
    decode(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return { round: view.getUint32(0), rumour: view.getUint32(4) };
    },
    copy: ({ round, rumour }) => ({ round, rumour }),
  },
};

/** Which machines chat. */
export const CHATTERERS: readonly string[] = ["s1", "s2", "s3", "s4", "s5"];

/** Spreads rumours at random times, writes down what it hears, and tries again whatever the disk refuses. */
export async function chatter({ network, clock, random, disk, signal }: Runtime): Promise<void> {
  const inbox: Gossip[] = [];
  const port = network.open(GOSSIP, (_from, gossip) => inbox.push(gossip));
  const file = await openDiary(disk, random, signal);
  let size = 0;
  for (let round = 0;; round++) {
    await clock.sleep(random.between(1, 20), signal);
    for (const gossip of inbox.splice(0)) {
      const line = GOSSIP.codec.encode(gossip);
      try {
        await file.write(size, line);
        size += line.length;
        if (random.chance(0.3)) await file.sync();
      } catch (error) {
        if (signal.aborted) throw error;
        size = await file.size();
      }
      const next = random.below(CHATTERERS.length);
      if (gossip.round < 5) port.send(CHATTERERS[next], { round: gossip.round + 1, rumour: gossip.rumour });
    }
    port.send(CHATTERERS[random.below(CHATTERERS.length)], { round: 0, rumour: random.below(1e6) });
  }
}

async function openDiary(disk: Disk, random: Random, signal: AbortSignal): Promise<DiskFile> {
  for (;;) {
    try {
      await disk.makeFolder("diary");
      await disk.syncDirectory("");
      const file = await disk.create("diary/new");
      await disk.rename("diary/new", `diary/${random.below(10)}`);
      await disk.syncDirectory("diary");
      return file;
    } catch (error) {
      if (signal.aborted) throw error;
    }
  }
}

/** Every control of the world, in turn and in a drawn order, for as long as the world is run. */
function torment(world: World): void {
  const { network, loop } = world;
  const random = world.random("torment");
  const links = network.linksAmong(CHATTERERS);
  const [left, right] = [CHATTERERS.slice(0, 2), CHATTERERS.slice(3)];
  const faults: ((name: string) => void)[] = [
    () => network.partition("p", { kind: "halves", left, right: CHATTERERS.slice(2) }),
    (name) => network.partition("p", { kind: "isolate", node: name, others: CHATTERERS }),
    () => network.partition("p", { kind: "bridge", left, bridge: CHATTERERS[2], right }),
    () => network.partition("q", { kind: "majorityRing", nodes: CHATTERERS }),
    () => network.partition("q", { kind: "oneWay", from: left, to: right }),
    () => network.flap("f", links.slice(0, 6), { downMs: 7, upMs: 13 }),
    () => network.clog("c", links.slice(4, 9)),
    () => network.degrade("d", links.slice(2, 12), { ...STORM, bytesPerSecond: 2000, inOrder: true }),
    () => network.degrade("e", links.slice(12), { ...STORM, lossRate: 1 }, "gossip"),
    () => network.mendAll(),
    (name) => world.machine(name).restart(),
    (name) => world.machine(name).crash("mixed"),
    (name) => world.machine(name).wipe(),
    (name) => world.machine(name).pause(),
    () => world.machines.forEach((machine) => machine.resume()),
    () => world.machines.forEach((machine) => machine.running || machine.restart()),
    (name) => world.machine(name).clock.drift(random.between(-200_000, 200_000)),
    (name) => world.machine(name).clock.jump(random.between(0, 50)),
    (name) => world.machine(name).clock.freeze(),
    () => world.machines.forEach((machine) => machine.clock.thaw()),
    (name) =>
      world.machine(name).disk.setSyncDelay({ kind: "exponential", minMs: 0, meanMs: 20, maxMs: 500 }),
    (name) => world.machine(name).disk.hangSyncs(),
    (name) => world.machine(name).disk.failNext("sync", 2),
    (name) => world.machine(name).disk.failNext("write", 2),
    (name) => world.machine(name).disk.fill(20),
    (name) => world.machine(name).disk.setMisdirectRate(0.2),
    (name) => world.machine(name).disk.flipBits(2),
    () => world.machines.forEach((machine) => machine.disk.heal()),
  ];
  const next = (): void => {
    world.note(`torment at ${world.nowMs}`);
    faults[random.below(faults.length)](CHATTERERS[random.below(CHATTERERS.length)]);
    loop.schedule(random.between(1, 30), next);
  };
  next();
}

/** A world full of chatterers under torment, after `forMs` of virtual time. */
export async function tormentedChatter(options: WorldOptions, forMs: number): Promise<World> {
  const world = new World({ conditions: { ...STORM, lossRate: 0.05 }, ...options });
  for (const name of CHATTERERS) world.machine(name).boot(chatter);
  torment(world);
  await world.run({ untilMs: forMs });
  return world;
}
