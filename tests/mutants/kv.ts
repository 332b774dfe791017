/**
 * Planted bugs for the key/value layer: the labs' own list (their section on pitfalls, K1 to K22), and each promise of ours
 * broken once.
 *
 * Of the labs' list K12 is a matter of Raft, and K20 cannot be: waiters are found by index and term, and sessions are named by
 * log entries (`K20` below breaks that).
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TEST = "test -A --no-check --fail-fast";
const REPLICA_TEST = `${TEST} tests/kv/replica_test.ts`;
const CLERK_TEST = `${TEST} tests/kv/clerk_test.ts`;
const CLIENT_TEST = `${TEST} tests/kv/session_client_test.ts`;
const STORE_TEST = `${TEST} tests/kv/store_test.ts`;
const LOCK_TEST = `${TEST} tests/kv/lock_test.ts`;
const STORM_TEST = `${TEST} tests/kv/storm_test.ts`;

const REPLICA = "kv/replica.ts";
const STATE = "kv/replicated_state.ts";
const SESSIONS = "kv/sessions.ts";
const WAITERS = "kv/waiters.ts";
const CLIENT = "kv/session_client.ts";
const LINK = "kv/link.ts";
const LOCK = "kv/lock.ts";
const SINGLE = "kv/single/exactly_once.ts";
const VERSIONED = "kv/single/versioned.ts";
const VERSIONED_LOCK = "kv/single/versioned_lock.ts";

/** One official test, or all whose names contain `name`. */
function lab(part: string, name: string): string {
  return `${TEST} tests/labs/lab${part}_test.ts --filter ${name}`;
}

