/**
 * Carries out a fault plan.
 *
 * A fault counts as injected only when it took hold: killing a node that is down already proves nothing.
 * @module
 */

import type { Timer } from "../../runtime/mod.ts";
import { LOCAL_AREA } from "../sim/conditions.ts";
import type { Machine } from "../sim/machine.ts";
import type { World } from "../sim/world.ts";
import type { Fault, FaultKind, RunPlan, Target } from "./plan.ts";
import { cutOff, kindOfMessage, strikeLinks } from "./strike_links.ts";
import { type End, strikeDead, strikeDisk, strikeJob, strikeProcess } from "./strike_machines.ts";
import type { Victims } from "./victims.ts";

/** The name of the cut around the nodes that are not healed in the liveness phase. */
const OUTSIDE = "outside";

/** Hears of a fault that takes hold or ends. */
export type FaultListener = (number: number, fault: Fault, phase: "begins" | "ends") => void;

/** See the module's page. */
export class Nemesis {
  readonly #world: World;
  readonly #plan: RunPlan;
  readonly #victims: Victims;
  readonly #injected = new Map<FaultKind, number>();
  readonly #timers = new Set<Timer>();
  #listener: FaultListener | null = null;

  /** A nemesis that does nothing until `start`. */
  constructor(world: World, plan: RunPlan, victims: Victims) {
    this.#world = world;
    this.#plan = plan;
    this.#victims = victims;
    world.network.classify = kindOfMessage;
  }

  /** How often each kind of fault took hold. */
  get injected(): ReadonlyMap<FaultKind, number> {
    return this.#injected;
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
      this.#world.network.cut(OUTSIDE, outside.flatMap((name) => cutOff(name, inside, direction)));
    }
  }

  /** Ends everything: every node is up, every link open, every disk and clock well. */
  healAll(): void {
    this.#cancel();
    this.#healNetwork();
    this.#victims.names.forEach((_, node) => this.#healNode(node));
  }

  #cancel(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    // Whoever was to die somewhere and never came there lives.
    this.#victims.names.forEach((_, node) => this.#victims.moments.ignore(this.#machine(node)));
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
    const end = this.#begin(fault, `f${number}`);
    if (end !== null) this.#took(fault, number, end);
  }

  #took(fault: Fault, number: number, end: End): void {
    this.#injected.set(fault.kind, (this.#injected.get(fault.kind) ?? 0) + 1);
    this.#listener?.(number, fault, "begins");
    if (!("forMs" in fault)) return;
    this.#after(fault.forMs, () => {
      end();
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
      if (!victims.holdDown(node, fault.loss)) return;
      this.#took(fault, number, () => victims.release(node));
    };
    victims.moments.listen(machine, (point) => {
      if (point !== fault.point || --left > 0) return;
      victims.moments.ignore(machine);
      // What the program is doing goes on up to the next await, and no further. A medium that has taken something in is no
      // program: its owner must not hear of it.
      if (point === "synced") spring();
      // The folder of a job is served to others, who do not die with it: their call is over first.
      else if (victims.job !== null) this.#world.loop.schedule(0, spring);
      else Promise.resolve().then(spring);
    });
  }

  /** Begins a fault; returns how to end it, or null if it did not take hold. */
  #begin(fault: Exclude<Fault, { readonly kind: "crashAt" }>, name: string): End | null {
    const target = "target" in fault ? this.#number(fault.target) : 0;
    const machine = this.#machine(target);
    switch (fault.kind) {
      case "crash":
      case "crashAll":
      case "crashGroup":
      case "wipe":
      case "bitFlip":
      case "misdirect":
        return strikeDead(this.#victims, fault, target);
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
      case "slowInput":
      case "loseMap":
      case "damageMap":
        return strikeJob(this.#victims.job, fault, target);
      default:
        strikeLinks(this.#world, fault, { name, names: this.#victims.names, target: machine.name });
        return () => this.#world.network.mend(name);
    }
  }

  #machine(node: number): Machine {
    return this.#world.machine(this.#victims.names[node]);
  }

  #number(target: Target): number {
    if (typeof target === "number") return target;
    return this.#victims.leader(target === "leader" ? 0 : Number(target.slice("leader ".length)));
  }
}
