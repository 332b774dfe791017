/**
 * Planted bugs for the key/value layer: each promise of the replication and of its clients broken once.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TEST = "test -A --no-check --fail-fast";
const REPLICA_TEST = `${TEST} tests/kv/replica_test.ts`;
const STATE_TEST = `${TEST} tests/kv/replicated_state_test.ts`;
const CLERK_TEST = `${TEST} tests/kv/clerk_test.ts`;
const LEASE_TEST = `${TEST} tests/kv/lease_test.ts`;
const SUSPECT_TEST = `${TEST} tests/kv/suspect_test.ts`;
const HANDOVER_TEST = `${TEST} tests/kv/handover_test.ts`;
const CLIENT_TEST = `${TEST} tests/kv/session_client_test.ts`;

const REPLICA = "kv/replica.ts";
const STATE = "kv/replicated_state.ts";
const SESSIONS = "kv/sessions.ts";
const CLIENT = "kv/session_client.ts";
const LINK = "kv/link.ts";

/** Sessions, log time, snapshots: what is replicated. */
export const kvReplicationMutants: readonly Mutant[] = [
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
    killedBy: STATE_TEST,
  },
  {
    id: "KV-session-time-lost",
    title: "A restored session counts as used at the beginning of time",
    source: "issue 4: applied index, data and sessions change together",
    file: SESSIONS,
    anchor: "usedMs: reader.varint(),",
    replacement: "usedMs: reader.varint() * 0,",
    killedBy: STATE_TEST,
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
    killedBy: STATE_TEST,
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
    id: "KV-tick-when-due",
    title: "A leader writes nothing down before a lease is due: one that dies takes all of its time along",
    source: "issue 4: expiry decided in the log; bounded when leaders change",
    file: "kv/ticker.ts",
    anchor: "const needed = leftMs <= 0 || unwrittenMs >= TICK_MS;",
    replacement: "const needed = leftMs <= 0;",
    killedBy: LEASE_TEST,
  },
  {
    id: "KV-tick-late",
    title: "A tick that a command has made needless for now is put off by a whole second",
    source: "issue 4: a lease outlasts its time by a second for each leader at most",
    file: "kv/ticker.ts",
    anchor: "Math.max(1, TICK_MS - unwrittenMs)",
    replacement: "TICK_MS",
    killedBy: LEASE_TEST,
  },
  {
    id: "KV-lease-rounded-down",
    title: "A lease that began in the middle of a millisecond ends a part of one early",
    source: "issue 4: keys with a time to live; never shorter than promised",
    file: "kv/store/leases.ts",
    anchor: "const ROUNDING_MS = 1;",
    replacement: "const ROUNDING_MS = 0;",
    killedBy: LEASE_TEST,
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
    killedBy: STATE_TEST,
  },
  {
    id: "KV-compact-again",
    title: "A log is compacted again and again while the first snapshot is on its way to the disk",
    source: "issue 4: snapshots when the log passes its limit",
    file: "kv/compaction.ts",
    anchor: "return core.flushedSequence >= this.#write;",
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
export const kvClientMutants: readonly Mutant[] = [
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
    id: "KV-goes-to-the-dead",
    title: "A clerk goes where it is sent, though it has heard that nobody is there any more",
    source: "issue 5: the window after the leader's end",
    file: LINK,
    anchor: "answer.ask === null || this.#isGone(answer.ask)",
    replacement: "answer.ask === null",
    killedBy: SUSPECT_TEST,
  },
  {
    id: "KV-waits-for-the-silent",
    title: "Who hears of a new leader still waits for the old one's answer",
    source: "issue 5: the window after the leader has fallen silent",
    file: LINK,
    anchor: "for (const other of this.#servers) if (other !== server) this.#giveUp?.(other);",
    replacement: "",
    killedBy: SUSPECT_TEST,
  },
  {
    id: "KV-leader-untold",
    title: "A follower does not tell that it follows another leader than before",
    source: "issue 5: the window after the leader has fallen silent",
    file: "raft/driver.ts",
    anchor: '      case "leaderContact":\n        this.#announcer.leader(this.core.leader);\n',
    replacement: '      case "leaderContact":\n',
    killedBy: SUSPECT_TEST,
  },
  {
    id: "KV-gone-for-good",
    title: "Who was gone once is never asked again",
    source: "issue 5: a dead node can be restarted",
    file: LINK,
    anchor: "if (untilMs === undefined || this.now() < untilMs) return",
    replacement: "if (untilMs === undefined || this.now() > 0) return",
    killedBy: SUSPECT_TEST,
  },
  {
    id: "KV-retires-in-a-hurry",
    title: "A leader that is told to stop leaves whoever waits without an answer",
    source: "dissertation 3.10: a leader hands over when nothing is under way",
    file: REPLICA,
    anchor:
      "    while (this.#waiters.size > 0 && this.#clock.now() < untilMs) await this.#clock.sleep(RETIRE_LOOK_MS);\n",
    replacement: "",
    killedBy: HANDOVER_TEST,
  },
  {
    id: "KV-retires-in-silence",
    title: "A leader that is told to stop does not say that it goes",
    source: "dissertation 3.10: TimeoutNow",
    file: "kv/handover.ts",
    anchor: "        options.onLeaving(from);\n",
    replacement: "        if (from === null) options.onLeaving(from);\n",
    killedBy: HANDOVER_TEST,
  },
  {
    id: "KV-leaves-too-soon",
    title: "A leader that is told to stop goes before there is another one, which needs its vote",
    source: "dissertation 3.10: the transfer ends with the next leader",
    file: "kv/handover.ts",
    anchor: "while (open() && others.size > 0 && clock.now() < untilMs) await",
    replacement: "if (open() && others.size > 9 && clock.now() < untilMs) await",
    killedBy: HANDOVER_TEST,
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