/** The labs' list. */
const fromTheLabs: readonly Mutant[] = [
  {
    id: "K1",
    title: "A read is answered from the memory of a replica that merely believes to lead",
    source: "labs K1",
    file: REPLICA,
    anchor: "return await this.#whenApplied(await this.node.readIndex()) ? null : UNKNOWN;",
    replacement:
      'return this.node.state().isLeader ? null : await Promise.resolve(refused("notLeader", this.node.state().leader));',
    killedBy: lab("4a", "TestOnePartition4A"),
  },
  {
    id: "K2",
    title: "Nobody asks whether an operation was executed before",
    source: "labs K2",
    file: STATE,
    anchor: 'if (known.kind === "done") return { kind: "applied", reply: known.reply };',
    replacement:
      'if (known.kind === "done") return { kind: "applied", reply: this.machine.apply(call.command, at) };',
    killedBy: lab("4a", "TestUnreliableOneKey4A"),
  },
  {
    id: "K3",
    title: "What was executed is written down too late for a repetition right behind it",
    source: "labs K3: filter on arrival only",
    file: STATE,
    anchor: "this.#sessions.record(call, reply);",
    replacement: "Promise.resolve().then(() => this.#sessions.record(call, reply));",
    killedBy: REPLICA_TEST,
  },
  {
    id: "K4",
    title: "A snapshot holds no sessions",
    source: "labs K4",
    file: STATE,
    anchor: "this.#sessions.encode(writer);",
    replacement: "new SessionTable().encode(writer);",
    killedBy: lab("4b", "TestSnapshotUnreliableRecover4B"),
  },
  {
    id: "K5",
    title: "Replies are kept although the client has them",
    source: "labs K5",
    file: SESSIONS,
    anchor: "if (number < settledBelow) session.replies.delete(number);",
    replacement: "",
    killedBy: lab("4b", "TestSnapshotSize4B"),
  },
  {
    id: "K5-single",
    title: "The single server remembers what each put has written",
    source: "labs K5",
    file: SINGLE,
    anchor: "if (this.#isNew(write)) this.#values.set(write.key, write.value);",
    replacement:
      "if (this.#isNew(write)) this.#values.set(write.key, write.value);\n        this.#oldValues.set(write.client, write.value.slice(0, -1) + write.client);",
    killedBy: lab("2", "TestMemPutManyClients:"),
  },
  {
    id: "K6",
    title: "A repeated append is answered with the value as it is now",
    source: "labs K6",
    file: SINGLE,
    anchor: 'return { value: this.#oldValues.get(client) ?? "" };',
    replacement: 'return { value: this.#values.get(key) ?? "" };',
    killedBy: lab("2", "TestUnreliableOneKey2"),
  },
  {
    id: "K7",
    title: "A waiter is found by its index alone",
    source: "labs K7",
    file: WAITERS,
    anchor: 'waiter.resolve(waiter.term === term ? outcome : refused("superseded", leader));',
    replacement: "waiter.resolve(outcome);",
    killedBy: REPLICA_TEST,
  },
  {
    id: "K7-displaced",
    title: "A proposal that only this node has lost is called refused, though another node may yet commit it",
    source: "paper section 5.4.2, figure 8",
    file: WAITERS,
    anchor: "this.#waiters.get(index)?.resolve(UNKNOWN);",
    replacement: 'this.#waiters.get(index)?.resolve(refused("superseded"));',
    killedBy: REPLICA_TEST,
  },
  {
    id: "K8",
    title: "Lost leadership wakes nobody",
    source: "labs K8",
    file: REPLICA,
    anchor: 'this.#waiters.abandonAll();\n    this.#watches.endAll(refused("notLeader", leader));',
    replacement: "",
    killedBy: REPLICA_TEST,
  },
  {
    id: "K9",
    title: "A waiter is registered a little after the proposal, when the result may be there already",
    source: "labs K9",
    file: REPLICA,
    anchor: "if (isLeader) return this.#waiters.add(index, term);",
    replacement:
      "if (isLeader) {\n      let later = Promise.resolve();\n      for (let tick = 0; tick < 100; tick++) later = later.then(() => {});\n      return later.then(() => this.#waiters.add(index, term));\n    }",
    killedBy: REPLICA_TEST,
  },
  {
    id: "K10",
    title: "A clerk begins each call at the first server",
    source: "labs K10",
    file: LINK,
    anchor: "const target = this.#target;",
    replacement: "const target = attempt.sent ? this.#target : this.#target = this.#servers[0];",
    killedBy: CLERK_TEST,
  },
  {
    id: "K11",
    title: "A redirect names a member, which means nothing to a clerk",
    source: "labs K11",
    file: "kv/service.ts",
    anchor: "leader === null ? null : addresses.get(leader) ?? null",
    replacement: "addresses.size === 0 ? null : leader",
    killedBy: lab("4a", "TestManyPartitionsOneClient4A"),
  },
  {
    id: "K13",
    title: "Entries are applied while a snapshot is taken piece by piece",
    source: "labs K13",
    file: REPLICA,
    anchor: "if (this.#mayCompact(node)) await this.#compact(node);",
    replacement: "if (this.#mayCompact(node)) this.#compact(node);",
    killedBy: REPLICA_TEST,
  },
  {
    id: "K13-index",
    title: "A snapshot is said to end one entry before it does",
    source: "labs K13",
    file: REPLICA,
    anchor: "const index = this.applied;",
    replacement: "const index = this.applied - 1;",
    killedBy: lab("4c", "TestSnapshot4C"),
  },
  {
    id: "K14",
    title: "Only the leader looks at the size of its log",
    source: "labs K14",
    file: REPLICA,
    anchor: "const { core } = node;\n    if (node.logSizeBytes",
    replacement:
      "const { core } = node;\n    if (!node.state().isLeader) return false;\n    if (node.logSizeBytes",
    killedBy: lab("4b", "TestSpeed4B"),
  },
  {
    id: "K15",
    title: "Snapshots are taken although they are off",
    source: "labs K15",
    file: REPLICA,
    anchor: "this.#maxLogSizeBytes = options.maxLogSizeBytes;",
    replacement: "this.#maxLogSizeBytes = Math.min(options.maxLogSizeBytes, 10_000);",
    killedBy: lab("4a", "TestSpeed4A"),
  },
  {
    id: "K16",
    title: "Another version, in answer to a put that was sent again, is passed on as the truth",
    source: "labs K16",
    file: VERSIONED,
    anchor: 'return again && answer === "version" ? "maybe" : answer;',
    replacement: "return answer;",
    killedBy: lab("2", "TestUnreliableNet"),
  },
  {
    id: "K17",
    title: "Another version, in answer to a put that was sent once, is called maybe",
    source: "labs K17",
    file: VERSIONED,
    anchor: 'return again && answer === "version" ? "maybe" : answer;',
    replacement: 'return answer === "version" ? "maybe" : answer;',
    killedBy: lab("2", "TestPutConcurrentReliable"),
  },
  {
    id: "K18",
    title: "A clerk that gives up calls a write refused although it was sent",
    source: "labs K18: what may have been executed is counted as surely not",
    file: CLIENT,
    anchor: "if (!asked.sent) throw toRefused(asked, signal);",
    replacement: "throw toRefused(asked, signal);",
    killedBy: STORM_TEST,
  },
  {
    id: "K19",
    title: "A dead node leaves its waiters waiting",
    source: "labs K19",
    file: REPLICA,
    anchor: "this.#waiters.abandonAll();\n    this.#readers.endAll();",
    replacement: "this.#readers.endAll();",
    killedBy: lab("4a", "StrictShutdownUnderWay4A"),
  },
  {
    id: "K20",
    title: "A session's id comes back after its session was evicted",
    source: "labs K20: ids restart and match old entries",
    file: STATE,
    anchor:
      'this.#sessions.open(index, at.timeMs, envelope.rules);\n        return { kind: "applied", reply: encodeOpened({ id: index, ttlMs: envelope.rules.ttlMs }) };',
    replacement:
      'this.#sessions.open(index % 4, at.timeMs, envelope.rules);\n        return { kind: "applied", reply: encodeOpened({ id: index % 4, ttlMs: envelope.rules.ttlMs }) };',
    killedBy: REPLICA_TEST,
  },
  {
    id: "K21",
    title: "A lock that may have been taken is taken for taken",
    source: "labs K21",
    file: VERSIONED_LOCK,
    anchor: '(outcome === "maybe" && await this.#reads(mine))',
    replacement: 'outcome === "maybe"',
    killedBy: lab("2", "TestManyClientsUnreliable"),
  },
  {
    id: "K21-never",
    title: "A lock that may have been taken is taken for not taken",
    source: "labs K21",
    file: VERSIONED_LOCK,
    anchor: ' || (outcome === "maybe" && await this.#reads(mine))',
    replacement: "",
    killedBy: lab("2", "TestOneClientUnreliable"),
  },
  {
    id: "K22",
    title: "A lock is held under the value that means that it is free",
    source: "labs K22",
    file: VERSIONED_LOCK,
    anchor: "const mine = `${this.#id}.${++this.#turn}`;",
    replacement: "const mine = FREE;",
    killedBy: lab("2", "TestManyClientsReliable"),
  },
];

