/**
 * Carries out a fault plan on real processes: the faults, names and times are those of the simulated one.
 *
 * A machine takes as long as it takes to start a process. So that every fault of a plan takes hold on any machine, the plan's clock
 * stands still while the next victim is still starting.
 * @module
 */

import { type Fault, type FaultKind, type RunPlan, type Target, WHEN_OPENED } from "../../nemesis/plan.ts";
import { cutOff } from "../../nemesis/strike_links.ts";
import type { LinkPair } from "../../sim/shapes.ts";
import type { Orders } from "./orders.ts";
import { upsetLinks } from "./strike_lines.ts";
import type { End, JobFault, RealVictims } from "./victims.ts";

/** Hears of a fault that takes hold or ends. */
export type FaultListener = (number: number, fault: Fault, phase: "begins" | "ends") => void;

/** What a nemesis needs. */
export interface RealNemesisOptions {
  readonly plan: RunPlan;
  readonly processes: RealVictims;
  /** Begins a fault of a job; gives how to end it, or null if it did not take hold. */
  readonly strikeJob: (fault: JobFault) => End | null;
  readonly now: () => number;
  readonly onFault: FaultListener;
}

interface Appointment {
  readonly atMs: number;
  /** Whether it ends a fault. */
  readonly ends: boolean;
  readonly act: () => void | Promise<void>;
}

/** How long a link that flaps is open, as a share of its period. */
const FLAP_OPEN_SHARE = 0.5;
const OUTSIDE = "outside";
const LONGEST_SLEEP_MS = 1e6;

/** See the module's page. */
export class RealNemesis {
  readonly #options: RealNemesisOptions;
  readonly #injected = new Map<FaultKind, number>();
  /** What is still to be done, in no order. */
  #agenda: Appointment[] = [];
  #startedMs = 0;
  /** How long the plan's clock has stood still. */
  #stoodMs = 0;
  #woken = Promise.withResolvers<void>();
  #traps = 0;

  /** A nemesis that does nothing yet. */
  constructor(options: RealNemesisOptions) {
    this.#options = options;
    options.processes.wiring.setConditions(options.plan.links);
  }

  /** How often each kind of fault took hold. */
  get injected(): ReadonlyMap<FaultKind, number> {
    return this.#injected;
  }

