/**
 * Carries out a fault plan.
 *
 * A fault counts as injected only when it was felt: killing a node that is down already proves nothing, nor does a cut through which
 * nobody speaks.
 * @module
 */

import type { Timer } from "../../runtime/mod.ts";
import { LOCAL_AREA } from "../sim/conditions.ts";
import type { Machine } from "../sim/machine.ts";
import type { World } from "../sim/world.ts";
import { type Fault, type FaultKind, type Point, type RunPlan, type Target, WHEN_OPENED } from "./plan.ts";
import { cutOff, kindOfMessage, strikeLinks } from "./strike_links.ts";
import { counted, deathsBy, type Strike } from "./strike.ts";
import { type Death, strikeDead, strikeDisk, strikeJob, strikeProcess } from "./strike_machines.ts";
import type { Victims } from "./victims.ts";

/** The name of the cut around the nodes that are not healed in the liveness phase. */
const OUTSIDE = "outside";

/** How soon a fault tries again that has nothing to damage yet: looking at a whole disk costs. */
const LATER_MS = 300;
/** And what a job has made so soon. */
const SOON_MS = 25;

/** Hears of a fault that takes hold or ends. */
export type FaultListener = (number: number, fault: Fault, phase: "begins" | "ends") => void;

/** See the module's page. */
export class Nemesis {
  readonly #world: World;
  readonly #plan: RunPlan;
  readonly #victims: Victims;
  readonly #struck: { readonly kind: FaultKind; readonly strike: Strike }[] = [];
  readonly #timers = new Set<Timer>();
  #listener: FaultListener | null = null;

  /** A nemesis that does nothing until `start`. */
  constructor(world: World, plan: RunPlan, victims: Victims) {
    this.#world = world;
    this.#plan = plan;
    this.#victims = victims;
    world.network.classify = kindOfMessage;
  }

  /** How many faults took hold of something, felt or not. */
  get begun(): number {
    return this.#struck.length;
  }

  /** How often each kind of fault was felt so far. */
  get injected(): ReadonlyMap<FaultKind, number> {
    const injected = new Map<FaultKind, number>();
    for (const { kind, strike } of this.#struck) {
      if (strike.felt()) injected.set(kind, (injected.get(kind) ?? 0) + 1);
    }
    return injected;
  }

  /** Hears of every fault that takes hold or ends. */
  set onFault(listener: FaultListener) {
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
    this.#cancel();
    this.#healNetwork();
    for (const node of core) this.#healNode(node);
    const { names } = this.#victims;
    const outside = names.filter((_, node) => !core.includes(node));
    const direction = this.#plan.outside;
    if (outside.length > 0 && direction !== "none") {
      const inside = names.filter((name) => !outside.includes(name));
      // A leader whose clock stands still never finds out that it hears nobody; as long as it is heard, nobody else can lead (seed 900762).
      const directionOf = (name: string) => this.#world.machine(name).clock.standsStill ? "both" : direction;
      this.#world.network.cut(OUTSIDE, outside.flatMap((name) => cutOff(name, inside, directionOf(name))));
    }
  }

  /** Ends everything: every node is up, every link open, every disk and clock well. */
  healAll(): void {
    this.#cancel();
    this.#healNetwork();
    this.#victims.names.forEach((_, node) => this.#healNode(node));
    this.#victims.churn?.tidy();
  }

