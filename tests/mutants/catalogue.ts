/**
 * Every planted bug there is.
 * @module
 */

import { chaosMutants } from "./chaos.ts";
import { chaosDoorMutants } from "./chaos_door.ts";
import { chaosFaultMutants } from "./chaos_faults.ts";
import { chaosIdleFaultMutants } from "./chaos_idle_faults.ts";
import { chaosWorkloadMutants } from "./chaos_workloads.ts";
import { chaosElectionMutants } from "./chaos_elections.ts";
import { chaosMembersMutants } from "./chaos_members.ts";
import { chaosTxnMutants } from "./chaos_txn.ts";
import { fieldStoreMutants } from "./field_store.ts";
import { foreignMutants } from "./foreign.ts";
import { kvMutants } from "./kv.ts";
import { kvDoorMutants } from "./kv_doors.ts";
import { kvDrawnDoorsMutants } from "./kv_drawn_doors.ts";
import { kvTalkMutants } from "./kv_talks.ts";
import { mapreduceMutants } from "./mapreduce.ts";
import { mapreduceDrawnMutants } from "./mapreduce_drawn.ts";
import { mapreduceLineMutants } from "./mapreduce_lines.ts";
import { mapreduceWorkerMutants } from "./mapreduce_worker.ts";
import type { Mutant } from "./mutant.ts";
import { porcupineMutants } from "./porcupine.ts";
import { porcupineCyclesMutants } from "./porcupine_cycles.ts";
import { porcupineOutsideMutants } from "./porcupine_outside.ts";
import { raftMutants } from "./raft.ts";
import { raftDrawnMutants } from "./raft_drawn.ts";
import { raftAroundMutants } from "./raft_around.ts";
import { raftDriverMutants } from "./raft_driver.ts";
import { raftLabMutants } from "./raft_labs.ts";
import { raftConfigurationMutants } from "./raft_configuration.ts";
import { raftMembersExploredMutants } from "./raft_members_explored.ts";
import { raftMembershipMutants } from "./raft_membership.ts";
import { raftUnitMutants } from "./raft_unit.ts";
import { raftVersionMutants } from "./raft_versions.ts";
import { realChaosMutants } from "./real_chaos.ts";
import { runtimeMutants } from "./runtime.ts";
import { runtimeLinesMutants } from "./runtime_lines.ts";
import { shardMutants } from "./shard.ts";
import { shardChangesMutants } from "./shard_changes.ts";
import { shardContentsMutants } from "./shard_contents.ts";
import { shardDrawnMutants } from "./shard_drawn.ts";
import { shardFoundingMutants } from "./shard_founding.ts";
import { shardPartsMutants } from "./shard_parts.ts";
import { shardRoutesMutants } from "./shard_routes.ts";
import { shrinkMutants } from "./shrink.ts";
import { tlsMutants } from "./tls.ts";
import { toolMutants } from "./tool.ts";
import { walMutants } from "./wal.ts";
import { walDrawnMutants } from "./wal_drawn.ts";

/** Bugs of one part of the house. */
export interface MutantGroup {
  readonly name: string;
  readonly mutants: readonly Mutant[];
}

/** The whole catalogue, part by part. */
export const CATALOGUE: readonly MutantGroup[] = [
  { name: "chaos", mutants: chaosMutants },
  { name: "chaos-workloads", mutants: chaosWorkloadMutants },
  { name: "chaos-txn", mutants: chaosTxnMutants },
  { name: "chaos-faults", mutants: [...chaosIdleFaultMutants, ...chaosFaultMutants] },
  { name: "chaos-members", mutants: chaosMembersMutants },
  { name: "chaos-elections", mutants: chaosElectionMutants },
  { name: "chaos-door", mutants: chaosDoorMutants },
  { name: "shrink", mutants: shrinkMutants },
  { name: "raft", mutants: raftLabMutants },
  { name: "explore", mutants: raftMutants },
  {
    name: "raft-unit",
    mutants: [...raftUnitMutants, ...raftDrawnMutants, ...raftDriverMutants, ...raftAroundMutants],
  },
  { name: "raft-membership", mutants: [...raftMembershipMutants, ...raftConfigurationMutants] },
  { name: "raft-members-explored", mutants: raftMembersExploredMutants },
  { name: "raft-versions", mutants: raftVersionMutants },
  { name: "wal", mutants: [...walMutants, ...walDrawnMutants] },
  { name: "runtime", mutants: [...runtimeMutants, ...runtimeLinesMutants] },
  { name: "mutants", mutants: toolMutants },
  { name: "tls", mutants: tlsMutants },
  { name: "kv", mutants: kvMutants },
  { name: "field-store", mutants: fieldStoreMutants },
  { name: "kv-doors", mutants: [...kvDoorMutants, ...kvTalkMutants, ...kvDrawnDoorsMutants] },
  { name: "foreign", mutants: foreignMutants },
  { name: "real-chaos", mutants: realChaosMutants },
  {
    name: "shard",
    mutants: [
      ...shardMutants,
      ...shardDrawnMutants,
      ...shardPartsMutants,
      ...shardContentsMutants,
      ...shardFoundingMutants,
      ...shardChangesMutants,
      ...shardRoutesMutants,
    ],
  },
  { name: "porcupine", mutants: porcupineMutants },
  { name: "porcupine-cycles", mutants: porcupineCyclesMutants },
  { name: "porcupine-outside", mutants: porcupineOutsideMutants },
  {
    name: "mapreduce",
    mutants: [
      ...mapreduceMutants,
      ...mapreduceDrawnMutants,
      ...mapreduceLineMutants,
      ...mapreduceWorkerMutants,
    ],
  },
];