/** Sessions, log time, snapshots: what is replicated. */
const replication: readonly Mutant[] = [
  {
    id: "KV-evict-newest",
    title: "Use does not keep a session from being evicted",
    source: "issue 4: sessions, expiry by log time",
    file: SESSIONS,
    anchor: "this.#sessions.delete(id);\n    this.#sessions.set(id, session);",
    replacement: "",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-never-idle",
    title: "Sessions are never forgotten for being unused",
    source: "issue 4: expiry by log time",
    file: SESSIONS,
    anchor: "if (nowMs - session.usedMs < session.ttlMs) return;",
    replacement: "return;",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-late-duplicate",
    title: "A late duplicate of what the client has settled is executed",
    source: "dissertation section 6.3",
    file: SESSIONS,
    anchor: "if (sequence < session.settledBelow) return SETTLED;",
    replacement: "",
    killedBy: CLERK_TEST,
  },
  {
    id: "KV-no-window",
    title: "One client can make every replica remember any number of replies",
    source: "issue 4: a window per session",
    file: SESSIONS,
    anchor: "if (sequence >= session.settledBelow + MAX_WINDOW) return WINDOW_EXCEEDED;",
    replacement: "",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-session-time-lost",
    title: "A restored session counts as used at the beginning of time",
    source: "issue 4: applied index, data and sessions change together",
    file: SESSIONS,
    anchor: "usedMs: reader.varint(),",
    replacement: "usedMs: reader.varint() * 0,",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-local-clock",
    title: "Entries are stamped with the leader's clock instead of the time it has led",
    source: "issue 4: expiry decided in the log",
    file: "kv/log_time.ts",
    anchor: "Math.max(0, Math.floor(this.#clock.now() - this.#since))",
    replacement: "Math.max(0, Math.floor(this.#clock.now()))",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-time-from-old-reign",
    title: "A new leader's time counts from where the old one's ended, so that it stands still",
    source: "issue 4: keys with a time to live",
    file: "kv/log_time.ts",
    anchor: "this.#term = term;\n      this.#ledMs = 0;",
    replacement: "this.#term = term;",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-no-tick",
    title: "Nobody lets log time go on in a quiet group",
    source: "issue 4: keys with a time to live by lease",
    file: REPLICA,
    anchor: "if (isLeader && this.#state.time.term === term) this.#ticker.arm();",
    replacement: "",
    killedBy: CLERK_TEST,
  },
  {
    id: "KV-due-after-command",
    title: "A command finds a lease alive that has ended by its time",
    source: "issue 4: expiry decided in the log",
    file: STATE,
    anchor: "if (isTimed(this.machine) && this.machine.dueMs <= at.timeMs) this.machine.elapse(at);",
    replacement:
      "if (isTimed(this.machine) && this.machine.dueMs < at.timeMs - 2000) this.machine.elapse(at);",
    killedBy: CLERK_TEST,
  },
  {
    id: "KV-half-restored",
    title: "A snapshot whose machine does not decode has changed the sessions already",
    source: "issue 4: a snapshot that does not decode changes nothing",
    file: STATE,
    anchor: "const restored = this.machine.restore(state);",
    replacement: "install();\n    const restored = this.machine.restore(state);",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-compact-again",
    title: "A log is compacted again and again while the first snapshot is on its way to the disk",
    source: "issue 4: snapshots when the log passes its limit",
    file: REPLICA,
    anchor: "return core.flushedSequence >= this.#compaction;",
    replacement: "return true;",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-door-open",
    title: "What no replica can execute gets into the log",
    source: "issue 4: bad input changes nothing",
    file: REPLICA,
    anchor: "machine.check(command);\n      return null;",
    replacement: "return null;",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-zombie",
    title: "The node of a machine that broke goes on voting",
    source: "issue 4: leadership lost or the node killed wakes every waiter",
    file: REPLICA,
    anchor: "if (!node.stopped) await reader.cancel(error);",
    replacement: "",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-no-noop",
    title: "A new leader waits for a client's entry before it commits what its predecessors left",
    source: "paper section 5.4.2",
    file: REPLICA,
    anchor: "this.#node?.start(NOOP);",
    replacement: "",
    killedBy: REPLICA_TEST,
  },
];

