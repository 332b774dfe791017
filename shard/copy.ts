/**
 * One shard's content: a store with a log position, a time and client sessions of its own.
 *
 * All of it travels when the shard moves. Were the sessions left behind, a retry would run again at the new owner (labs S8); were
 * positions and times the group's, leases of two groups would share ids, and a lease could end early under another clock.
 * @module
 */

import type { ClientCall, SessionRules } from "../kv/envelope.ts";
import { SnapshotError } from "../kv/errors.ts";
import type { LogPosition } from "../kv/machine.ts";
import { type Lookup, SessionTable } from "../kv/sessions.ts";
import { Store, type StoreOptions } from "../kv/store/store.ts";
import { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import { WireError } from "../runtime/wire_error.ts";

/** What came of an operation. */
export type Executed =
  /** Executed now, or before: this is the reply. */
  | { readonly kind: "done"; readonly reply: Uint8Array }
  /** See `Lookup`. */
  | { readonly kind: "settled" | "windowExceeded" | "sessionUnknown" };

/** See the module's page. */
export class ShardCopy {
  readonly #store: Store;
  #sessions = new SessionTable();
  /** Operations and session openings so far, at all owners: the shard's own log index. */
  #index = 0;
  /** The shard's time was `#ownMs` when the group's was `#groupMs`. */
  #ownMs = 0;
  #groupMs: number;

  /** A shard that never had an owner. `groupMs` is the group's log time now. */
  constructor(groupMs: number, options: StoreOptions) {
    this.#groupMs = groupMs;
    this.#store = new Store(options);
  }

  /** What `take` gave at another group. The shard's time goes on where it stopped. Throws what the store throws. */
  static arrive(contents: Uint8Array, groupMs: number, options: StoreOptions): ShardCopy {
    const copy = new ShardCopy(groupMs, options);
    copy.#read(new ByteReader(contents));
    return copy;
  }

  /**
   * The same of what may be anything; null for what is no shard's contents. It stands in the log: a member that fell over it would
   * again at each start, and so would all others. Throws for what a later version wrote: members that understand it have taken it,
   * and this one must not go on without it.
   */
  static tryArrive(contents: Uint8Array, groupMs: number, options: StoreOptions): ShardCopy | null {
    try {
      return ShardCopy.arrive(contents, groupMs, options);
    } catch (error) {
      if (error instanceof WireError) return null;
      if (error instanceof SnapshotError && error.code === "malformed") return null;
      throw error;
    }
  }

  /** What `save` wrote. */
  static load(reader: ByteReader, options: StoreOptions): ShardCopy {
    const copy = new ShardCopy(reader.varint(), options);
    copy.#read(new ByteReader(reader.bytes()));
    return copy;
  }

  /** Keys held. */
  get size(): number {
    return this.#store.size;
  }

  /** How many commands have changed something, at all owners. */
  get revision(): number {
    return this.#store.revision;
  }

  /** The group's log time at which a lease ends, or `Infinity`. */
  get dueMs(): number {
    return this.#store.dueMs === Infinity ? Infinity : this.#store.dueMs - this.#ownMs + this.#groupMs;
  }

  /** Opens a session and gives its id: the shard's own index, so it names no other session of this shard, ever. */
  openSession(groupMs: number, rules: SessionRules): number {
    const at = this.#next(groupMs);
    this.#sessions.open(at.index, at.timeMs, rules);
    return at.index;
  }

  /** Executes a client's operation exactly once. */
  execute(call: ClientCall, groupMs: number): Executed {
    const at = this.#next(groupMs);
    const known: Lookup = this.#sessions.lookUp(call, at.timeMs);
    if (known.kind !== "new") return known;
    const reply = this.#store.apply(call.command, at);
    this.#sessions.record(call, reply);
    return { kind: "done", reply };
  }

  /** Answers a question of the store. */
  query(question: Uint8Array): Uint8Array {
    return this.#store.query(question);
  }

  /** Ends leases that are due. */
  elapse(groupMs: number): void {
    this.#store.elapse(this.#at(groupMs));
  }

  /** Everything, for another owner. */
  take(groupMs: number): Uint8Array {
    return this.#write(this.#at(groupMs).timeMs);
  }

  /** Everything, for a snapshot of this group. */
  save(writer: ByteWriter): void {
    writer.varint(this.#groupMs);
    writer.bytes(this.#write(this.#ownMs));
  }

  #next(groupMs: number): LogPosition {
    this.#index++;
    return this.#at(groupMs);
  }

  #at(groupMs: number): LogPosition {
    return { index: this.#index, timeMs: this.#ownMs + (groupMs - this.#groupMs) };
  }

  #write(ownMs: number): Uint8Array {
    const writer = new ByteWriter(512);
    writer.varint(this.#index);
    writer.varint(ownMs);
    this.#sessions.encode(writer);
    writer.raw(this.#store.snapshot());
    return writer.take();
  }

  #read(reader: ByteReader): void {
    this.#index = reader.varint();
    this.#ownMs = reader.varint();
    this.#sessions = SessionTable.decode(reader);
    this.#store.restore(reader.raw(reader.remaining));
  }
}
