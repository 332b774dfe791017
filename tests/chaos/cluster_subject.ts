/**
 * One cluster: bare Raft with a log on it, or the replicated store.
 * @module
 */

import { Clerk, Store } from "../../kv/mod.ts";
import type { Runtime } from "../../runtime/mod.ts";
import { MachineLaws } from "../check/machine_laws.ts";
import { WatchedStore } from "../check/watched_store.ts";
import { Cluster } from "../cluster/cluster.ts";
import { LogMachine, LogServer } from "../cluster/raft_log.ts";
import { serveReplicated } from "../cluster/serve.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import { World } from "../sim/world.ts";
import type { RarePath } from "./result.ts";
import type { LaunchOptions, Subject } from "./subject.ts";
import type { TextStore } from "../workloads/workload.ts";

/** Progress must come back within so many of the longest election timeouts once a majority is healed. */
const ELECTIONS_TO_RECOVER = 10;

/** A cluster knows how to be broken; this adds how it is judged and reached. */
export class ClusterSubject extends Cluster implements Subject {
  readonly world: World;
  readonly #plan: RunPlan;

  /** A cluster whose nodes are down. */
  constructor(plan: RunPlan, { record, uniqueCommands, report, chronicle }: LaunchOptions) {
    const world = new World({
      seed: plan.seed,
      isolation: plan.isolation,
      conditions: plan.links,
      syncDelay: plan.disk,
      record,
    });
    const decoder = new TextDecoder();
    const laws = new MachineLaws(report, uniqueCommands ? (command) => decoder.decode(command) : () => null);
    super(world, {
      nodes: plan.nodes,
      knobs: plan.knobs,
      ...(plan.layer === "raft"
        ? {
          makeMachine: () => new LogMachine(),
          watch: (node, machine) => laws.watch(node, machine),
          serve: (machine, watched, options) => LogServer.open(machine as LogMachine, watched, options),
        }
        : {
          makeMachine: () => new Store(),
          watch: (node, machine) => new WatchedStore(node, machine as Store, laws),
          serve: serveReplicated,
        }),
      checkMedium: plan.isolation === "wire",
      report,
      chronicle: chronicle(world),
    });
    this.world = world;
    this.#plan = plan;
  }

  get servers(): readonly string[] {
    return this.names;
  }

  get livenessMs(): number {
    return 2 * this.#plan.knobs.electionMs * ELECTIONS_TO_RECOVER;
  }

  get settled(): boolean {
    return true;
  }

  get elections(): number {
    return this.laws.elections;
  }

  text(runtime: Runtime): TextStore {
    return new Clerk({ runtime, servers: this.names, attemptMs: this.#plan.knobs.electionMs });
  }

  /** The plan's core, with voters in place of those that lost their vote with their disk. */
  votingCore(): number[] {
    const { core, nodes } = this.#plan;
    const others = this.membersOf().filter((node) => !core.includes(node));
    const majority = Math.floor(nodes / 2) + 1;
    return [...core, ...others].filter((node) => this.isVoter(node)).slice(0, majority);
  }

  onHealed(): void {}

  seen(): RarePath[] {
    const { facts, laws } = this;
    const counted: readonly (readonly [RarePath, number])[] = [
      ["snapshotTaken", facts.snapshotsTaken],
      ["snapshotInstalled", facts.snapshotsInstalled],
      ["logConflictRepaired", facts.conflictsRepaired],
      ["amnesiacFollowed", facts.amnesiacsFollowed],
      ["diskFailureSurvived", facts.diskFailures],
      ["damageRefused", facts.damagesRefused],
      ["electionWon", laws.elections],
      ["leaderResigned", facts.resignations],
    ];
    return counted.filter(([, count]) => count > 0).map(([path]) => path);
  }
}