/** Clients. */
const clients: readonly Mutant[] = [
  {
    id: "KV-number-again",
    title: "The number of an operation that was given up is used for the next one",
    source: "issue 4: a number is never used again",
    file: CLIENT,
    anchor: "settle(sequence: number): void {",
    replacement:
      "settle(sequence: number): void {\n    if (sequence === this.#next - 1) this.#next = sequence;",
    killedBy: CLERK_TEST,
  },
  {
    id: "KV-settles-open",
    title: "A client says that it waits for nothing while it waits for much",
    source: "dissertation section 6.3",
    file: CLIENT,
    anchor: "for (const lowest of this.#open) return lowest;",
    replacement: "",
    killedBy: CLERK_TEST,
  },
  {
    id: "KV-endless-window",
    title: "A client sends more operations at once than its window holds",
    source: "issue 4: a window per session",
    file: CLIENT,
    anchor: "} else if (this.#session.span < this.#window) {",
    replacement: "} else if (this.#session.span < Infinity) {",
    killedBy: CLERK_TEST,
  },
  {
    id: "KV-stale-session",
    title: "A client goes on with a session that the servers have forgotten",
    source: "issue 4: an evicted id is unknown",
    file: CLIENT,
    anchor: "this.#session !== null && this.link.now() >= this.#session.freshUntilMs",
    replacement: "this.#session !== null && this.link.now() < 0",
    killedBy: REPLICA_TEST,
  },
  {
    id: "KV-deaf-to-redirects",
    title: "A clerk does not go where it is sent",
    source: "issue 4: a redirect carries an address",
    file: LINK,
    anchor: "this.#target = answer.ask;",
    replacement: "",
    killedBy: CLERK_TEST,
  },
  {
    id: "KV-no-deadline",
    title: "A call may take three times as long as it is allowed to",
    source: "issue 4: deadlines on each call",
    file: CLIENT,
    anchor: "options.timeoutMs ?? this.#timeoutMs",
    replacement: "3 * (options.timeoutMs ?? this.#timeoutMs)",
    killedBy: CLERK_TEST,
  },
  {
    id: "KV-turn-not-passed-on",
    title: "A call that is woken when its time is up does not wake the next one",
    source: "issue 4: many calls in flight, each with a deadline",
    file: CLIENT,
    anchor: "// It may have been woken and not have used it.\n      this.#wake();",
    replacement: "",
    killedBy: CLIENT_TEST,
  },
  {
    id: "KV-listeners-stay",
    title: "A call that waited for its turn leaves a listener on the caller's signal",
    source: "issue 4: memory of the clerk stays flat",
    file: "kv/turns.ts",
    anchor: 'signal?.removeEventListener("abort", onAbort);',
    replacement: "",
    killedBy: CLERK_TEST,
  },
];

