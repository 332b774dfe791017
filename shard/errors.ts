/**
 * What a sharded store cannot do.
 * @module
 */

import type { ShardId } from "./placement.ts";

/** A batch names keys of several shards. Only what is in one shard happens at once. Nothing was changed. */
export class CrossShardError extends Error {
  /** The class, for logs. */
  override readonly name = "CrossShardError";
  /** Always the same. */
  readonly code = "crossShard";
  /** The shards that it names. */
  readonly shards: readonly ShardId[];

  /** `shards` are the shards that the batch names. */
  constructor(shards: readonly ShardId[]) {
    super(
      `Cannot execute one batch in shards ${shards.join(", ")}: only keys of one shard change at once; ` +
        "split it, or use scatter(), which executes a part in each shard",
    );
    this.shards = shards;
  }
}
