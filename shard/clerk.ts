/**
 * A client of the sharded store.
 *
 * What is in one shard happens at once: a put, an append, a batch. What touches several shards does not: `scatter` executes one
 * part after another's shard has or has not executed its own, and `scan` reads each shard at a moment of its own.
 * @module
 */

import type { LinkRuntime } from "../kv/link.ts";
import type { CallOptions } from "../kv/session_client.ts";
import { BadInputError, checkCommand, checkQuestion } from "../kv/store/bad_input.ts";
import { decodeBatchResult, encodeStoreCommand } from "../kv/store/command_codec.ts";
import { decodeEntry, decodePage, encodeQuestion } from "../kv/store/question_codec.ts";
import type {
  BatchResult,
  Condition,
  KeyRange,
  StoreCommand,
  StoreEntry,
  StoreQuestion,
  Write,
} from "../kv/store/types.ts";
import { shardsOf } from "./check.ts";
import { CrossShardError } from "./errors.ts";
import type { ShardMap } from "./map.ts";
import type { Calls } from "./peer.ts";
import type { Placement, ShardId } from "./placement.ts";
import { Router } from "./router.ts";
import type { MapSource } from "./routes.ts";

/** What a client of the sharded store is made of. */
export interface ShardClerkOptions {
  /** Clock, chance and death of the client. */
  readonly runtime: LinkRuntime;
  /** How machines are called: the process's `ShardPeer`. */
  readonly calls: Calls;
  /** Where maps come from: `controllerMaps(...)`, or a `ChangeDriver`'s. */
  readonly maps: MapSource;
  /** Which key is in which shard, as the groups have it. */
  readonly placement: Placement;
  /** How long an operation may take unless it says otherwise; `Infinity` for ever. @default {10,000} */
  readonly timeoutMs?: number;
  /** How long one server may take for its first answer. @default {300} */
  readonly attemptMs?: number;
}

/** What came of a write under a condition. */
export type ShardPutResult =
  /** The version matched: written. */
  | { readonly kind: "written"; readonly version: number }
  /** Nothing was changed: the key has this version instead; 0 if it is not there. */
  | { readonly kind: "versionMismatch"; readonly version: number };

/** What came of one shard's part. Other parts may have come to something else. */
export type ScatterPart =
  /** The shard has answered. */
  | { readonly shard: ShardId; readonly kind: "answered"; readonly result: BatchResult }
  /** `RefusedError` or `UnknownOutcomeError`; see there. */
  | { readonly shard: ShardId; readonly kind: "failed"; readonly error: unknown };

/** A part of a range over all shards, in the order of keys. */
export interface ShardScanPage {
  /** The entries. Those of one shard are as of one moment, those of different shards are not. */
  readonly entries: readonly StoreEntry[];
  /** Whether there are more behind them. */
  readonly more: boolean;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_ATTEMPT_MS = 300;
const DEFAULT_PAGE = 1000;
const EVERYTHING: KeyRange = { kind: "prefix", prefix: "" };

/**
 * A client of the sharded store. Any number of its calls may be in flight at once.
 *
 * Each operation goes to the group that owns its key's shard, and follows the shard if it moves: still executed exactly once. A
 * call that fails says which way: `RefusedError` (it was not executed and never will be) or `UnknownOutcomeError` (nobody can
 * tell). `BadInputError` and `CrossShardError`: nothing was sent.
 */
export class ShardClerk {
  /** The way to the shards underneath. */
  readonly router: Router;
  readonly #placement: Placement;

  /** Nothing is sent before the first call. */
  constructor(options: ShardClerkOptions) {
    const { placement, timeoutMs = DEFAULT_TIMEOUT_MS, attemptMs = DEFAULT_ATTEMPT_MS } = options;
    this.#placement = placement;
    this.router = new Router({ ...options, timeoutMs, attemptMs });
  }

  /** The map that routes now; null before the first call. */
  get map(): ShardMap | null {
    return this.router.routes.map;
  }

  /** The value of `key`, or null. Linearizable. */
  async get(key: string, options: CallOptions = {}): Promise<string | null> {
    return (await this.entry(key, options))?.value ?? null;
  }

  /** What is under `key`, or null. Linearizable. */
  async entry(key: string, options: CallOptions = {}): Promise<StoreEntry | null> {
    const question: StoreQuestion = { op: "get", key };
    checkQuestion(question);
    const shard = this.#placement.shardOf(key);
    return decodeEntry(await this.router.query(shard, encodeQuestion(question), options));
  }

