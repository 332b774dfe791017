/**
 * The key/value machine: strings under string keys, with versions, leases and a history of changes.
 * @module
 */

import type {
  CheckedMachine,
  LogPosition,
  Machine,
  TimedMachine,
  Watch,
  WatchableMachine,
} from "../machine.ts";
import { Allowance } from "./allowance.ts";
import { BadInputError, checkCommand, checkNumber, checkQuestion, checkRange } from "./bad_input.ts";
import { firstFailure, impossibility } from "./batch_refusal.ts";
import { checkTransactions } from "./check_steps.ts";
import { decodeStoreCommand, encodeBatchResult, encodeLeaseResult } from "./command_codec.ts";
import {
  type ContentOptions,
  contentPieces,
  decodeContent,
  emptyContent,
  encodeContent,
  type StoreContent,
} from "./content.ts";
import {
  decodeQuestion,
  decodeWatchQuestion,
  encodeEntry,
  encodePage,
  encodeRevision,
} from "./question_codec.ts";
import { scanPage } from "./scan.ts";
import { RangeWatch } from "./range_watch.ts";
import { type Changed, look, runTransaction } from "./run_steps.ts";
import { areTransactions, decodeTransactions, encodeResults } from "./step_codec.ts";
import type { Step, StepResult, Transaction, TransactionResult } from "./steps.ts";
import type { BatchResult, Condition, StoreCommand, StoreEvent, Write } from "./types.ts";

/** How much a store remembers of its past, which must be the same on every member; and a secret. */
export interface StoreOptions {
  /** Most events kept for watchers; 0 for none. @default {1,024} */
  readonly historyEvents?: number;
  /** Most characters of keys and values in them. @default {1,048,576} */
  readonly historySize?: number;
  /**
   * A secret of this member's own, two numbers of 32 bits: without it whoever may choose keys could choose them so that finding them takes long.
   * @default {always the same}
   */
  readonly hashKey?: readonly [number, number];
}

/** So many of the last events a store keeps unless it is told otherwise. */
export const DEFAULT_HISTORY_EVENTS = 1024;
const DEFAULT_HISTORY_SIZE = 1 << 20;
const DEFAULT_HASH_KEY = [0x2f6c1d3b, 0x75a94e27] as const;
/** Leases from here on belong to one key each: the log's entry, and which of that entry's leases it is. */
const KEY_LEASES = 2 ** 40;

/**
 * The replicated store.
 *
 * Every command that changes something raises the store's revision by one; all its changes carry that number.
 */
export class Store implements Machine, CheckedMachine, TimedMachine, WatchableMachine {
  readonly #options: ContentOptions;
  #content: StoreContent;
  /** Events of the command that is applied now. */
  #events: StoreEvent[] = [];
  /** Leases that the command has granted to keys of their own. */
  #granted = 0;
  #at: LogPosition = { index: 0, timeMs: 0 };
  readonly #allowance = new Allowance();
  /** This store, as steps see it. */
  readonly #steps: Changed = this.#forSteps();

