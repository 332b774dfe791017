/**
 * One life of a server.
 * @module
 */

import type { Runtime } from "../../../runtime/mod.ts";
import type { Machine } from "../../sim/mod.ts";
import type { LabHandlers, LabHost } from "../labrpc/mod.ts";
import type { LabPersister } from "../raft/lab_persister.ts";

/** One life of a server. */
export class Life<Peer> implements LabHost {
  /** Which life of its machine. */
  readonly number: number;
  /** Where it runs. */
  readonly machine: Machine;
  /** Its disk. */
  readonly persister: LabPersister;
  /** Its runtime, once it is up. */
  runtime: Runtime | null = null;
  /** What the implementation made, once it is up. */
  peer: Peer | null = null;
  /** What it answers. */
  handlers: LabHandlers = {};
  readonly #touched: () => void;

  /** The machine's next life; `touched` hears of whatever happens in it. */
  constructor(machine: Machine, persister: LabPersister, touched: () => void = () => {}) {
    this.#touched = touched;
    this.machine = machine;
    this.number = machine.incarnation + 1;
    this.persister = persister;
  }

  /** Whether it goes on. */
  get alive(): boolean {
    return this.machine.running && this.machine.incarnation === this.number;
  }

  /** Runs `task` inside it. */
  run(task: () => void): void {
    if (!this.alive) return;
    this.#touched();
    // A timer of the process itself waits for the end of a pause like all others.
    if (this.machine.paused) this.runtime?.clock.setTimer(0, task);
    else task();
  }

  /** Nothing here dies of having answered. */
  replied(): void {
    this.#touched();
  }
}