  /** Replaces the value of `key`; gives its version. */
  put(key: string, value: string, options: CallOptions = {}): Promise<number> {
    return this.#write({ op: "put", key, value, lease: 0 }, options);
  }

  /** Adds to the end of the value of `key`; gives its version. */
  append(key: string, value: string, options: CallOptions = {}): Promise<number> {
    return this.#write({ op: "append", key, value }, options);
  }

  /** Takes `key` out; false if it was not there. */
  async delete(key: string, options: CallOptions = {}): Promise<boolean> {
    return await this.#write({ op: "delete", key }, options) > 1;
  }

  /** Replaces the value of `key` if it has exactly this version; 0 means that it is not there. */
  async putIfVersion(
    key: string,
    value: string,
    version: number,
    options: CallOptions = {},
  ): Promise<ShardPutResult> {
    const writes: Write[] = [{ op: "put", key, value, lease: 0 }];
    const result = await this.batch([{ kind: "version", key, version }], writes, options);
    if (result.kind === "conditionFailed") return { kind: "versionMismatch", version: result.version };
    demandDone(result);
    return { kind: "written", version: version + 1 };
  }

  /**
   * If all conditions hold, executes all writes at once; otherwise nothing. Every key must be in the same shard:
   * `CrossShardError` otherwise.
   */
  async batch(
    conditions: readonly Condition[],
    writes: readonly Write[],
    options: CallOptions = {},
  ): Promise<BatchResult> {
    const command: StoreCommand = { op: "batch", conditions, writes };
    checkCommand(command);
    const shards = shardsOf(command, this.#placement);
    if (shards.length > 1) throw new CrossShardError(shards);
    return decodeBatchResult(await this.router.submit(shards[0] ?? 0, encodeStoreCommand(command), options));
  }

  /** Executes writes in many shards: those of one shard at once, those of different shards each for itself. */
  async scatter(writes: readonly Write[], options: CallOptions = {}): Promise<ScatterPart[]> {
    const parts = new Map<ShardId, Write[]>();
    for (const write of writes) {
      const shard = this.#placement.shardOf(write.key);
      parts.set(shard, [...parts.get(shard) ?? [], write]);
    }
    const execute = async ([shard, part]: [ShardId, Write[]]): Promise<ScatterPart> => {
      try {
        return { shard, kind: "answered", result: await this.batch([], part, options) };
      } catch (error) {
        return { shard, kind: "failed", error };
      }
    };
    return await Promise.all([...parts].map(execute));
  }

  /** Entries of a range over all shards in the order of keys; see {@linkcode ShardScanPage} for what is not promised. */
  async scan(
    range: KeyRange = EVERYTHING,
    options: CallOptions & { readonly after?: string | null; readonly limit?: number } = {},
  ): Promise<ShardScanPage> {
    const { after = null, limit = DEFAULT_PAGE } = options;
    const question: StoreQuestion = { op: "scan", range, after, limit };
    checkQuestion(question);
    const shards = Array.from({ length: this.#placement.shards }, (_, shard) => shard);
    const bytes = encodeQuestion(question);
    const pages = await Promise.all(
      shards.map(async (shard) => decodePage(await this.router.query(shard, bytes, options))),
    );
    // A shard that broke off early may have keys below another's last one: nothing behind its last key is known for sure.
    const ends = pages.filter(({ more }) => more).map(({ entries }) => entries[entries.length - 1].key);
    const known = pages.flatMap(({ entries }) => entries).filter(({ key }) =>
      ends.every((end) => key <= end)
    );
    known.sort((left, right) => left.key < right.key ? -1 : 1);
    return { entries: known.slice(0, limit), more: ends.length > 0 || known.length > limit };
  }

  /** Gives the version afterwards. */
  async #write(write: Write, options: CallOptions): Promise<number> {
    return demandDone(await this.batch([], [write], options)) + 1;
  }
}

/** The version before the first write of a batch that must have been executed. */
function demandDone(result: BatchResult): number {
  if (result.kind === "done") return result.previousVersions[0];
  if (result.kind === "valueTooLong") {
    throw new BadInputError(
      "valueTooLong",
      "Cannot append: the value would become too long, or all values that are appended to are",
    );
  }
  throw new TypeError(`A write without conditions came to ${result.kind}`);
}