  /** An empty store. */
  constructor(options: StoreOptions = {}) {
    this.#options = {
      limits: {
        maxEvents: options.historyEvents ?? DEFAULT_HISTORY_EVENTS,
        maxSize: options.historySize ?? DEFAULT_HISTORY_SIZE,
      },
      hashKey: options.hashKey ?? DEFAULT_HASH_KEY,
    };
    this.#content = emptyContent(this.#options);
  }

  /** Keys now held. */
  get size(): number {
    return this.#content.entries.size;
  }

  /** How many commands have changed something. */
  get revision(): number {
    return this.#content.revision;
  }

  /** The log time at which the next lease ends. */
  get dueMs(): number {
    return this.#content.leases.dueMs;
  }

  /** Throws `BadInputError` for a command that does not belong into the log. */
  check(command: Uint8Array): void {
    if (areTransactions(command)) checkTransactions(decodeTransactions(command));
    else checkCommand(decodeStoreCommand(command));
  }

  /** Executes a command. Throws `BadInputError` for one of a newer version: this node must not go on without it. */
  apply(command: Uint8Array, at: LogPosition): Uint8Array {
    if (!areTransactions(command)) return this.#execute(decodeStoreCommand(command), at);
    this.#at = at;
    this.#granted = 0;
    this.#allowance.beginCommand();
    return encodeResults(decodeTransactions(command).map((transaction) => this.#run(transaction)));
  }

  /** Answers steps that only look. Throws `BadInputError` for any other. */
  look(steps: readonly Step[]): StepResult[] {
    this.#allowance.beginCommand();
    return this.#look(steps);
  }

  #look(steps: readonly Step[]): StepResult[] {
    this.#allowance.beginTransaction();
    return steps.map((step) => {
      const result = look(this.#steps, step);
      if (result !== null) return result;
      throw new BadInputError("unknownOperation", `Cannot ask a question that ${step.op}s: submit it`);
    });
  }

  /** Ends every lease that is due. */
  elapse(at: LogPosition): void {
    const { leases } = this.#content;
    for (;;) {
      const lease = leases.nextEnded(at.timeMs);
      if (lease === 0) return;
      this.#endLease(lease);
    }
  }

  /** Answers a `StoreQuestion`, or transactions that only look. Throws `BadInputError` for anything else. */
  query(question: Uint8Array): Uint8Array {
    if (areTransactions(question)) {
      const asked = decodeTransactions(question);
      checkTransactions(asked);
      this.#allowance.beginQuestion();
      return encodeResults(asked.map(({ steps }) => ({ kind: "done", results: this.#look(steps) })));
    }
    const asked = decodeQuestion(question);
    checkQuestion(asked);
    const { entries, revision, history } = this.#content;
    switch (asked.op) {
      case "get":
        return encodeEntry(entries.get(asked.key) ?? null);
      case "scan":
        return encodePage(scanPage(this.#content, asked));
      case "revision":
        return encodeRevision({ revision, compacted: history.compacted });
    }
  }

  /** Waits for events of a `WatchQuestion`. Throws `BadInputError` for anything else. */
  watch(question: Uint8Array): Watch {
    const asked = decodeWatchQuestion(question);
    checkRange(asked.range);
    checkNumber("the number of events", asked.maxEvents, 1, Number.MAX_SAFE_INTEGER);
    return new RangeWatch(() => this.#content, asked);
  }

  /** Everything, in an order that depends on nothing but the state. */
  snapshot(): Uint8Array {
    return encodeContent(this.#content);
  }

  /** What {@linkcode Store.snapshot} gives, piece by piece. Nothing may be applied until the last one was taken. */
  snapshotPieces(pieceBytes: number): Generator<Uint8Array, void, void> {
    return contentPieces(this.#content, pieceBytes);
  }

  /** Replaces everything. Throws `SnapshotError` for anything that `snapshot` did not give; nothing is changed then. */
  restore(data: Uint8Array): void {
    this.#content = decodeContent(data, this.#options);
  }

  #run(transaction: Transaction): TransactionResult {
    this.#allowance.beginTransaction();
    const result = runTransaction(this.#steps, transaction, this.#at.timeMs);
    this.#endRevision();
    return result;
  }

  #forSteps(): Changed {
    const content = () => this.#content;
    return {
      get size() {
        return content().entries.size;
      },
      entry: (key) => {
        this.#allowance.read(0);
        const entry = this.#content.entries.get(key);
        if (entry !== undefined) this.#allowance.read(entry.value.length);
        return entry;
      },
      head: (key) => this.#content.entries.head(key),
      keysFrom: (first) => this.#content.entries.keysFrom(first),
      tell: (length) => this.#allowance.tell(length),
      endsMs: (lease) => this.#content.leases.endsMs(lease),
      grant: (ttlMs) => {
        const lease = this.#at.index + ++this.#granted * KEY_LEASES;
        this.#content.leases.grant(lease, ttlMs, this.#at.timeMs);
        return lease;
      },
      put: (key, value, lease) => this.#put(key, value, lease),
      remove: (key, lease) => this.#remove(key, lease, "write"),
    };
  }

  #execute(command: StoreCommand, at: LogPosition): Uint8Array {
    const { leases } = this.#content;
    switch (command.op) {
      case "batch":
        return encodeBatchResult(this.#batch(command.conditions, command.writes));
      case "grantLease":
        // Named by its log entry: no two leases ever share an id.
        leases.grant(at.index, command.ttlMs, at.timeMs);
        return encodeLeaseResult({ known: true, lease: at.index });
      case "keepLease":
        return encodeLeaseResult({ known: leases.keep(command.lease, at.timeMs), lease: command.lease });
      case "revokeLease":
        return encodeLeaseResult({ known: this.#endLease(command.lease), lease: command.lease });
    }
  }

  #batch(conditions: readonly Condition[], writes: readonly Write[]): BatchResult {
    const failed = firstFailure(this.#content, conditions) ?? impossibility(this.#content, writes);
    if (failed !== null) return failed;
    const previousVersions = writes.map((write) => this.#write(write));
    this.#endRevision();
    return { kind: "done", revision: this.#content.revision, previousVersions };
  }

  /** Gives the version before. */
  #write(write: Write): number {
    const { key } = write;
    const { entries } = this.#content;
    // Only what is added to has to be read.
    const present = write.op === "append" ? entries.get(key) : undefined;
    const head = present ?? entries.head(key);
    const previous = head?.version ?? 0;
    if (write.op === "delete") {
      if (head !== undefined) this.#remove(key, head.lease, "write");
      return previous;
    }
    if (write.op === "put") this.#put(key, write.value, write.lease);
    else this.#put(key, (present?.value ?? "") + write.value, present?.lease ?? 0);
    return previous;
  }

  #put(key: string, value: string, lease: number): void {
    const { entries, leases } = this.#content;
    const present = entries.head(key);
    const version = (present?.version ?? 0) + 1;
    const revision = this.#content.revision + 1;
    if (present !== undefined && present.lease !== lease) this.#detach(present.lease, key);
    if (lease !== 0) leases.attach(lease, key);
    const createdAt = present?.createdAt ?? revision;
    entries.set({ key, value, version, revision, createdAt, lease });
    this.#events.push({ kind: "put", revision, key, value, version });
  }

  #detach(lease: number, key: string): void {
    const { leases } = this.#content;
    leases.detach(lease, key);
    // Nobody else lives by it, and nobody can name it: a key that is written often must not leave a lease behind each time.
    if (lease >= KEY_LEASES) leases.end(lease);
  }

  #remove(key: string, lease: number, cause: "write" | "lease"): void {
    const { entries, revision } = this.#content;
    entries.delete(key);
    this.#detach(lease, key);
    this.#events.push({ kind: "delete", revision: revision + 1, key, cause });
  }

  #endLease(lease: number): boolean {
    const keys = this.#content.leases.end(lease);
    if (keys === null) return false;
    for (const key of keys) {
      if (this.#content.entries.has(key)) this.#remove(key, lease, "lease");
    }
    this.#endRevision();
    return true;
  }

  /** What changed nothing has no revision of its own. */
  #endRevision(): void {
    if (this.#events.length === 0) return;
    this.#content.revision++;
    this.#content.history.add(this.#events);
    this.#events = [];
  }
}
