/**
 * Planted bugs of stores that real systems had, and of the checks themselves, as the anchors' list has them: the rows for which the labs' own
 * list, or a workload's, has no bug of just that kind.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const STATE = "kv/replicated_state.ts";

/** Runs of one workload on the store, whatever is wrong. */
function workload(name: string): string {
  return `run -A tests/chaos.ts --layer kv --workload ${name} --seed 1 --runs 60 --json`;
}

/** See the module's page. */
export const fieldStoreMutants: readonly Mutant[] = [
  {
    id: "C-K4",
    title: "A client that had no answer in time tries again under a new number",
    source: "anchors K4; jetcd 0.8.2",
    file: "kv/session_client.ts",
    anchor: 'const asked = await this.link.ask("submit", request, limits);',
    replacement: `const soonMs = Math.min(limits.deadlineMs, this.link.now() + 400);
      let asked = await this.link.ask("submit", request, { ...limits, deadlineMs: soonMs });
      if (asked.kind === "ended" && asked.why === "timeout" && this.link.leftMs(limits.deadlineMs) > 0) {
        const again = session.take(this.link.now());
        asked = await this.link.ask("submit", { ...request, sequence: again }, limits);
        session.settle(again);
      }`,
    killedBy: workload("append"),
  },
  {
    id: "C-K6",
    title: "Only the leader remembers what it has executed, so that the next one executes it again",
    source: "anchors K6; khepri PR 250",
    file: STATE,
    anchor: "this.#sessions.record(call, reply);",
    replacement: "if (this.leads) this.#sessions.record(call, reply);",
    further: [
      {
        file: STATE,
        anchor: "  #applied: Index = 0;\n",
        replacement: "  #applied: Index = 0;\n  leads = false;\n",
      },
      {
        file: "kv/replica.ts",
        anchor: "const outcome = this.#state.apply(index, entry);",
        replacement:
          "this.#state.leads = node.state().isLeader;\n      const outcome = this.#state.apply(index, entry);",
      },
    ],
    killedBy: workload("append"),
  },
  {
    id: "C-K8",
    title: "A leader executes and answers what it has appended, before anybody else has it",
    source: "anchors K8; redisraft#52",
    file: "raft/driver.ts",
    anchor: "this.proposal = { index: effect.firstIndex, term: effect.term };\n",
    replacement:
      "this.proposal = { index: effect.firstIndex, term: effect.term };\n        this.channel.advance(effect.firstIndex);\n",
    killedBy: workload("append"),
  },
  {
    id: "C-K12",
    title:
      "Who stood before in line is gone: the lock is taken without a look at the line and one's own lease",
    source: "anchors K12; etcd#11456",
    file: "kv/lock.ts",
    anchor: "    await untilGone(clerk, line[at - 1].key, revision, signal);\n",
    replacement:
      "    await untilGone(clerk, line[at - 1].key, revision, signal);\n    return line[at].createdAt;\n",
    killedBy: workload("lock"),
  },
  {
    id: "X-C3",
    title: "The explorer's law of leader completeness counts what leaders of later terms have committed",
    source: "anchors C3: false alarms under churn",
    file: "tests/explore/laws.ts",
    anchor: "if (committedIn >= core.term || index <= core.log.offset",
    replacement: "if (index <= core.log.offset",
    killedBy: "run -A --no-check tests/explore/cli.ts small --law leader-completeness",
  },
  {
    id: "C-C1-unanswered",
    title: "A run in which no client was ever answered passes",
    source: "anchors C1: zero operations reported as a pass",
    file: "tests/chaos/run.ts",
    anchor:
      'if (this.#crew.answered === 0) return { kind: "vacuous", sentence: "No client was ever answered." };',
    replacement: "",
    killedBy: "test -A --no-check tests/chaos/run_test.ts --filter vacuous",
  },
  {
    id: "C-C1-undecided",
    title: "A campaign passes although the checker gave up on a history",
    source: "anchors C1: porcupine#3",
    file: "tests/chaos/tally.ts",
    anchor: 'else if (verdict.kind !== "pass") this.#worsen',
    replacement: 'else if (verdict.kind === "vacuous") this.#worsen',
    killedBy: "test -A --no-check tests/chaos/tally_test.ts",
  },
  {
    id: "C-C1-few-nodes",
    title: "A campaign of two nodes does not pass because none of them lost its disk",
    source: "a cluster of two has no disk to lose",
    file: "tests/chaos/tally.ts",
    anchor: "(NODES_FOR[what] ?? 1) <= this.#nodes",
    replacement: "(NODES_FOR[what] ?? 1) <= 3",
    killedBy: "test -A --no-check tests/chaos/tally_test.ts",
  },
  {
    id: "C-C1-never-fired",
    title: "A campaign passes although a fault never took hold",
    source: "anchors C1: openraft PR 2014",
    file: "tests/chaos/tally.ts",
    anchor: 'if (verdict === "pass" && never.length > 0) {',
    replacement: 'if (verdict === "pass" && never.length > FAULT_KINDS.length) {',
    killedBy: "test -A --no-check tests/chaos/tally_test.ts",
  },
];
