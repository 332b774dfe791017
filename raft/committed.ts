/**
 * The apply channel: a Web `ReadableStream` of what a node's machine has to apply.
 *
 * With a high-water mark of 0 the stream asks for a chunk exactly when its consumer does. The consumer's next `read` is
 * therefore the acknowledgement that the last chunk has been applied, and a machine that falls behind is felt by the
 * proposer.
 * @module
 */

import { type Log, sliceEntries } from "./core/log.ts";
import type { CommandEntry, Configuration, Entry, Index, Snapshot, Term } from "./types.ts";

/** What the machine does next, strictly in order, each index once per incarnation of a node. */
export type Committed =
  /** Apply `entries`; the first has index `firstIndex`, which follows the last one delivered. */
  | { readonly type: "entries"; readonly firstIndex: Index; readonly entries: readonly CommandEntry[] }
  /** The entry at `index`, of `term`, changed who belongs to the cluster: a machine counts it and executes nothing. */
  | {
    readonly type: "configuration";
    readonly index: Index;
    readonly term: Term;
    readonly configuration: Configuration;
  }
  /** Forget everything and restore `snapshot`; the next entry is the one behind it. */
  | { readonly type: "snapshot"; readonly snapshot: Snapshot };

/** Most entries and bytes handed over at once: the machine should not block the node's heartbeats for long. */
const MAX_ENTRIES = 1024;
const MAX_BYTES = 1 << 20;

/** The producer's end of the apply channel. */
export class CommittedChannel {
  /** The consumer's end. Cancelling it means that the machine has stopped. */
  readonly stream: ReadableStream<Committed>;
  readonly #log: Log;
  readonly #onCancel: (reason: unknown) => void;
  #controller: ReadableStreamDefaultController<Committed> | null = null;
  /** The consumer waits for a chunk. */
  #hungry = false;
  #closed = false;
  #commit: Index = 0;
  /** The end of the last chunk handed out. */
  #delivered: Index = 0;
  /** What the machine has applied for certain: everything before the chunk it works on. */
  #applied: Index = 0;
  #restore: Snapshot | null = null;

  /** Starts behind nothing; a node that has a snapshot calls {@linkcode restore} first. */
  constructor(log: Log, onCancel: (reason: unknown) => void) {
    this.#log = log;
    this.#onCancel = onCancel;
    this.stream = new ReadableStream<Committed>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        this.#applied = this.#delivered;
        this.#hungry = true;
        this.#deliver();
      },
      cancel: (reason) => {
        this.#closed = true;
        this.#onCancel(reason);
      },
    }, { highWaterMark: 0 });
  }

  /** The last index that the machine has surely applied. */
  get applied(): Index {
    return this.#applied;
  }

  /** The last index handed to the machine, which may still be at work on it. */
  get delivered(): Index {
    return this.#delivered;
  }

  /** Entries up to `commit` may go out. */
  advance(commit: Index): void {
    if (commit > this.#commit) this.#commit = commit;
    if (this.#hungry) this.#deliver();
  }

  /** `snapshot` goes out before anything else; a second one replaces a first that was not fetched yet. */
  restore(snapshot: Snapshot): void {
    this.#restore = snapshot;
    this.advance(snapshot.index);
  }

  /** Ends the stream: with an error, what was not fetched is lost (the node crashed). */
  fail(reason: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#controller?.error(reason);
  }

  #deliver(): void {
    if (this.#closed || this.#controller === null) return;
    const chunk = this.#next();
    if (chunk === null) return;
    this.#hungry = false;
    this.#controller.enqueue(chunk);
  }

  #next(): Committed | null {
    const snapshot = this.#restore;
    if (snapshot !== null) {
      this.#restore = null;
      this.#delivered = snapshot.index;
      return { type: "snapshot", snapshot };
    }
    if (this.#delivered >= this.#commit) return null;
    const firstIndex = this.#delivered + 1;
    // Entries that the machine has not seen are never compacted away, except by a snapshot that waits above.
    if (firstIndex <= this.#log.offset) return null;
    const count = Math.min(MAX_ENTRIES, this.#commit - this.#delivered);
    const entries = sliceEntries(this.#log, firstIndex, count, MAX_BYTES);
    // A commit index behind the log's end would be a bug; to hand over nothing again and again would hide it in a loop without end.
    if (entries.length === 0) return null;
    const [first] = entries;
    if ("configuration" in first) {
      this.#delivered++;
      return {
        type: "configuration",
        index: firstIndex,
        term: first.term,
        configuration: first.configuration,
      };
    }
    const commands = leadingCommands(entries);
    this.#delivered += commands.length;
    return { type: "entries", firstIndex, entries: commands };
  }
}

/** `entries` up to the first configuration. */
function leadingCommands(entries: readonly Entry[]): readonly CommandEntry[] {
  for (let at = 0; at < entries.length; at++) {
    // A cast, since the compiler does not see that those before the first configuration are none.
    if ("configuration" in entries[at]) return entries.slice(0, at) as CommandEntry[];
  }
  return entries;
}
