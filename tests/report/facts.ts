/**
 * A run in a few facts.
 * @module
 */

import type { RunResult } from "../chaos/result.ts";
import type { Violation } from "../check/violation.ts";
import type { Load, RunPlan } from "../nemesis/plan.ts";
import { conditionsInWords, delayInWords } from "./fault_words.ts";

/** The page itself says what is wrong with a history. */
function lawBroken({ law, sentence }: Violation): Record<string, string> {
  return law === "linearizability" ? { law } : { law, "what happened": sentence };
}

/** What a page says beside the verdict. `again`: the command that runs it again. */
export function factsOf(plan: RunPlan, result: RunResult, again: string): Record<string, string> {
  const { verdict, operations } = result;
  const why: Record<string, string> = verdict.kind === "violation"
    ? lawBroken(verdict.violation)
    : verdict.kind === "pass"
    ? {}
    : { why: verdict.sentence };
  return {
    run: verdict.kind,
    ...why,
    seed: String(plan.seed),
    layer: `${plan.layer}, workload ${plan.workload}`,
    again,
    ...optionsOf(plan),
    operations: `${operations.ok} answered, ${operations.refused} refused, ${operations.unknown} unknown`,
    elections: String(result.elections),
    ...(result.hash === "" ? {} : { fingerprint: result.hash }),
  };
}

/** Everything that was drawn or chosen besides the faults. */
function optionsOf({ layer, nodes, groups, changes, knobs, load, links, disk, safetyMs }: RunPlan) {
  const jobs = layer === "mapreduce";
  const many = groups > 1 ? `, ${groups} groups and a controller, at most ${changes} changes` : "";
  const votes = [
    knobs.preVote ? "with preliminary votes" : "without preliminary votes",
    knobs.checkQuorum ? "with a quorum check" : "without a quorum check",
  ];
  const raft = [
    `elections after ${knobs.electionMs} ms`,
    `heartbeats every ${knobs.heartbeatMs} ms`,
    `a disk is given up after ${knobs.diskStallMs} ms`,
    `${knobs.maxAppendEntries} entries a message, ${knobs.maxInFlightAppends} under way`,
    `snapshots ${
      knobs.maxLogSizeBytes === 0 ? "never" : `at ${knobs.maxLogSizeBytes} bytes`
    }, in chunks of ${knobs.snapshotChunkBytes}`,
    ...votes,
  ];
  return {
    cluster: `${nodes} ${jobs ? "workers" : "nodes"}${many}, faults for ${safetyMs / 1000} s`,
    ...(jobs ? {} : { raft: raft.join(", ") }),
    world: `links: ${conditionsInWords(links)}; a sync takes ${delayInWords(disk)}`,
    ...(jobs ? {} : { clients: clientsInWords(load) }),
  };
}

function clientsInWords(
  { clients, keys, pauseMs, putShare, appendShare, timeoutMs, operationsEach }: Load,
): string {
  const most = operationsEach === 0 ? "" : `, ${operationsEach} operations each`;
  const [puts, appends] = [putShare, appendShare].map((share) => Math.round(share * 100));
  return `${clients} on ${keys} keys, a pause of ${
    Math.round(pauseMs)
  } ms, ${puts} % puts, ${appends} % appends, ` +
    `patience of ${timeoutMs} ms${most}`;
}
