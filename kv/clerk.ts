/**
 * A client of the replicated key/value store.
 * @module
 */

import { type CallOptions, SessionClient, type SessionClientOptions } from "./session_client.ts";
import { BadInputError, checkCommand, checkQuestion } from "./store/bad_input.ts";
import { decodeBatchResult, decodeLeaseResult, encodeStoreCommand } from "./store/command_codec.ts";
import { decodeEntry, decodePage, decodeRevision, encodeQuestion } from "./store/question_codec.ts";
import type {
  BatchResult,
  Condition,
  KeyRange,
  LeaseResult,
  ScanPage,
  StoreCommand,
  StoreEntry,
  StoreEvent,
  StoreQuestion,
  StoreRevision,
  Write,
} from "./store/types.ts";
import { type WatchOptions, watchRange } from "./watch_range.ts";

/** How a key is written. */
export interface PutOptions extends CallOptions {
  /** The key is deleted when this lease ends. @default {0, for a key that stays} */
  readonly lease?: number;
}

/** Where a write left its key. */
export interface Written {
  /** How often the key was written since it was created. */
  readonly version: number;
  /** The store's revision of this write. */
  readonly revision: number;
}

/** What came of a write under a condition. */
export type PutResult =
  /** The version matched: written. */
  | { readonly kind: "written"; readonly version: number; readonly revision: number }
  /** Nothing was changed: the key has this version instead; 0 if it is not there. */
  | { readonly kind: "versionMismatch"; readonly version: number };

/** What to scan. */
export interface ScanOptions extends CallOptions {
  /** Only keys behind this one: the last key of the page before. @default {null} */
  readonly after?: string | null;
  /** Most entries of the page. @default {1,000} */
  readonly limit?: number;
}

/** All keys. */
const EVERYTHING: KeyRange = { kind: "prefix", prefix: "" };
const DEFAULT_PAGE = 1000;

/**
 * A client of the replicated key/value store. Any number of its calls may be in flight at once.
 *
 * Every call tries again, at whatever server leads, until it has an answer, its time is up or its signal fires. A write is
 * executed exactly once. A call that fails says which way: `RefusedError` (it was not executed and never will be) or
 * `UnknownOutcomeError` (nobody can tell). `BadInputError`: the store does not take such an input; nothing was sent.
 */
export class Clerk {
  /** The session underneath. */
  readonly client: SessionClient;

  /** Opens the client's end; nothing is sent before the first call. */
  constructor(options: SessionClientOptions) {
    this.client = new SessionClient(options);
  }

  /** The value of `key`, or null if it is not there. Linearizable. */
  async get(key: string, options: CallOptions = {}): Promise<string | null> {
    return (await this.entry(key, options))?.value ?? null;
  }

