/**
 * Planted bugs for the key/value layer: the labs' own list, their section on pitfalls, K1 to K22.
 *
 * Each is caught by a lab suite or by chaos. K7 and K12 take more than one patch: we have two locks on either door, and
 * `kv_locks.ts` breaks them one by one. K20 cannot be: waiters are found by index and term, and sessions are named by log entries
 * (`K20` here breaks that).
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TEST = "test -A --no-check --fail-fast";
const VERSIONED_TEST = `${TEST} tests/kv/versioned_test.ts`;
const CHAOS = "run -A tests/chaos.ts --layer kv --workload append --seed 1 --runs 60 --json";

const REPLICA = "kv/replica.ts";
const STATE = "kv/replicated_state.ts";
const SESSIONS = "kv/sessions.ts";
const WAITERS = "kv/waiters.ts";
const CLIENT = "kv/session_client.ts";
const LINK = "kv/link.ts";
/** What a replica does for those who wait when it leads no more. */
const LOST_LEADERSHIP =
  'this.#waiters.abandonAll();\n    this.#watches.endAll(refused("notLeader", leader));';
const SINGLE = "kv/single/exactly_once.ts";
const VERSIONED = "kv/single/versioned.ts";
const VERSIONED_LOCK = "kv/single/versioned_lock.ts";

/** One official test, or all whose names contain `name`. */
function lab(part: string, name: string): string {
  return `${TEST} tests/labs/lab${part}_test.ts --filter ${name}`;
}

/** The labs' list. */
export const kvLabMutants: readonly Mutant[] = [
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
    killedBy: lab("4a", "StrictRepeatedRequests4A"),
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
    title: "Whoever waits looks for lost leadership every half a second, and is found by its index alone",
    source: "labs K7; openraft 43dd8b6f",
    file: WAITERS,
    anchor: 'waiter.resolve(waiter.term === term ? outcome : refused("superseded", leader));',
    replacement: "waiter.resolve(outcome);",
    // Our own waiters are woken before an index can come back. Late, as in the labs, is sound as long as terms are compared.
    further: [{
      file: REPLICA,
      anchor: LOST_LEADERSHIP,
      replacement:
        'void this.#clock.sleep(500).then(() => this.#waiters.abandonAll());\n    this.#watches.endAll(refused("notLeader", leader));',
    }],
    killedBy: lab("4a", "TestPersistPartitionUnreliableLinearizable4A"),
  },
  {
    id: "K8",
    title: "Lost leadership wakes nobody",
    source: "labs K8",
    file: REPLICA,
    anchor: LOST_LEADERSHIP,
    replacement: "",
    killedBy: lab("4a", "TestLeaderPartition4A"),
  },
  {
    id: "K9",
    title: "A waiter is registered a little after the proposal, when the result may be there already",
    source: "labs K9",
    file: REPLICA,
    anchor: "if (isLeader) return this.#waiters.add(index, term);",
    replacement:
      "if (isLeader) {\n      let later = Promise.resolve();\n      for (let tick = 0; tick < 100; tick++) later = later.then(() => {});\n      return later.then(() => this.#waiters.add(index, term));\n    }",
    killedBy: lab("4a", "StrictAlone4A"),
  },
  {
    id: "K10",
    title: "A clerk begins each call at the first server",
    source: "labs K10",
    file: LINK,
    anchor: "const target = this.#target;",
    replacement: "const target = attempt.tries > 0 ? this.#target : this.#target = this.#servers[0];",
    killedBy: lab("4a", "StrictStaysWithLeader4A"),
  },
  {
    id: "K11",
    title: "A redirect names a member, which means nothing to a clerk",
    source: "labs K11",
    file: "kv/service.ts",
    anchor: "ask: leader === null ? null : addressOf(leader)",
    replacement: "ask: addressOf === null ? null : leader",
    killedBy: lab("4a", "TestManyPartitionsOneClient4A"),
  },
  {
    id: "K12",
    title:
      "Raft hands up every snapshot that arrives, and the service restores one that is older than its state",
    source: "labs K12; the labs' own Raft of 2020 and 2021",
    file: STATE,
    anchor: "if (snapshot.index < this.#applied) {",
    replacement: "if (snapshot.index < 0) {",
    further: [
      {
        file: "raft/core/snapshot.ts",
        anchor: "  if (request.lastIndex <= core.commit) {\n",
        replacement:
          "  if (request.lastIndex <= core.commit) {\n    if (request.data.length === request.sizeBytes) {\n" +
          "      const snapshot = { ...request, index: request.lastIndex, term: request.lastTerm };\n" +
          '      effects.push({ type: "restore", snapshot });\n    }\n',
      },
      // And goes on where it was: else it would bring all that came since once more, and heal what it has done.
      {
        file: "raft/committed.ts",
        anchor: "this.#delivered = snapshot.index;",
        replacement: "this.#delivered = Math.max(this.#delivered, snapshot.index);",
      },
    ],
    killedBy: lab("4c", "StrictLateSnapshots4C"),
  },
  {
    id: "K13",
    title: "Entries are applied while a snapshot is taken piece by piece",
    source: "labs K13",
    file: REPLICA,
    anchor: "if (this.#compaction.mayBegin(node)) await this.#compaction.begin(node);",
    replacement: "if (this.#compaction.mayBegin(node)) this.#compaction.begin(node);",
    killedBy: lab("4c", "StrictSnapshotsUnderWay4C"),
  },
  {
    id: "K13-index",
    title: "A snapshot is said to end one entry before it does",
    source: "labs K13",
    file: "kv/compaction.ts",
    anchor: "const index = this.#state.applied;",
    replacement: "const index = this.#state.applied - 1;",
    killedBy: lab("4c", "TestSnapshot4C"),
  },
  {
    id: "K14",
    title: "Only the leader looks at the size of its log",
    source: "labs K14",
    file: "kv/compaction.ts",
    anchor: "return core.flushedSequence >= this.#write;",
    replacement: "return node.state().isLeader && core.flushedSequence >= this.#write;",
    killedBy: lab("4b", "TestSpeed4B"),
  },
  {
    id: "K15",
    title: "Snapshots are taken although they are off",
    source: "labs K15",
    file: "kv/compaction.ts",
    anchor: "this.#maxLogSizeBytes = maxLogSizeBytes;",
    replacement: "this.#maxLogSizeBytes = Math.min(maxLogSizeBytes, 10_000);",
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
    id: "K17-repeats",
    title:
      "Where requests come twice, the answer to a put that was sent once is taken for that to its first copy",
    source: "labs K16, K17; section 12, hole 14: duplicate requests",
    file: VERSIONED,
    anchor: "let again = repeats;",
    replacement: "let again = false;",
    killedBy: VERSIONED_TEST,
  },
  {
    id: "K17-late-copy",
    title: "A put that names a version to come is sent, and a copy of it arrives when the version has come",
    source: "labs section 12, hole 14: requests delayed for seconds",
    file: VERSIONED,
    anchor: "if (present === version) return null;",
    replacement: "if (present <= version) return null;",
    killedBy: VERSIONED_TEST,
  },
  {
    id: "K18",
    title: "A clerk that gives up calls a write refused although it was sent",
    source: "labs K18: what may have been executed is counted as surely not",
    file: CLIENT,
    anchor: "if (!asked.sent) throw toRefused(asked, signal);",
    replacement: "throw toRefused(asked, signal);",
    killedBy: CHAOS,
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
    killedBy: lab("4a", "TestConcurrent4A@2024"),
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
