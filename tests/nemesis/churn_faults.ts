/**
 * Changes of members and of programs, as data.
 * @module
 */

import type { WireVersion } from "../../raft/wire_version.ts";
import type { Target } from "./target.ts";

/** An operator changes who belongs to the cluster, looks every so often how things stand, and gives up after `forMs`. */
export type MembersFault =
  /** A machine that is no member is added as a learner, catches up and is promoted. */
  | {
    readonly kind: "members";
    readonly atMs: number;
    readonly forMs: number;
    readonly everyMs: number;
    readonly change: "join";
    /** If it was one already, the next machine that never was a member. */
    readonly newcomer: number;
  }
  /**
   * A member is removed; `retire`: after it was made a learner; `rejoin`: and comes back with an empty disk, by mistake under its old name first,
   * which must be refused, then under a new one.
   */
  | {
    readonly kind: "members";
    readonly atMs: number;
    readonly forMs: number;
    readonly everyMs: number;
    readonly change: "leave" | "retire" | "rejoin";
    readonly target: Target;
  }
  /** A newcomer joins, then a member is removed. */
  | {
    readonly kind: "members";
    readonly atMs: number;
    readonly forMs: number;
    readonly everyMs: number;
    readonly change: "replace";
    readonly target: Target;
    readonly newcomer: number;
  };

/** A node is stopped and comes back after `forMs` as a program that speaks version `to`. */
export interface VersionsFault {
  readonly kind: "versions";
  readonly atMs: number;
  readonly forMs: number;
  readonly target: Target;
  readonly to: WireVersion;
}

/** The names of the changes of members. */
export const CHANGES: readonly MembersFault["change"][] = ["join", "leave", "retire", "replace", "rejoin"];