  /** What is under `key`, with its version and revision, or null. Linearizable. */
  async entry(key: string, options: CallOptions = {}): Promise<StoreEntry | null> {
    return decodeEntry(await this.#ask({ op: "get", key }, options));
  }

  /** Entries of a range in the order of keys, all as of one moment. Linearizable. */
  async scan(range: KeyRange = EVERYTHING, options: ScanOptions = {}): Promise<ScanPage> {
    const { after = null, limit = DEFAULT_PAGE } = options;
    return decodePage(await this.#ask({ op: "scan", range, after, limit }, options));
  }

  /** The store's revision, and since when its events are kept. Linearizable. */
  async revision(options: CallOptions = {}): Promise<StoreRevision> {
    return decodeRevision(await this.#ask({ op: "revision" }, options));
  }

  /** Replaces the value of `key`. Throws `BadInputError` if the lease has ended. */
  put(key: string, value: string, options: PutOptions = {}): Promise<Written> {
    return this.#write({ op: "put", key, value, lease: options.lease ?? 0 }, options);
  }

  /** Adds `value` to the end of what is under `key`; a key that is not there counts as empty. */
  append(key: string, value: string, options: CallOptions = {}): Promise<Written> {
    return this.#write({ op: "append", key, value }, options);
  }

  /** Replaces the value of `key` if it has exactly this version; 0 means that it is not there. */
  async putIfVersion(
    key: string,
    value: string,
    version: number,
    options: PutOptions = {},
  ): Promise<PutResult> {
    const conditions: Condition[] = [{ kind: "version", key, version }];
    const writes: Write[] = [{ op: "put", key, value, lease: options.lease ?? 0 }];
    const result = await this.batch(conditions, writes, options);
    if (result.kind === "conditionFailed") return { kind: "versionMismatch", version: result.version };
    const { revision } = demandDone(result);
    return { kind: "written", version: version + 1, revision };
  }

  /** Takes `key` out; false if it was not there. */
  async delete(key: string, options: CallOptions = {}): Promise<boolean> {
    const { previousVersions } = demandDone(await this.batch([], [{ op: "delete", key }], options));
    return previousVersions[0] > 0;
  }

  /** If all conditions hold, executes all writes at once; otherwise nothing. */
  async batch(
    conditions: readonly Condition[],
    writes: readonly Write[],
    options: CallOptions = {},
  ): Promise<BatchResult> {
    return decodeBatchResult(await this.#submit({ op: "batch", conditions, writes }, options));
  }

  /**
   * Begins a lease, which ends unless it is kept; its keys are deleted then. Gives its id.
   *
   * It never lasts shorter than `ttlMs`, counted from this call, by the clocks of those who lead. It lasts longer by as much
   * as it takes to agree on its end, and, whenever the group gets a new leader, by the time in which nobody could agree on
   * anything and one second at most: time is written into the log once a second, so the new leader knows what is left.
   */
  async grantLease(ttlMs: number, options: CallOptions = {}): Promise<number> {
    return decodeLeaseResult(await this.#submit({ op: "grantLease", ttlMs }, options)).lease;
  }

  /** Lets a lease begin anew; false if it has ended. */
  async keepLease(lease: number, options: CallOptions = {}): Promise<boolean> {
    return (await this.#lease({ op: "keepLease", lease }, options)).known;
  }

  /** Ends a lease and deletes its keys; false if it had ended. */
  async revokeLease(lease: number, options: CallOptions = {}): Promise<boolean> {
    return (await this.#lease({ op: "revokeLease", lease }, options)).known;
  }

  /**
   * Changes in a range, in order, without gaps or repetitions, for as long as the caller iterates, whoever leads meanwhile.
   * The iteration throws `CompactedError` if events that it has not given yet are no longer kept.
   */
  watch(range: KeyRange = EVERYTHING, options: WatchOptions = {}): AsyncGenerator<StoreEvent, void, void> {
    return watchRange(this.client, range, options);
  }

  /** Fails what is in flight and releases the client's end. */
  close(): void {
    this.client.close();
  }

  /** Lets `using` close the clerk. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #write(write: Write, options: CallOptions): Promise<Written> {
    const { revision, previousVersions } = demandDone(await this.batch([], [write], options));
    return { version: previousVersions[0] + 1, revision };
  }

  async #lease(command: StoreCommand, options: CallOptions): Promise<LeaseResult> {
    return decodeLeaseResult(await this.#submit(command, options));
  }

  // Asynchronous from the first line: bad input must reject like everything else, not throw.
  async #submit(command: StoreCommand, options: CallOptions): Promise<Uint8Array> {
    checkCommand(command);
    return await this.client.submit(encodeStoreCommand(command), options);
  }

  async #ask(question: StoreQuestion, options: CallOptions): Promise<Uint8Array> {
    checkQuestion(question);
    return await this.client.query(encodeQuestion(question), options);
  }
}

/** What a batch without conditions must have come to. */
function demandDone(result: BatchResult): BatchResult & { readonly kind: "done" } {
  switch (result.kind) {
    case "done":
      return result;
    case "leaseUnknown":
      throw new BadInputError(
        "leaseUnknown",
        `Cannot put under lease ${result.lease}: it has ended or never was`,
      );
    case "valueTooLong":
      throw new BadInputError(
        "valueTooLong",
        "Cannot append: the value would become too long, or all values that are appended to are",
      );
    case "conditionFailed":
      throw new TypeError("A batch without conditions failed one");
  }
}
