/**
 * A store without a group around it.
 * @module
 */

import {
  type BatchResult,
  type KeyRange,
  type ScanPage,
  Store,
  type StoreCommand,
  type StoreEntry,
  type WatchAnswer,
} from "../../kv/mod.ts";
import { decodeBatchResult, encodeStoreCommand } from "../../kv/store/command_codec.ts";
import {
  decodeEntry,
  decodePage,
  decodeWatchAnswer,
  encodeQuestion,
  encodeWatchQuestion,
} from "../../kv/store/question_codec.ts";

/** A store with its place in a log of its own. */
export class Bench {
  readonly store: Store;
  #index = 0;
  timeMs = 0;

  constructor(store = new Store()) {
    this.store = store;
  }

  run(command: StoreCommand): Uint8Array {
    const at = { index: ++this.#index, timeMs: this.timeMs };
    if (this.store.dueMs <= at.timeMs) this.store.elapse(at);
    return this.store.apply(encodeStoreCommand(command), at);
  }

  put(key: string, value: string, lease = 0): BatchResult {
    return this.batch({ op: "batch", conditions: [], writes: [{ op: "put", key, value, lease }] });
  }

  batch(command: StoreCommand): BatchResult {
    return decodeBatchResult(this.run(command));
  }

  entry(key: string): StoreEntry | null {
    return decodeEntry(this.store.query(encodeQuestion({ op: "get", key })));
  }

  value(key: string): string | null {
    return this.entry(key)?.value ?? null;
  }

  scan(range: KeyRange, limit = 1000, after: string | null = null): ScanPage {
    return decodePage(this.store.query(encodeQuestion({ op: "scan", range, after, limit })));
  }

  watch(
    afterRevision: number,
    range: KeyRange = { kind: "prefix", prefix: "" },
    maxEvents = 1000,
  ): WatchAnswer {
    const watch = this.store.watch(encodeWatchQuestion({ range, afterRevision, maxEvents }));
    return decodeWatchAnswer(watch.poll() ?? watch.idle());
  }
}

/** All keys. */
export const ALL: KeyRange = { kind: "prefix", prefix: "" };
