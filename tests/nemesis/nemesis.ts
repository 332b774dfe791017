/**
 * Carries out a fault plan on a simulated cluster.
 *
 * A fault counts as injected only when it took hold: killing a node that is down already proves nothing.
 * @module
 */

import type { Timer } from "../../runtime/mod.ts";
import { allLinks, cutLinks, type LinkPair } from "../sim/shapes.ts";
import { LOCAL_AREA } from "../sim/conditions.ts";
import type { World } from "../sim/world.ts";
import type { CutDirection, Fault, FaultKind, RunPlan, Target } from "./plan.ts";

/** The cluster as a nemesis sees it: names and lives. */
export interface Victims {
  /** The nodes' names, by their number in the plan. */
  readonly names: readonly string[];
  /** Whoever leads the latest term, or led last; 0 if nobody ever did. */
  leader(): number;
  /** Kills a node; it stays down until `release` was called as often. False if it was down already. */
  holdDown(node: number): boolean;
  /** Lets a node come back, unless something else holds it down. */
  release(node: number): void;
  /** Replaces the disk of a node that is down by an empty one. */
  wipe(node: number): void;
  /** Flips one stored bit of a node that is down; false if it has stored nothing yet. */
  damage(node: number): boolean;
  /** Lets a node come back whatever held it down. */
  raise(node: number): void;
}

/** How long a link that flaps is open, as a share of its period. */
const FLAP_OPEN_SHARE = 0.5;

/** The name of the cut around the nodes that are not healed in the liveness phase. */
const OUTSIDE = "outside";

/** See the module's page. */
export class Nemesis {
  readonly #world: World;
  readonly #plan: RunPlan;
  readonly #victims: Victims;
  readonly #injected = new Map<FaultKind, number>();
  readonly #timers = new Set<Timer>();
  #listener: ((number: number, fault: Fault, phase: "begins" | "ends") => void) | null = null;

  /** A nemesis that does nothing until `start`. */
  constructor(world: World, plan: RunPlan, victims: Victims) {
    this.#world = world;
    this.#plan = plan;
    this.#victims = victims;
  }

  /** How often each kind of fault took hold. */
  get injected(): ReadonlyMap<FaultKind, number> {
    return this.#injected;
  }

  /** Hears of every fault that takes hold or ends. */
  set onFault(listener: (number: number, fault: Fault, phase: "begins" | "ends") => void) {
    this.#listener = listener;
  }

