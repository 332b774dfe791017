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
import { CHURN } from "../nemesis/churn.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import { World } from "../sim/world.ts";
import type { RarePath } from "./result.ts";
import type { LaunchOptions, Subject } from "./subject.ts";
import type { TextStore } from "../workloads/workload.ts";

/** Progress must come back within so many of the longest election timeouts once a majority is healed. */
const ELECTIONS_TO_RECOVER = 10;

const SETTLE_MS = 30_000;
/** A client waits so long at most for one that says nothing. */
const SILENCE_MS = 10_000;

/** A cluster knows how to be broken; this adds how it is judged and reached. */
export class ClusterSubject extends Cluster implements Subject {
  readonly world: World;
  readonly #plan: RunPlan;
  #healed = false;

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
      spares: plan.spares,
      old: plan.old,
      changes: plan.faults.some(({ kind }) => CHURN.includes(kind)),
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

  /** Clients know every machine that is or may become a member; who looks whether all is well again asks those that are. */
  get servers(): readonly string[] {
    return this.#healed ? this.names.filter((name) => this.membership.mayBelong(name)) : this.names;
  }

  get livenessMs(): number {
    const { electionMs, maxAppendEntries, maxInFlightAppends } = this.#plan.knobs;
    // A majority may need somebody who lacks hundreds of entries: one by one, a disk's write each, takes seconds (seed 815116).
    const oneByOne = maxAppendEntries * maxInFlightAppends === 1 ? 2 : 1;
    return 2 * electionMs * ELECTIONS_TO_RECOVER * oneByOne;
  }

  /** Clients may have to find out one after another that machines are gone for good. */
  get settleMs(): number {
    return SETTLE_MS + this.#plan.spares * SILENCE_MS;
  }

  get settled(): boolean {
    return true;
  }

  get elections(): number {
    return this.laws.elections;
  }

  text(runtime: Runtime): TextStore {
    return new Clerk({ runtime, servers: this.servers, attemptMs: this.#plan.knobs.electionMs });
  }

  /** The plan's core as far as it is made of voters, and as many others as a majority takes. */
  votingCore(): number[] {
    return this.membership.core(this.#plan.core);
  }

  onHealed(): void {
    this.#healed = true;
  }

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
      ["learnerAdded", facts.changes.addLearner],
      ["learnerPromoted", facts.changes.promote],
      ["voterDemoted", facts.changes.demote],
      ["memberRemoved", facts.changes.remove],
      ["usedNameRefused", Number(facts.refusals.has("retired"))],
      ["leaderRemovedItself", facts.dismissals],
      ["configurationTakenBack", facts.configurationsLost],
      ["configurationInSnapshot", facts.configurationsInstalled],
      ["promotionRefused", Number(facts.refusals.has("notCaughtUp"))],
      ["changeUnderWay", Number(facts.refusals.has("underWay"))],
      ["mixedVersionsRefused", Number(facts.refusals.has("mixedVersions"))],
    ];
    return counted.filter(([, count]) => count > 0).map(([path]) => path);
  }
}
