/**
 * A MapReduce job as a nemesis sees it: the shared folder's server, the coordinator, the workers.
 * @module
 */

import { intermediateName } from "../../mapreduce/mod.ts";
import { sameBytes } from "../check/stable_state.ts";
import type { JobWorld } from "../mapreduce/sim/job_world.ts";
import { Moments } from "../nemesis/moments.ts";
import type { JobVictims, Victims } from "../nemesis/victims.ts";
import type { CrashLoss } from "../sim/crash_loss.ts";

const SERVER = 0;
const FIRST_WORKER = 2;

/** See the module's page. */
export class JobMachines implements Victims, JobVictims {
  readonly names: readonly string[];
  readonly moments: Moments = new Moments();
  readonly #job: JobWorld;
  readonly #holds: number[];

  /** Whatever runs in `job`. */
  constructor(job: JobWorld) {
    this.#job = job;
    this.names = ["server", "coordinator", ...job.workers];
    this.#holds = this.names.map(() => 0);
    job.world.network.observer = {
      onSend: (from) => {
        if (this.moments.heard) this.moments.sent(from);
      },
      onDeliver: (_from, to) => {
        if (this.moments.heard) this.moments.received(to);
      },
    };
  }

  readonly churn: null = null;

  get job(): JobVictims {
    return this;
  }

  leader(): number {
    return 1;
  }

  membersOf(): readonly number[] {
    return this.names.map((_, node) => node);
  }

  holdDown(node: number, loss: CrashLoss): boolean {
    const machine = this.#job.world.machine(this.names[node]);
    if (this.#holds[node] > 0 || !machine.running) return false;
    this.#holds[node]++;
    // What was not synced may be anything from now on.
    if (node === SERVER) this.#job.laws.powerCuts++;
    machine.crash(loss);
    return true;
  }

  release(node: number): void {
    if (this.#holds[node] > 0) this.#holds[node]--;
    this.bootAll();
  }

  raise(node: number): void {
    this.#holds[node] = 0;
    this.bootAll();
  }

  /** Starts whatever is down and may come back: a small operator looks after a job, too. */
  bootAll(): void {
    this.names.forEach((name, node) => {
      const machine = this.#job.world.machine(name);
      if (machine.running || this.#holds[node] > 0 || (this.#job.end !== null && node !== SERVER)) return;
      machine.restart();
    });
  }

  /** The folder is reliable, as the paper's file system is: nobody wipes or damages it as a whole. */
  wipe(): void {}

  damage(): boolean {
    return false;
  }

  slowDown(node: number): boolean {
    const name = this.names[node];
    if (node < FIRST_WORKER || this.#job.slow.has(name)) return false;
    this.#job.slow.add(name);
    return true;
  }

  get slowReads(): number {
    return this.#job.slowReads;
  }

  speedUp(node: number): void {
    this.#job.slow.delete(this.names[node]);
  }

  loseMap(map: number): boolean {
    let lost = false;
    for (let reduce = 0; reduce < this.#job.reduces; reduce++) {
      const path = this.#pathOf(map, reduce);
      if (this.#job.folder.contents(path) === null) continue;
      this.#job.folder.damage(path, "remove", 0);
      if (this.#job.folder.contents(path) === null) lost = true;
    }
    return lost;
  }

  damageMap(
    { map, reduce }: { readonly map: number; readonly reduce: number },
    how: "flip" | "cut",
    place: number,
  ): boolean {
    const path = this.#pathOf(map, reduce);
    const before = this.#job.folder.contents(path);
    if (before === null || before.length === 0) return false;
    this.#job.folder.damage(path, how, place);
    return !sameBytes(before, this.#job.folder.contents(path) ?? undefined);
  }

  #pathOf(map: number, reduce: number): string {
    const { maps, reduces } = this.#job;
    return `work/${intermediateName(map % maps, reduce % reduces)}`;
  }
}
