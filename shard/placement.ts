/**
 * Which shard a key belongs to. The same on every server and every client, for ever: a key cannot change its shard.
 * @module
 */

/** A shard's number, from 0. */
export type ShardId = number;

/** Cuts the keys into shards. */
export interface Placement {
  /** How many shards there are. */
  readonly shards: number;
  /** The shard of `key`. */
  shardOf(key: string): ShardId;
}

const encoder = new TextEncoder();

/** Spreads keys by a hash (32-bit FNV-1a over their UTF-8), as the labs of 2025 do. */
export function hashPlacement(shards: number): Placement {
  checkShards(shards);
  return { shards, shardOf: (key) => hashOf(key) % shards };
}

/**
 * Spreads keys as `hashPlacement` does, but of a key with a `{tag}` in it only the first tag counts, as in Redis Cluster: keys of
 * one tag are in one shard, so they can change at once.
 */
export function taggedPlacement(shards: number): Placement {
  checkShards(shards);
  return { shards, shardOf: (key) => hashOf(tagOf(key)) % shards };
}

function tagOf(key: string): string {
  const begin = key.indexOf("{");
  const end = begin === -1 ? -1 : key.indexOf("}", begin);
  return end > begin + 1 ? key.slice(begin + 1, end) : key;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Takes the first byte of a key's UTF-8, as the labs of 2024 do; the empty key is in shard 0. Keys that begin alike stay together. */
export function firstBytePlacement(shards: number): Placement {
  checkShards(shards);
  return {
    shards,
    shardOf: (key) => key === "" ? 0 : encoder.encode(key.slice(0, 2))[0] % shards,
  };
}

function checkShards(shards: number): void {
  if (Number.isSafeInteger(shards) && shards >= 1 && shards <= MAX_SHARDS) return;
  throw new RangeError(`Cannot make ${shards} shards: give a whole number from 1 to ${MAX_SHARDS}`);
}

/** Most shards: every map names the owner of each. */
export const MAX_SHARDS = 65_536;
