/**
 * A machine: a name, a disk and a clock that last, and at most one running process.
 * @module
 */

import type { Runtime } from "../../runtime/mod.ts";
import { seededRandom } from "../../runtime/mod.ts";
import type { MachineClock } from "./clock.ts";
import type { CrashLoss } from "./crash_loss.ts";
import type { SimDisk } from "./disk.ts";
import { DiskFace } from "./disk_face.ts";
import { type Felt, FeltCount } from "./felt.ts";
import type { Loop } from "./loop.ts";
import { Process } from "./process.ts";
import { NetworkFace } from "./switchboard.ts";
import type { Switchboard } from "./switchboard.ts";
import { KIND } from "./trace.ts";

/** What runs on a machine. It returns, or its promise resolves, when it has nothing more to do; it may go on by timers and messages. */
export type Program = (runtime: Runtime) => void | Promise<void>;

/** What a machine is made of. */
export interface MachineParts {
  readonly loop: Loop;
  readonly board: Switchboard;
  readonly disk: SimDisk;
  readonly clock: MachineClock;
}

/** See the module's page. Every control takes plain data and takes effect at once. */
export class Machine {
  /** Its name, which is its address. */
  readonly name: string;
  /** Its number, as observers and the trace give it. */
  readonly node: number;
  /** Its disk and what may go wrong with it. */
  readonly disk: SimDisk;
  /** Its clock and what may go wrong with it. */
  readonly clock: MachineClock;
  readonly #loop: Loop;
  readonly #board: Switchboard;
  #process: Process | null = null;
  #runtime: Runtime | null = null;
  #program: Program | null = null;
  #incarnation = 0;

  /**
   * The world makes it.
   * @internal
   */
  constructor(name: string, node: number, parts: MachineParts) {
    this.name = name;
    this.node = node;
    this.disk = parts.disk;
    this.clock = parts.clock;
    this.#loop = parts.loop;
    this.#board = parts.board;
  }

  /** Whether a process is alive here, paused or not. */
  get running(): boolean {
    return this.#process?.alive ?? false;
  }

  /** Whether the process is stopped by `pause`. */
  get paused(): boolean {
    return this.#process?.paused ?? false;
  }

  /** How often it has been booted. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** The runtime of the present or last incarnation. Throws `Error` before the first boot. */
  get runtime(): Runtime {
    if (this.#runtime === null) {
      throw new Error(`Cannot give the runtime of ${this.name}: it was never booted`);
    }
    return this.#runtime;
  }

  /**
   * Starts `program` at once in a new incarnation; a running one crashes first.
   * An error the program throws, or rejects with while it lives, fails the simulation.
   */
  boot(program: Program): Runtime {
    if (this.running) this.crash();
    const process = new Process(this.node, this.name, ++this.#incarnation);
    this.#program = program;
    this.#process = process;
    this.#board.attach(process);
    this.#note(KIND.boot, this.#incarnation);
    const random = seededRandom(this.#loop.seed).split(`machine ${this.name}`).split(
      `incarnation ${this.#incarnation}`,
    );
    const runtime: Runtime = {
      clock: this.clock.face(process),
      random,
      network: new NetworkFace(this.#board, process),
      disk: new DiskFace(this.disk, process, this.#loop),
      signal: process.signal,
    };
    this.#runtime = runtime;
    this.#start(process, program, runtime);
    return runtime;
  }

  /**
   * Ends the process without a warning: nothing leaves any more, its timers never fire, syncs under way are never
   * acknowledged, its signal is aborted. `loss` says what becomes of unsynced writes. Harmless if nothing runs.
   */
  crash(loss: CrashLoss = "drawn"): void {
    const process = this.#process;
    if (process === null || !process.alive) return;
    const held = process.die();
    this.disk.crash(process, held, loss);
    this.#note(KIND.crash, this.#incarnation);
    process.announceDeath();
  }

  /** Boots the last program again, with the disk as it is; a running process crashes first. */
  restart(): Runtime {
    if (this.#program === null) throw new Error(`Cannot restart ${this.name}: it was never booted`);
    return this.boot(this.#program);
  }

  /** Replaces the disk by an empty one; a running process crashes first. */
  wipe(): void {
    this.crash("lost");
    this.disk.wipe();
    this.#note(KIND.wipe, this.#incarnation);
  }

  /** Stops the whole process: its timers, messages and acknowledgements wait. Harmless if nothing runs. */
  pause(): Felt {
    if (this.#process === null || !this.running || this.paused) return new FeltCount();
    const felt = this.#process.pause();
    this.#note(KIND.pause, this.#incarnation);
    return felt;
  }

  /** Lets a paused process go on; what waited happens now, in order. */
  resume(): void {
    if (!this.running || !this.paused) return;
    this.#note(KIND.resume, this.#incarnation);
    for (const event of this.#process?.resume() ?? []) this.#loop.push(0, event);
  }

  #start(process: Process, program: Program, runtime: Runtime): void {
    try {
      // A dead program may end as it likes; only the living must not fail.
      program(runtime)?.catch((error) => process.alive && this.#loop.fail(error));
    } catch (error) {
      this.#loop.fail(error);
    }
  }

  #note(kind: number, digest: number): void {
    this.#loop.trace.fold(this.#loop.nowUs, kind, this.node, -1, digest);
  }
}