  /** Schedules every fault of the plan. */
  start(): void {
    this.#plan.faults.forEach((fault, number) => {
      this.#after(fault.atMs, () => this.#strike(fault, number));
    });
  }

  /**
   * Ends the safety phase: the nodes of `core` and everything between them is healed, the others stay as they are and, as
   * the plan says, out of reach in one direction or both.
   */
  healCore(core: readonly number[]): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#healNetwork();
    for (const node of core) this.#healNode(node);
    const { names } = this.#victims;
    const outside = names.filter((_, node) => !core.includes(node));
    const direction = this.#plan.outside;
    if (outside.length > 0 && direction !== "none") {
      const inside = names.filter((name) => !outside.includes(name));
      this.#world.network.cut(OUTSIDE, outside.flatMap((name) => cutOff(name, inside, direction)));
    }
  }

  /** Ends everything: every node is up, every link open, every disk and clock well. */
  healAll(): void {
    this.#healNetwork();
    this.#victims.names.forEach((_, node) => this.#healNode(node));
  }

  #healNetwork(): void {
    this.#world.network.mendAll();
    this.#world.network.setConditions(LOCAL_AREA);
  }

  #healNode(node: number): void {
    const machine = this.#world.machine(this.#victims.names[node]);
    machine.disk.heal();
    machine.clock.thaw();
    machine.clock.drift(0);
    machine.resume();
    this.#victims.raise(node);
  }

  #after(delayMs: number, act: () => void): void {
    const timer = this.#world.clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      act();
    });
    this.#timers.add(timer);
  }

  #strike(fault: Fault, number: number): void {
    const end = this.#begin(fault, `f${number}`);
    if (end === null) return;
    this.#injected.set(fault.kind, (this.#injected.get(fault.kind) ?? 0) + 1);
    this.#listener?.(number, fault, "begins");
    if (!("forMs" in fault)) return;
    this.#after(fault.forMs, () => {
      end();
      this.#listener?.(number, fault, "ends");
    });
  }

  /** Begins a fault; returns how to end it, or null if it did not take hold. */
  #begin(fault: Fault, name: string): (() => void) | null {
    switch (fault.kind) {
      case "halves":
      case "isolate":
      case "bridge":
      case "majorityRing":
      case "flap":
      case "weather":
        return this.#beginOnLinks(fault, name);
      case "crash":
      case "crashAll":
      case "wipe":
      case "bitFlip":
        return this.#beginDeath(fault);
      case "pause":
      case "drift":
      case "clockJump":
        return this.#beginOnProcess(fault);
      case "slowDisk":
      case "hungDisk":
      case "fullDisk":
      case "failingSync":
        return this.#beginOnDisk(fault);
    }
  }

  #beginOnLinks(fault: Fault & { readonly kind: LinkFault }, name: string): () => void {
    const { network } = this.#world;
    const { names } = this.#victims;
    const end = () => network.mend(name);
    switch (fault.kind) {
      case "halves": {
        const left = names.filter((_, node) => fault.left.includes(node));
        network.partition(name, { kind: "halves", left, right: names.filter((one) => !left.includes(one)) });
        return end;
      }
      case "isolate": {
        const target = names[this.#number(fault.target)];
        network.cut(name, cutOff(target, names.filter((one) => one !== target), fault.direction));
        return end;
      }
      case "bridge": {
        const rest = names.filter((_, node) => node !== fault.bridge);
        const half = Math.ceil(rest.length / 2);
        const [left, right] = [rest.slice(0, half), rest.slice(half)];
        network.partition(name, { kind: "bridge", left, bridge: names[fault.bridge], right });
        return end;
      }
      case "majorityRing":
        network.partition(name, { kind: "majorityRing", nodes: names });
        return end;
      case "flap": {
        const upMs = fault.periodMs * FLAP_OPEN_SHARE;
        network.flap(name, [[names[fault.from], names[fault.to]]], { upMs, downMs: fault.periodMs - upMs });
        return end;
      }
      case "weather":
        network.degrade(name, allLinks(names), fault.conditions);
        return end;
    }
  }

  #beginDeath(fault: Fault & { readonly kind: Death }): (() => void) | null {
    const victims = this.#victims;
    if (fault.kind === "crashAll") {
      const killed = victims.names.map((_, node) => node).filter((node) => victims.holdDown(node));
      return killed.length === 0 ? null : () => killed.forEach((node) => victims.release(node));
    }
    const node = this.#number(fault.target);
    if (!victims.holdDown(node)) return null;
    if (fault.kind === "wipe") victims.wipe(node);
    // Without a stored byte there is nothing to flip; the crash alone is another fault's business.
    const flipped = fault.kind !== "bitFlip" || victims.damage(node);
    if (flipped) return () => victims.release(node);
    victims.release(node);
    return null;
  }

  #beginOnProcess(fault: Fault & { readonly kind: ProcessFault }): (() => void) | null {
    const machine = this.#machine(fault.target);
    if (!machine.running) return null;
    switch (fault.kind) {
      case "pause":
        if (machine.paused) return null;
        machine.pause();
        return () => machine.resume();
      case "drift":
        machine.clock.drift(fault.ppm);
        return () => machine.clock.drift(0);
      case "clockJump":
        machine.clock.jump(fault.jumpMs);
        return () => {};
    }
  }

  #beginOnDisk(fault: Fault & { readonly kind: DiskFault }): (() => void) | null {
    const machine = this.#machine(fault.target);
    if (!machine.running) return null;
    const { disk } = machine;
    switch (fault.kind) {
      case "slowDisk":
        disk.setSyncDelay(fault.delay);
        return () => disk.setSyncDelay(this.#plan.disk);
      case "hungDisk":
        disk.hangSyncs();
        return () => disk.releaseSyncs();
      case "fullDisk":
        disk.fill(0);
        return () => disk.makeRoom();
      case "failingSync":
        disk.failNext("sync", 1);
        return () => disk.failNext("sync", 0);
    }
  }

  #machine(target: Target): ReturnType<World["machine"]> {
    return this.#world.machine(this.#victims.names[this.#number(target)]);
  }

  #number(target: Target): number {
    return target === "leader" ? this.#victims.leader() : target;
  }
}

type LinkFault = "halves" | "isolate" | "bridge" | "majorityRing" | "flap" | "weather";
type Death = "crash" | "crashAll" | "wipe" | "bitFlip";
type ProcessFault = "pause" | "drift" | "clockJump";
type DiskFault = "slowDisk" | "hungDisk" | "fullDisk" | "failingSync";

/** The links between `node` and `others` that a cut in `direction` closes, as `node` sees it. */
function cutOff(node: string, others: readonly string[], direction: CutDirection): LinkPair[] {
  const outbound = direction === "inbound" ? [] : cutLinks({ kind: "oneWay", from: [node], to: others });
  const inbound = direction === "outbound" ? [] : cutLinks({ kind: "oneWay", from: others, to: [node] });
  return [...outbound, ...inbound];
}
