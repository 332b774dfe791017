/**
 * Planted bugs for the key/value layer: single locks of doors that have two, each broken alone, and what watches the labs' suites.
 *
 * Behind our own Raft nobody sees these: it says that leadership is lost before it hands up what came in the place of lost entries, and it
 * hands up no old snapshots. `K7` and `K12` of `kv_labs.ts` break both locks.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TEST = "test -A --no-check --fail-fast";
const STATE_TEST = `${TEST} tests/kv/replicated_state_test.ts`;
const SUITES_TEST = `${TEST} tests/labs/kv/suites_test.ts`;

const WAITERS = "kv/waiters.ts";
const STATE = "kv/replicated_state.ts";

/** See the module's page. */
export const kvLockMutants: readonly Mutant[] = [
  {
    id: "K7-term",
    title: "A waiter is found by its index alone",
    source: "labs K7, the second lock",
    file: WAITERS,
    anchor: 'waiter.resolve(waiter.term === term ? outcome : refused("superseded", leader));',
    replacement: "waiter.resolve(outcome);",
    killedBy: STATE_TEST,
  },
  {
    id: "K7-displaced",
    title: "A proposal that only this node has lost is called refused, though another node may yet commit it",
    source: "paper section 5.4.2, figure 8",
    file: WAITERS,
    anchor: "this.#waiters.get(index)?.resolve(UNKNOWN);",
    replacement: 'this.#waiters.get(index)?.resolve(refused("superseded"));',
    killedBy: STATE_TEST,
  },
  {
    id: "K12-index",
    title: "A snapshot that is older than the state is restored",
    source: "labs K12, the second lock",
    file: STATE,
    anchor: "if (snapshot.index < this.#applied) {",
    replacement: "if (snapshot.index < 0) {",
    killedBy: STATE_TEST,
  },
  {
    id: "K-laws-unwatched",
    title: "The suites of lab 4 look at nothing but the clients' answers",
    source: "labs section 12, hole 17: invariants after every step",
    file: "tests/labs/kv/servers.ts",
    anchor: "this.#laws.check();",
    replacement: "",
    killedBy: SUITES_TEST,
  },
  {
    id: "K-silent-calls",
    title: "Any number of counts may be nobody's",
    source: "labs section 12, hole 2: invocations are recorded",
    file: "tests/labs/kv/rsm_history.ts",
    anchor: "if (answer.output < least || silent > spare) return ILLEGAL;",
    replacement: "if (answer.output < least) return ILLEGAL;",
    killedBy: SUITES_TEST,
  },
  {
    id: "K-undecided",
    title: "A history that the checker could not judge in its time passes",
    source: "labs section 12, hole 1; anchors C1",
    file: "tests/labs/kv/history.ts",
    anchor: 'if (verdict.kind === "unknown") {',
    replacement: 'if (verdict.kind === "unknown" && limitMs > JUDGE_MS) {',
    killedBy: SUITES_TEST,
  },
];
