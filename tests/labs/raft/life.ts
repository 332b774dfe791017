/**
 * One life of a server: from its start to the crash that ends it.
 * @module
 */

import type { Runtime } from "../../../runtime/mod.ts";
import type { Machine } from "../../sim/mod.ts";
import type { LabHandlers, LabHost } from "../labrpc/mod.ts";
import type { Applier } from "./applier.ts";
import type { LabPersister } from "./lab_persister.ts";
import type { RaftPeer } from "./seat.ts";

/** Hears of what happens to a life. */
export interface LifeWatch {
  /** Something is about to happen in it. */
  touched(): void;
  /** An answer has left it. */
  replied(): void;
}

/** One life of a server. */
export class Life implements LabHost {
  /** 1 for the first. */
  readonly number: number;
  /** Where it runs. */
  readonly machine: Machine;
  /** What it saves to. */
  readonly persister: LabPersister;
  /** `null` until it is booted. */
  runtime: Runtime | null = null;
  /** `null` until it is made. */
  peer: RaftPeer | null = null;
  /** The service above it. */
  applier: Applier | null = null;
  /** What it serves. */
  handlers: LabHandlers = {};
  readonly #watch: LifeWatch;

  /** The next life of `machine`, which it is about to begin. */
  constructor(machine: Machine, persister: LabPersister, watch: LifeWatch) {
    this.machine = machine;
    this.number = machine.incarnation + 1;
    this.persister = persister;
    this.#watch = watch;
  }

  get alive(): boolean {
    return this.machine.running && this.machine.incarnation === this.number;
  }

  run(task: () => void): void {
    if (!this.alive) return;
    this.#watch.touched();
    // A timer of the process itself waits for the end of a pause like all others.
    if (this.machine.paused) this.runtime?.clock.setTimer(0, task);
    else task();
  }

  replied(): void {
    this.#watch.replied();
  }
}