/** The store and what stands on it. */
const store: readonly Mutant[] = [
  {
    id: "KV-half-batch",
    title: "A batch with an impossible write is executed up to it",
    source: "issue 4: atomic multi-key batch",
    file: "kv/store/store.ts",
    anchor: "const failed = this.#firstFailure(conditions) ?? this.#impossibility(writes);",
    replacement: "const failed = this.#firstFailure(conditions);",
    killedBy: STORE_TEST,
  },
  {
    id: "KV-blind-batch",
    title: "Only the first condition of a batch is judged",
    source: "issue 4: if versions hold, then writes",
    file: "kv/store/store.ts",
    anchor: "for (let at = 0; at < conditions.length; at++) {\n      const entry",
    replacement: "for (let at = 0; at < Math.min(1, conditions.length); at++) {\n      const entry",
    killedBy: STORE_TEST,
  },
  {
    id: "KV-order-block",
    title: "A key that belongs before all others is looked for in the wrong block",
    source: "issue 4: range scan by key order",
    file: "kv/store/ordered_keys.ts",
    anchor: "if (this.#blocks[middle][0] <= key) low = middle;",
    replacement: "if (this.#blocks[middle][0] < key) low = middle;",
    killedBy: STORE_TEST,
  },
  {
    id: "KV-page-repeats",
    title: "A page begins with the last key of the page before",
    source: "issue 4: range scan with a limit",
    file: "kv/store/scan.ts",
    anchor: "if (key === after || entry === undefined) continue;",
    replacement: "if (entry === undefined) continue;",
    killedBy: STORE_TEST,
  },
  {
    id: "KV-watch-gap",
    title: "A watcher is told that it has seen everything, although its answer was cut short",
    source: "issue 4: watch without gaps",
    file: "kv/store/range_watch.ts",
    anchor: "if (event !== undefined && events.length >= maxEvents && event.revision > this.#through) break;",
    replacement:
      "if (event !== undefined && events.length >= maxEvents && event.revision > this.#through) {\n        this.#through = revision;\n        break;\n      }",
    killedBy: STORE_TEST,
  },
  {
    id: "KV-watch-half-batch",
    title: "A watcher sees half a batch and never the rest",
    source: "issue 4: watch without gaps",
    file: "kv/store/range_watch.ts",
    anchor: "events.length >= maxEvents && event.revision > this.#through) break;",
    replacement: "events.length >= maxEvents) break;",
    killedBy: STORE_TEST,
  },
  {
    id: "KV-watch-silent-compaction",
    title: "A watcher is not told that events it asks for are gone",
    source: "issue 4: compaction told as a typed error",
    file: "kv/store/range_watch.ts",
    anchor: 'if (this.#through < compacted) return encodeWatchAnswer({ kind: "compacted", compacted });',
    replacement: "",
    killedBy: STORE_TEST,
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
    anchor: "else if (present.lease !== lease) this.#detach(present.lease, key);",
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
    id: "KV-lock-names",
    title: "The lock a finds the places of the lock a/b in its line",
    source: "labs 2026: several named locks are independent",
    file: LOCK,
    anchor: "return `lock/${encodeURIComponent(name)}/`;",
    replacement: "return `lock/${name}`;",
    killedBy: LOCK_TEST,
  },
];

/** The layer's mutants. */
export const kvMutants: readonly Mutant[] = [...fromTheLabs, ...replication, ...clients, ...store];
