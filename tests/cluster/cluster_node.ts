/**
 * One node of a simulated cluster through all its lives: its machine and disk, which last, and what was last seen of its present life.
 * @module
 */

import type { Core } from "../../raft/core/state.ts";
import type { Configuration, Index } from "../../raft/types.ts";
import type { Speaker } from "../check/durable_before_visible.ts";
import type { LeaderStickiness } from "../check/leader_stickiness.ts";
import type { WatchedMachine } from "../check/machine_laws.ts";
import { WatchedDisk } from "../check/stable_state.ts";
import type { Report } from "../check/violation.ts";
import type { Machine as SimMachine } from "../sim/machine.ts";
import type { WireVersion } from "../../raft/wire_version.ts";
import type { Served } from "./serve.ts";
import { Medium } from "./storage.ts";

/** See the module's page. */
export class ClusterNode {
  readonly name: string;
  readonly machine: SimMachine;
  readonly disk: WatchedDisk;
  readonly medium: Medium;
  /** How many faults hold it down. */
  holds = 0;
  /** The version of the program that is started there. */
  speaks: WireVersion = 2;
  /** The version of the one that came up last. */
  ranAs: WireVersion = 2;
  /** How often it came up. */
  lifeCount = 0;
  /** What serves there; null while it is down or coming up. */
  served: Served | null = null;
  #founders: readonly string[];
  #spare: boolean;
  #retired = false;
  /** The running node's state; null while it is down or coming up. */
  core: Readonly<Core> | null = null;
  /** While it is down: the last configuration in the log that it died with, which its disk may hold although no sync was done. */
  mayHold: { readonly index: Index; readonly configuration: Configuration | null } | null = null;
  /** The same as the monitors see it. */
  speaker: Speaker | null = null;
  /** Whom it hears, and to whom it gives its yes; null while it is down or coming up. */
  stickiness: LeaderStickiness | null = null;
  watched: WatchedMachine | null = null;
  seenCommit: Index = 0;
  seenOffset: Index = -1;
  seenLast: Index = 0;
  seenTerm = 0;
  seenConfiguration: Index = 0;
  leads = false;
  /** What a chronicle was told last. */
  toldRole = "down";
  toldTerm = 0;
  toldCommit = 0;
  /** Whether it was seen to follow without a vote. */
  followed = false;

  /** A node that is down. `founders`: the first members, if it is one. `report` hears of what its disk forgets. */
  constructor(machine: SimMachine, founders: readonly string[], report: Report) {
    this.name = machine.name;
    this.machine = machine;
    this.disk = new WatchedDisk(machine.name, report);
    this.medium = new Medium(machine.disk, machine.name);
    this.#founders = founders;
    this.#spare = founders.length === 0;
  }

  /** The members that its program is started with; none if it joined later. */
  get founders(): readonly string[] {
    return this.#founders;
  }

  /** Whether it never was a member, and nobody has asked for that: it runs and waits. */
  get spare(): boolean {
    return this.#spare;
  }

  /** Whether it is to run. */
  get wanted(): boolean {
    return !this.#retired;
  }

  /** Somebody asks for it to become a member; it knows of no others than those that it is told of. */
  joins(): void {
    this.#founders = [];
    this.#spare = false;
  }

  /** Nobody wants it to run any more. */
  retires(): void {
    this.#retired = true;
  }

  lives(served: Served, watched: WatchedMachine, stickiness: LeaderStickiness): void {
    const { core } = served;
    this.served = served;
    this.lifeCount++;
    this.ranAs = this.speaks;
    this.core = core;
    this.mayHold = null;
    this.speaker = { name: this.name, stable: this.disk.stable, core };
    this.stickiness = stickiness;
    this.watched = watched;
    this.seenCommit = core.commit;
    this.seenOffset = core.log.offset;
    this.seenLast = core.log.offset + core.log.entries.length;
    this.seenTerm = core.term;
    this.seenConfiguration = core.membership.index;
    this.leads = false;
  }

  /** Remembers what a chronicle was told. */
  tells(role: string, term: number, commit: number): void {
    this.toldRole = role;
    this.toldTerm = term;
    this.toldCommit = commit;
  }

  dies(): void {
    if (this.core !== null) {
      const { index, configuration } = this.core.membership;
      this.mayHold = { index, configuration };
    }
    this.core = null;
    this.served = null;
    this.speaker = null;
    this.stickiness = null;
    this.watched = null;
    this.medium.forget();
  }

  /** Whether the log's new start came from another node: the machine had not got so far. */
  installs(offset: Index): boolean {
    return this.core !== null && this.core.commit === offset && this.core.log.entries.length === 0 &&
      this.core.role.type === "follower";
  }
}
