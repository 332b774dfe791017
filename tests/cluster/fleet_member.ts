/**
 * One member of a fleet through all its lives: its machine and disk, which last, and what serves there at present.
 * @module
 */

import type { Replica } from "../../kv/replica.ts";
import type { Store } from "../../kv/store/store.ts";
import type { Storage } from "../../raft/storage.ts";
import type { Runtime } from "../../runtime/mod.ts";
import type { ShardController, ShardGroup } from "../../shard/mod.ts";
import type { RaftLaws } from "../check/raft_laws.ts";
import { WatchedDisk } from "../check/stable_state.ts";
import type { Report } from "../check/violation.ts";
import type { CrashLoss } from "../sim/crash_loss.ts";
import type { Machine as SimMachine } from "../sim/mod.ts";
import { openStorage } from "./storage.ts";

/** What a member is once it is open. */
export interface Opened {
  readonly replica: Replica;
  readonly machine: ShardGroup | ShardController | Store;
}

/** See the module's page. */
export class FleetMember {
  readonly name: string;
  /** Those of its group. */
  readonly laws: RaftLaws;
  readonly sim: SimMachine;
  /** Null while it is down or coming up. */
  opened: Opened | null = null;
  readonly #disk: WatchedDisk;

  /** A member that is down and was never up. `report` hears of what its disk forgets. */
  constructor(sim: SimMachine, laws: RaftLaws, report: Report) {
    this.name = sim.name;
    this.sim = sim;
    this.laws = laws;
    this.#disk = new WatchedDisk(sim.name, report);
  }

  /** Whether it may vote for certain: its disk has neither been lost nor damaged. */
  get isVoter(): boolean {
    return this.#disk.stable.standing === "voter" && !this.#disk.suspect;
  }

  /** Its storage in its next life. */
  openStorage(runtime: Runtime): Storage {
    return this.#disk.watch(openStorage(runtime, this.name, this.#disk.history), null);
  }

  /** It serves. */
  lives(opened: Opened): void {
    this.opened = opened;
    this.laws.boot(this.name, opened.replica.node.core);
  }

  /** Kills it; harmless if it is down. */
  crash(loss: CrashLoss): void {
    if (!this.sim.running) return;
    this.opened = null;
    this.laws.crash(this.name, this.#disk.stable.term);
    this.sim.crash(loss);
  }

  /** It gets an empty disk, and may never vote again. */
  wipe(): void {
    this.sim.wipe();
    this.#disk.wiped();
  }

  /** Flips one stored bit, or overwrites one stored sector; false if there is nothing to damage. */
  damage(how: "bit" | "sector"): boolean {
    const { disk } = this.sim;
    if (!(how === "bit" ? disk.flipBits(1) > 0 : disk.misplaceSector())) return false;
    this.#disk.suspect = true;
    return true;
  }
}