  /** How many faults took hold. */
  get struck(): number {
    return [...this.#injected.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Strikes for `plan.safetyMs` of the plan's time, or until `signal` fires. */
  async run(signal: AbortSignal): Promise<void> {
    const { plan, now } = this.#options;
    const wake = () => this.#wake();
    signal.addEventListener("abort", wake, { once: true });
    this.#startedMs = now();
    plan.faults.forEach((fault, number) => this.#at(fault.atMs, false, () => this.#strike(fault, number)));
    while (!signal.aborted) {
      const next = earliest(this.#agenda);
      const untilMs = Math.min(next?.atMs ?? Infinity, plan.safetyMs);
      const leftMs = untilMs - this.#planMs;
      if (leftMs > 0) await this.#sleep(leftMs);
      else if (next === null || next.atMs >= plan.safetyMs) break;
      else {
        this.#agenda = this.#agenda.filter((one) => one !== next);
        await next.act();
      }
    }
    signal.removeEventListener("abort", wake);
  }

  /** A majority is healed and everything between its members; the others stay as they are and, as the plan says, out of reach. */
  async healCore(core: readonly number[]): Promise<void> {
    const { plan: { outside: direction }, processes } = this.#options;
    const { wiring, names } = processes;
    this.#agenda = [];
    wiring.mendAll();
    const outside = names.filter((_, node) => !core.includes(node));
    if (direction !== "none") {
      const inside = names.filter((name) => !outside.includes(name));
      // As in the simulation: a leader whose clock stands still never finds out that it hears nobody.
      const directionOf = (name: string) =>
        processes.orders(names.indexOf(name)).clock.frozen ? "both" : direction;
      wiring.cut(OUTSIDE, outside.flatMap((name) => cutOff(name, inside, directionOf(name))));
    }
    for (const node of core) await this.#healNode(node);
    // Whoever was to die somewhere and never came there lives.
    names.forEach((_, node) => this.#options.processes.lift(node));
  }

  /** Everybody is up, every line open, every disk and clock well. */
  async healAll(): Promise<void> {
    const { processes } = this.#options;
    this.#agenda = [];
    processes.wiring.mendAll();
    for (const [node] of processes.names.entries()) await this.#healNode(node);
  }

  async #healNode(node: number): Promise<void> {
    const { processes } = this.#options;
    processes.lift(node);
    const { clock: { leaptMs } } = processes.orders(node);
    processes.give(node, {
      disk: { syncDelay: { kind: "none" }, hung: false, full: false, failing: null },
      clock: { ppm: 0, frozen: false, leaptMs },
      trap: null,
    });
    await processes.signal(node, "SIGCONT");
    processes.raise(node);
    await processes.settled(node);
  }

  get #planMs(): number {
    return this.#options.now() - this.#startedMs - this.#stoodMs;
  }

  #at(atMs: number, ends: boolean, act: () => void | Promise<void>): void {
    this.#agenda.push({ atMs, ends, act });
    this.#wake();
  }

  #wake(): void {
    this.#woken.resolve();
    this.#woken = Promise.withResolvers();
  }

  async #sleep(ms: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, ms);
    await Promise.race([late.promise, this.#woken.promise]);
    clearTimeout(timer);
  }

  async #strike(fault: Fault, number: number): Promise<void> {
    const { processes } = this.#options;
    const node = "target" in fault ? this.#number(fault.target) : -1;
    if (node !== -1) await this.#standStill(processes.settled(node));
    else if (fault.kind === "crashAll") {
      await this.#standStill(Promise.all(processes.names.map((_, one) => processes.settled(one))));
    }
    if (fault.kind === "crashAt") return this.#layTrap(fault, number, node);
    const end = await this.#begin(fault, `f${number}`, node);
    if (end !== null) this.#took(fault, number, end);
  }

  /** The plan's clock stands still until `settled`. What holds the victim up may be another fault: its end is not put off. */
  async #standStill(settled: Promise<unknown>): Promise<void> {
    const cameMs = this.#options.now();
    let over = false;
    void settled.then(() => {
      over = true;
      this.#wake();
    });
    await null;
    while (!over) {
      const end = earliest(this.#agenda.filter(({ ends }) => ends));
      const leftMs = (end?.atMs ?? Infinity) - this.#planMs;
      if (end === null || leftMs > 0) await this.#sleep(Math.min(leftMs, LONGEST_SLEEP_MS));
      else {
        this.#agenda = this.#agenda.filter((one) => one !== end);
        await end.act();
      }
    }
    this.#stoodMs += this.#options.now() - cameMs;
  }

  #took(fault: Fault, number: number, end: End): void {
    this.#injected.set(fault.kind, (this.#injected.get(fault.kind) ?? 0) + 1);
    this.#options.onFault(number, fault, "begins");
    if (!("forMs" in fault)) return;
    this.#at(this.#planMs + fault.forMs, true, async () => {
      await end();
      this.#options.onFault(number, fault, "ends");
    });
  }

  async #layTrap(
    fault: Fault & { readonly kind: "crashAt" },
    number: number,
    node: number,
  ): Promise<void> {
    const { processes } = this.#options;
    const { point, nth, loss } = fault;
    // Who is to die while it starts has to start.
    const starts = WHEN_OPENED.includes(point) && await processes.holdDown(node);
    processes.lay(node, { number: ++this.#traps, point, nth, loss }, () => {
      this.#took(fault, number, () => processes.release(node));
    });
    if (starts) processes.release(node);
  }

  /** Begins a fault; resolves to how to end it, or to null if it did not take hold. */
  #begin(fault: Fault, name: string, node: number): Promise<End | null> | End | null {
    const { wiring, names } = this.#options.processes;
    switch (fault.kind) {
      case "crash":
      case "wipe":
      case "bitFlip":
      case "misdirect":
      case "failingRead":
      case "crashAll":
        return this.#kill(fault, node);
      case "pause":
        return this.#pause(node);
      case "drift":
      case "clockJump":
      case "clockFreeze":
        return this.#upsetClock(fault, node);
      case "slowDisk":
      case "hungDisk":
      case "fullDisk":
      case "failingSync":
      case "failingWrite":
        return this.#upsetDisk(fault, node);
      case "flap":
        return this.#flap(name, [[names[fault.from], names[fault.to]]], fault.periodMs);
      case "slowInput":
      case "loseMap":
      case "damageMap":
        return this.#options.strikeJob(fault);
      default:
        return upsetLinks(wiring, fault, { name, names, target: names[node] ?? "" });
    }
  }

  async #kill(
    fault: Fault & {
      readonly kind: "crash" | "wipe" | "bitFlip" | "misdirect" | "failingRead" | "crashAll";
    },
    node: number,
  ): Promise<End | null> {
    const { processes } = this.#options;
    const meant = fault.kind === "crashAll" ? processes.names.map((_, one) => one) : [node];
    const held = await Promise.all(meant.map((one) => processes.holdDown(one)));
    const killed = meant.filter((_, at) => held[at]);
    if (killed.length === 0) return null;
    const end = () => killed.forEach((one) => processes.release(one));
    if (fault.kind === "wipe") processes.wipe(node);
    if (fault.kind === "failingRead") {
      const orders = processes.orders(node);
      processes.give(node, { ...orders, disk: { ...orders.disk, failing: "read" } });
    }
    const took = (fault.kind !== "bitFlip" || await processes.damage(node, "bit")) &&
      (fault.kind !== "misdirect" || await processes.damage(node, "sector"));
    if (took) return end;
    end();
    return null;
  }

  async #pause(node: number): Promise<End | null> {
    const { processes } = this.#options;
    if (!await processes.signal(node, "SIGSTOP")) return null;
    return () => processes.signal(node, "SIGCONT");
  }

  #upsetClock(
    fault: Fault & { readonly kind: "drift" | "clockJump" | "clockFreeze" },
    node: number,
  ): End | null {
    const { processes } = this.#options;
    if (!processes.isUp(node)) return null;
    const tell = (change: Partial<Orders["clock"]>) => {
      const orders = processes.orders(node);
      processes.give(node, { ...orders, clock: { ...orders.clock, ...change } });
    };
    switch (fault.kind) {
      case "drift":
        tell({ ppm: fault.ppm });
        return () => tell({ ppm: 0 });
      case "clockJump":
        tell({ leaptMs: processes.orders(node).clock.leaptMs + fault.jumpMs });
        return () => {};
      case "clockFreeze":
        tell({ frozen: true });
        return () => tell({ frozen: false });
    }
  }

  #upsetDisk(
    fault: Fault & { readonly kind: "slowDisk" | "hungDisk" | "fullDisk" | "failingSync" | "failingWrite" },
    node: number,
  ): End | null {
    const { processes } = this.#options;
    if (!processes.isUp(node)) return null;
    const tell = (change: Partial<Orders["disk"]>) => {
      const orders = processes.orders(node);
      processes.give(node, { ...orders, disk: { ...orders.disk, ...change } });
    };
    switch (fault.kind) {
      case "slowDisk":
        tell({ syncDelay: fault.delay });
        return () => tell({ syncDelay: { kind: "none" } });
      case "hungDisk":
        tell({ hung: true });
        return () => tell({ hung: false });
      case "fullDisk":
        tell({ full: true });
        return () => tell({ full: false });
      default:
        tell({ failing: fault.kind === "failingSync" ? "sync" : "write" });
        return () => tell({ failing: null });
    }
  }

  /** Closed first, then open, and so on. */
  #flap(name: string, links: readonly LinkPair[], periodMs: number): End {
    const { wiring } = this.#options.processes;
    let over = false;
    const turn = (closed: boolean) => {
      if (over) return;
      if (closed) wiring.cut(name, links);
      else wiring.mend(name);
      const share = closed ? 1 - FLAP_OPEN_SHARE : FLAP_OPEN_SHARE;
      this.#at(this.#planMs + periodMs * share, false, () => turn(!closed));
    };
    turn(true);
    return () => {
      over = true;
      wiring.mend(name);
    };
  }

  #number(target: Target): number {
    if (typeof target === "number") return target;
    return this.#options.processes.leader(target === "leader" ? 0 : Number(target.slice("leader ".length)));
  }
}

/** The earliest; of several at one time the first that was agreed on. */
function earliest(agenda: readonly Appointment[]): Appointment | null {
  return agenda.reduce<Appointment | null>(
    (best, one) => best === null || one.atMs < best.atMs ? one : best,
    null,
  );
}