  #cancel(): void {
    this.#victims.churn?.rest();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    // Whoever was to die somewhere and never came there lives.
    this.#victims.names.forEach((_, node) => this.#victims.moments.ignoreAll(this.#machine(node)));
  }

  #healNetwork(): void {
    this.#world.network.mendAll();
    this.#world.network.setConditions(LOCAL_AREA);
  }

  #healNode(node: number): void {
    const machine = this.#machine(node);
    machine.disk.heal();
    machine.clock.thaw();
    machine.clock.drift(0);
    machine.resume();
    this.#victims.job?.speedUp(node);
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
    if (fault.kind === "crashAt") return this.#layTrap(fault, number);
    if (fault.kind === "misdirect" && !this.#machine(this.#number(fault.target)).disk.hasWholeSectors) {
      // Nothing has gone astray as long as next to nothing was written.
      return this.#after(LATER_MS, () => this.#strike(fault, number));
    }
    const strike = this.#begin(fault, `f${number}`);
    if (strike !== null) return this.#took(fault, number, strike);
    // Before a map task is through there is nothing of it to lose; a moment later there may be.
    const early = fault.kind === "loseMap" || fault.kind === "damageMap";
    if (early) this.#after(SOON_MS, () => this.#strike(fault, number));
  }

  #took(fault: Fault, number: number, strike: Strike): void {
    this.#struck.push({ kind: fault.kind, strike });
    this.#listener?.(number, fault, "begins");
    if (!("forMs" in fault)) return;
    this.#after(fault.forMs, () => {
      strike.end();
      this.#listener?.(number, fault, "ends");
    });
  }

  /** The fault takes hold when the machine comes to that point for the `nth` time, if it ever does. */
  #layTrap(fault: Fault & { readonly kind: "crashAt" }, number: number): void {
    const victims = this.#victims;
    const node = this.#number(fault.target);
    const machine = this.#machine(node);
    let left = fault.nth;
    const spring = () => {
      let killed = false;
      const deaths = deathsBy([machine], () => killed = victims.holdDown(node, fault.loss));
      if (!killed) return;
      this.#took(fault, number, { end: () => victims.release(node), felt: () => deaths > 0 });
    };
    const listener = (point: Point) => {
      if (point !== fault.point || --left > 0) return;
      victims.moments.ignore(machine, listener);
      // What the program is doing goes on up to the next await, and no further. A medium that has taken something in is no
      // program: its owner must not hear of it.
      if (point === "synced") spring();
      // The folder of a job is served to others, who do not die with it: their call is over first.
      else if (victims.job !== null) this.#world.loop.schedule(0, spring);
      else Promise.resolve().then(spring);
    };
    victims.moments.listen(machine, listener);
    // Who is to die while it starts has to start.
    if (victims.job === null && WHEN_OPENED.includes(fault.point) && victims.holdDown(node, "drawn")) {
      victims.release(node);
    }
  }

  /** Begins a fault; null if it did not take hold. */
  #begin(fault: Exclude<Fault, { readonly kind: "crashAt" }>, name: string): Strike | null {
    const target = "target" in fault ? this.#number(fault.target) : 0;
    const machine = this.#machine(target);
    switch (fault.kind) {
      case "crash":
      case "crashAll":
      case "crashGroup":
      case "wipe":
      case "bitFlip":
      case "misdirect":
      case "failingRead":
        return this.#beginDeath(fault, target);
      case "pause":
      case "drift":
      case "clockJump":
      case "clockFreeze":
        return strikeProcess(machine, fault);
      case "slowDisk":
      case "hungDisk":
      case "fullDisk":
      case "failingSync":
      case "failingWrite":
        return strikeDisk(machine, fault, this.#plan.disk);
      case "members":
        return this.#victims.churn?.change(fault, target) ?? null;
      case "versions":
        return this.#victims.churn?.replaceProgram(target, fault.to) ?? null;
      case "slowInput":
      case "loseMap":
      case "damageMap":
        return strikeJob(this.#victims.job, fault, target);
      default: {
        const { names } = this.#victims;
        const felt = strikeLinks(this.#world, fault, { name, names, target: machine.name });
        return counted(felt, () => this.#world.network.mend(name));
      }
    }
  }

  #beginDeath(fault: Fault & { readonly kind: Death }, target: number): Strike | null {
    const machine = this.#machine(target);
    if (fault.kind === "failingRead" && this.#victims.job !== null) {
      // A job's folder is read all the time, a log only by who starts: nobody has to die for it.
      if (!machine.running) return null;
      return counted(machine.disk.failNext("read", 1), () => machine.disk.failNext("read", 0));
    }
    return strikeDead(this.#victims, fault, { target, machineOf: (node) => this.#machine(node) });
  }

  #machine(node: number): Machine {
    return this.#world.machine(this.#victims.names[node]);
  }

  #number(target: Target): number {
    if (typeof target === "number") return target;
    return this.#victims.leader(target === "leader" ? 0 : Number(target.slice("leader ".length)));
  }
}
