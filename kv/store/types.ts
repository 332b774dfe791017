/**
 * The store's vocabulary: entries, conditions, writes, events.
 * @module
 */

/** What is under a key. */
export interface StoreEntry {
  /** The key. */
  readonly key: string;
  /** Its value. */
  readonly value: string;
  /** How often it was written since it was created: 1 for a new key. */
  readonly version: number;
  /** The store's revision that wrote it last. Unlike a version it never comes back, not even after a delete. */
  readonly revision: number;
  /** The store's revision that created it. */
  readonly createdAt: number;
  /** The lease it lives by; 0 for none. */
  readonly lease: number;
}

/** What must hold for a batch to be executed. A key that is not there has version 0. */
export type Condition =
  /** The key has exactly this version; 0 means that it is not there. */
  | { readonly kind: "version"; readonly key: string; readonly version: number }
  /** The key was last written by exactly this revision; 0 means that it is not there. */
  | { readonly kind: "revision"; readonly key: string; readonly revision: number }
  /** The key is there and has exactly this value. */
  | { readonly kind: "value"; readonly key: string; readonly value: string };

/** A change of one key. */
export type Write =
  /** Replaces the value. `lease`: the key is deleted when that lease ends; 0 for a key that stays. */
  | { readonly op: "put"; readonly key: string; readonly value: string; readonly lease: number }
  /** Adds to the end of the value; a key that is not there counts as empty. The key keeps its lease. */
  | { readonly op: "append"; readonly key: string; readonly value: string }
  /** Takes the key out. */
  | { readonly op: "delete"; readonly key: string };

/** A change of the store: everything in it happens at once, or nothing. */
export type StoreCommand =
  /** If every condition holds: all writes, in order. */
  | { readonly op: "batch"; readonly conditions: readonly Condition[]; readonly writes: readonly Write[] }
  /** Begins a lease of this length. */
  | { readonly op: "grantLease"; readonly ttlMs: number }
  /** Lets the lease begin anew. */
  | { readonly op: "keepLease"; readonly lease: number }
  /** Ends the lease and deletes its keys. */
  | { readonly op: "revokeLease"; readonly lease: number };

/** What came of a batch. */
export type BatchResult =
  /** Executed. */
  | {
    readonly kind: "done";
    /** The store's revision afterwards. */
    readonly revision: number;
    /** For each write, the version of its key before it; 0 if it was not there. */
    readonly previousVersions: readonly number[];
  }
  /** Nothing was changed: the condition at position `at` does not hold. */
  | {
    readonly kind: "conditionFailed";
    readonly at: number;
    /** The version that its key has instead. */
    readonly version: number;
  }
  /** Nothing was changed: a write names a lease that has ended or never was. */
  | { readonly kind: "leaseUnknown"; readonly lease: number }
  /** Nothing was changed: the append at position `at` would make a value too long, or reads more than a command may. */
  | { readonly kind: "valueTooLong"; readonly at: number };

/** What came of a command about leases. `known` is false if the lease has ended or never was. */
export type LeaseResult = { readonly known: boolean; readonly lease: number };

/** Which keys are meant. */
export type KeyRange =
  /** All that begin with `prefix`; the empty prefix means all keys. */
  | { readonly kind: "prefix"; readonly prefix: string }
  /** All from `from` on up to, but without, `to`. */
  | { readonly kind: "between"; readonly from: string; readonly to: string };

/** A question to the store. */
export type StoreQuestion =
  | { readonly op: "get"; readonly key: string }
  /** `after`: only keys behind this one; null for the first page. */
  | { readonly op: "scan"; readonly range: KeyRange; readonly after: string | null; readonly limit: number }
  | { readonly op: "revision" };

/** A part of a range, in the order of keys. */
export interface ScanPage {
  /** The entries. */
  readonly entries: readonly StoreEntry[];
  /** Whether there are more behind them. */
  readonly more: boolean;
  /** The store's revision that the page was read at. */
  readonly revision: number;
}

/** Where the store is. */
export interface StoreRevision {
  /** How many commands have changed something. */
  readonly revision: number;
  /** Events up to this revision are no longer kept. */
  readonly compacted: number;
}

/** A change, as watchers see it. Events of one batch have one revision and come in the batch's order. */
export type StoreEvent =
  /** The key was written. */
  | {
    readonly kind: "put";
    readonly revision: number;
    readonly key: string;
    readonly value: string;
    readonly version: number;
  }
  /** The key was deleted: by a write, or because its lease ended. */
  | {
    readonly kind: "delete";
    readonly revision: number;
    readonly key: string;
    readonly cause: "write" | "lease";
  };

/** What a watcher asks: which keys, and what it has seen already. */
export interface WatchQuestion {
  /** The keys. */
  readonly range: KeyRange;
  /** Everything up to this revision has been seen. */
  readonly afterRevision: number;
  /** Most events of one answer; all events of one revision come together, even if there are more. */
  readonly maxEvents: number;
}

/** What a watcher is told. */
export type WatchAnswer =
  /** What happened in the range up to the revision `through`; nothing else did. */
  | { readonly kind: "events"; readonly events: readonly StoreEvent[]; readonly through: number }
  /** Events up to the revision `compacted` are no longer kept: the watcher would miss some. */
  | { readonly kind: "compacted"; readonly compacted: number };

/** Longest key, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 4096;
/** Longest value, in bytes of UTF-8. */
export const MAX_VALUE_BYTES = 8 << 20;
/** Most conditions and most writes of one batch. */
export const MAX_BATCH = 1000;
/** Longest lease. */
export const MAX_LEASE_MS = 1_000_000_000;
/** Most entries of one page. */
export const MAX_PAGE = 10_000;
