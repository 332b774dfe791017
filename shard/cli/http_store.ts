/**
 * The sharded store as the HTTP routes ask for it.
 * @module
 */

import type { PutOptions, ScanOptions, Written } from "../../kv/clerk.ts";
import { RefusedError } from "../../kv/errors.ts";
import type { HttpStore } from "../../kv/http/mod.ts";
import type { CallOptions } from "../../kv/session_client.ts";
import type {
  BatchResult,
  Condition,
  KeyRange,
  StoreEntry,
  StoreEvent,
  StoreRevision,
  Write,
} from "../../kv/store/types.ts";
import type { ShardClerk } from "../clerk.ts";
import { CrossShardError } from "../errors.ts";

/** Revisions are each shard's own: they grow with every change of the shard, also when it moves. */
export class ShardHttpStore implements HttpStore {
  readonly #clerk: ShardClerk;

  /** In front of `clerk`. */
  constructor(clerk: ShardClerk) {
    this.#clerk = clerk;
  }

  /** See `Clerk.entry`. */
  entry(key: string, options: CallOptions = {}): Promise<StoreEntry | null> {
    return this.#clerk.entry(key, options);
  }

  /** See `Clerk.put`. */
  put(key: string, value: string, options: PutOptions = {}): Promise<Written> {
    return this.#write({ op: "put", key, value, lease: options.lease ?? 0 }, options);
  }

  /** See `Clerk.append`. */
  append(key: string, value: string, options: CallOptions = {}): Promise<Written> {
    return this.#write({ op: "append", key, value }, options);
  }

  /** See `Clerk.batch`. Every key must be in one shard. */
  async batch(
    conditions: readonly Condition[],
    writes: readonly Write[],
    options: CallOptions = {},
  ): Promise<BatchResult> {
    try {
      return await this.#clerk.batch(conditions, writes, options);
    } catch (error) {
      if (!(error instanceof CrossShardError)) throw error;
      throw new RefusedError("invalid", `${error.message.split(";")[0]}; give the keys a common {tag}`);
    }
  }

  /** See `ShardClerk.scan`. */
  scan(range: KeyRange, options: ScanOptions): Promise<{ entries: readonly StoreEntry[]; more: boolean }> {
    return this.#clerk.scan(range, options);
  }

  /** There is none: always rejects. */
  revision(): Promise<StoreRevision> {
    return Promise.reject(noWatch());
  }

  /** Nobody can watch: always throws. */
  // deno-lint-ignore require-yield -- the interface asks for a generator, and there is never an event to yield
  async *watch(): AsyncGenerator<StoreEvent, void, void> {
    await Promise.reject(noWatch());
  }

  async #write(write: Write, options: CallOptions): Promise<Written> {
    const result = await this.batch([], [write], options);
    if (result.kind === "done") {
      return { version: result.previousVersions[0] + 1, revision: result.revision };
    }
    throw new RefusedError("invalid", `Cannot ${write.op}: ${result.kind}`);
  }
}

function noWatch(): RefusedError {
  return new RefusedError(
    "invalid",
    "Cannot watch a store that is cut into shards: changes of shards have no order",
  );
}
