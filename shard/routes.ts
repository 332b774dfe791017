/**
 * What a client knows of who owns what: one map, replaced only by a later one.
 * @module
 */

import type { Address } from "../runtime/network.ts";
import { type GroupId, NOBODY, type ShardMap } from "./map.ts";
import type { ShardId } from "./placement.ts";

/** Where to ask. */
export interface Route {
  /** The group. */
  readonly group: GroupId;
  /** Its servers. */
  readonly servers: readonly Address[];
  /** The map that says so. */
  readonly number: number;
}

/** Where clients get maps from: the controller of either design. */
export interface MapSource {
  /** The latest map, or null if none came within `timeoutMs`. */
  latest(timeoutMs: number, signal?: AbortSignal): Promise<ShardMap | null>;
}

/** See the module's page. Many operations share one question for a map. */
export class Routes {
  readonly #source: MapSource;
  #map: ShardMap | null = null;
  #asking: Promise<void> | null = null;

  /** Knows nothing yet. */
  constructor(source: MapSource) {
    this.#source = source;
  }

  /** The map that routes now. */
  get map(): ShardMap | null {
    return this.#map;
  }

  /** Who owns a shard, as far as is known; null for nobody. */
  of(shard: ShardId): Route | null {
    if (this.#map === null) return null;
    const group = this.#map.owners[shard];
    const servers = this.#map.groups.get(group);
    if (group === NOBODY || servers === undefined) return null;
    return { group, servers, number: this.#map.number };
  }

  /** A map that somebody told; true if it is news. An older one than the present is not: answers come late. */
  offer(map: ShardMap | null): boolean {
    if (map === null) return false;
    if (this.#map !== null && this.#map.number > 0) {
      // A group that listens to another controller tells maps that mean nothing here.
      if (map.origin !== this.#map.origin || map.number <= this.#map.number) return false;
    }
    this.#map = map;
    return true;
  }

  /** Asks for the latest map. */
  async refresh(timeoutMs: number): Promise<void> {
    this.#asking ??= this.#ask(timeoutMs);
    await this.#asking;
  }

  async #ask(timeoutMs: number): Promise<void> {
    try {
      this.offer(await this.#source.latest(timeoutMs));
    } finally {
      this.#asking = null;
    }
  }
}
