/**
 * The interface between the shard suites and any implementation: what it is given and what it gives back.
 * @module
 */

import type { ClerkSeat, KvServerSeat } from "../kv/seat.ts";

/** A configuration, as the labs have it. */
export interface LabConfig {
  /** Its number. */
  readonly num: number;
  /** The group of each shard; 0 for nobody. */
  readonly shards: readonly number[];
  /** The servers of each group. */
  readonly groups: { readonly [gid: string]: readonly string[] };
}

/** What a server of a group is given. */
export interface ShardServerSeat extends KvServerSeat {
  /** The group's number. In 2025 group 1 starts up owning every shard. */
  readonly gid: number;
  /** Where the controller's servers listen (2024); empty in 2025, where nobody polls. */
  readonly controllers: readonly string[];
  /** Calls a method at any server by its address, as `ClerkSeat.call` does. */
  callAny<Reply = unknown>(server: string, method: string, request: unknown): Promise<Reply | null>;
}

/**
 * What a clerk is given: `servers` are those of the controller (2024) or of the configuration store (2025), and `call` reaches any
 * server by its address.
 */
export type ShardClerkSeat = ClerkSeat;

/** The controller's clerk of 2024. */
export interface ControllerFace {
  /** The configuration of that number; -1 for the latest. */
  query(num: number): Promise<LabConfig>;
  /** Adds groups. */
  join(groups: { readonly [gid: string]: readonly string[] }): Promise<void>;
  /** Removes groups. */
  leave(gids: readonly number[]): Promise<void>;
  /** Moves one shard. */
  move(shard: number, gid: number): Promise<void>;
}

/** The controller of 2025. */
export interface ShardControllerFace {
  /** Stores the first configuration. */
  initConfig(config: LabConfig): Promise<void>;
  /** The present configuration. */
  query(): Promise<LabConfig>;
  /** Moves the shards that differ, then makes `config` the present one. Gives up if another one took its place. */
  changeConfigTo(config: LabConfig): Promise<void>;
  /** Finishes what another controller has begun. */
  initController(): Promise<void>;
}
