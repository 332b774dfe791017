/**
 * Planted bugs for the store, its watches and its lock.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TEST = "test -A --no-check --fail-fast";
const CLERK_TEST = `${TEST} tests/kv/clerk_test.ts`;
const STORE_TEST = `${TEST} tests/kv/store_test.ts`;
const TABLE_TEST = `${TEST} tests/kv/entry_table_test.ts`;
const RANGE_TEST = `${TEST} tests/kv/store_range_test.ts`;
const LOCK_TEST = `${TEST} tests/kv/lock_test.ts`;

const LOCK = "kv/lock.ts";

/** The store and what stands on it. */
export const kvStoreMutants: readonly Mutant[] = [
  {
    id: "KV-half-batch",
    title: "A batch with an impossible write is executed up to it",
    source: "issue 4: atomic multi-key batch",
    file: "kv/store/store.ts",
    anchor: "const failed = firstFailure(this.#content, conditions) ?? impossibility(this.#content, writes);",
    replacement: "const failed = firstFailure(this.#content, conditions);",
    killedBy: STORE_TEST,
  },
  {
    id: "KV-blind-batch",
    title: "Only the first condition of a batch is judged",
    source: "issue 4: if versions hold, then writes",
    file: "kv/store/batch_refusal.ts",
    anchor: "for (let at = 0; at < conditions.length; at++) {",
    replacement: "for (let at = 0; at < Math.min(1, conditions.length); at++) {",
    killedBy: STORE_TEST,
  },
  {
    id: "KV-blind-batch-storm",
    title: "Only the first condition of a batch is judged, and clients notice",
    source: "issue 4: histories of every concurrent test judged",
    file: "kv/store/batch_refusal.ts",
    anchor: "for (let at = 0; at < conditions.length; at++) {",
    replacement: "for (let at = 0; at < Math.min(1, conditions.length); at++) {",
    killedBy: `${TEST} tests/kv/storm_test.ts --filter batches`,
  },
  {
    id: "KV-order-block",
    title: "A key that belongs before all others is looked for in the wrong block",
    source: "issue 4: range scan by key order",
    file: "kv/store/ordered_ids.ts",
    anchor: "if (compare(this.#blocks[middle].ids[0]) >= 0) low = middle;",
    replacement: "if (compare(this.#blocks[middle].ids[0]) > 0) low = middle;",
    killedBy: TABLE_TEST,
  },
  {
    id: "KV-order-utf8",
    title: "Keys are in the order of their bytes: a range by strings misses some beyond 16 bits",
    source: "issue 4: range scan by key order",
    file: "kv/store/entry_bytes.ts",
    anchor: "return byte === 0xee || byte === 0xef ? byte + 0x10 : byte;",
    replacement: "return byte;",
    killedBy: RANGE_TEST,
  },
  {
    id: "KV-hole-in-table",
    title: "A deleted key hides others that had to go past it",
    source: "Knuth, volume 3, 6.4, algorithm R",
    file: "kv/store/entry_table.ts",
    anchor: "if (((slot - home) & mask) < ((slot - hole) & mask)) continue;",
    replacement: "if (slot !== home) continue;",
    killedBy: TABLE_TEST,
  },
  {
    id: "KV-moved-not-told",
    title: "What moves when memory is tidied is looked for where it was",
    source: "issue 5: memory per million keys",
    file: "kv/store/slab_arena.ts",
    anchor: "      moved(id, address);\n",
    replacement: "",
    killedBy: TABLE_TEST,
  },
  {
    id: "KV-never-tidied",
    title: "Memory that was given back is not used again",
    source: "issue 5: memory does not grow under overwrites",
    file: "kv/store/slab_arena.ts",
    anchor: "    if (idle < IDLE_BYTES || idle < this.#liveBytes * IDLE_SHARE) return;\n",
    replacement: "    if (idle >= 0) return;\n",
    killedBy: TABLE_TEST,
  },
  {
    id: "KV-longer-in-place",
    title: "A longer value is written over the entry behind it",
    source: "issue 5: memory per million keys",
    file: "kv/store/entry_table.ts",
    anchor: "if (length > room || length < room >> 1) {",
    replacement: "if (length > room + 8 || length < room >> 1) {",
    killedBy: TABLE_TEST,
  },
  {
    id: "KV-page-repeats",
    title: "A page begins with the last key of the page before",
    source: "issue 4: range scan with a limit",
    file: "kv/store/scan.ts",
    anchor: "if (key === after || entry === undefined) continue;",
    replacement: "if (entry === undefined) continue;",
    killedBy: RANGE_TEST,
  },
  {
    id: "KV-watch-gap",
    title: "A watcher is told that it has seen everything, although its answer was cut short",
    source: "issue 4: watch without gaps",
    file: "kv/store/range_watch.ts",
    anchor: "if (event !== undefined && events.length >= maxEvents && event.revision > this.#through) break;",
    replacement:
      "if (event !== undefined && events.length >= maxEvents && event.revision > this.#through) {\n        this.#through = revision;\n        break;\n      }",
    killedBy: RANGE_TEST,
  },
  {
    id: "KV-watch-half-batch",
    title: "A watcher sees half a batch and never the rest",
    source: "issue 4: watch without gaps",
    file: "kv/store/range_watch.ts",
    anchor: "events.length >= maxEvents && event.revision > this.#through) break;",
    replacement: "events.length >= maxEvents) break;",
    killedBy: RANGE_TEST,
  },
  {
    id: "KV-watch-silent-compaction",
    title: "A watcher is not told that events it asks for are gone",
    source: "issue 4: compaction told as a typed error",
    file: "kv/store/range_watch.ts",
    anchor: 'if (this.#through < compacted) return encodeWatchAnswer({ kind: "compacted", compacted });',
    replacement: "",
    killedBy: RANGE_TEST,
  },
  {
    id: "KV-watch-forgets",
    title: "A watcher whose server went away begins anew",
    source: "issue 4: no repeats across reconnects and leader changes",
    file: "kv/watch_range.ts",
    anchor: "after = answer.through;",
    replacement: "after = answer.events.at(0)?.revision ?? answer.through;",
    killedBy: CLERK_TEST,
  },
  {
    id: "KV-lease-of-the-past",
    title: "A key that was put anew without its lease still dies with it",
    source: "issue 4: keys with a time to live by lease",
    file: "kv/store/store.ts",
    anchor: "if (present !== undefined && present.lease !== lease) this.#detach(present.lease, key);",
    replacement: "",
    killedBy: STORE_TEST,
  },
  {
    id: "KV-lock-by-version",
    title: "The fencing token is the version of the holder's key, which is always 1",
    source: "issue 4: a lock with fencing tokens",
    file: LOCK,
    anchor: "if (at === 0) return line[0].createdAt;",
    replacement: "if (at === 0) return line[0].version;",
    killedBy: LOCK_TEST,
  },
  {
    id: "KV-lock-of-all",
    title: "Whoever is in line holds the lock",
    source: "issue 4: a lock with fencing tokens",
    file: LOCK,
    anchor: "if (at === 0) return line[0].createdAt;",
    replacement: "if (at >= 0) return line[at].createdAt;",
    killedBy: LOCK_TEST,
  },
  {
    id: "KV-lock-never-lost",
    title: "A holder that is cut off does not hear of it",
    source: "issue 4: a lock with fencing tokens",
    file: "kv/lease_keeper.ts",
    anchor: "this.#alarm = link.clock.setTimer(link.leftMs(untilMs), alarm);",
    replacement: "if (untilMs < 0) this.#alarm = link.clock.setTimer(link.leftMs(untilMs), alarm);",
    killedBy: LOCK_TEST,
  },
  {
    id: "KV-lock-owner-dies",
    title: "What keeps a lease alive throws when its owner's end dies, where nobody catches it",
    source: "found by chaos on real processes",
    file: "kv/lease_keeper.ts",
    anchor: "if (link.signal.aborted) return this",
    replacement: "if (link.now() < 0) return this",
    killedBy: LOCK_TEST,
  },
  {
    id: "KV-lock-names",
    title: "The lock a finds the places of the lock a/b in its line",
    source: "labs 2026: several named locks are independent",
    file: LOCK,
    anchor: "return `lock/${encodeURIComponent(name)}/`;",
    replacement: "return `lock/${name}`;",
    killedBy: LOCK_TEST,
  },
];
