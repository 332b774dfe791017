/**
 * A fleet: a controller and groups that hand shards to one another while an operator changes who owns what.
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../../kv/mod.ts";
import type { Random, Runtime } from "../../runtime/mod.ts";
import {
  type ControllerClerk,
  controllerMaps,
  PlacementError,
  ShardClerk,
  ShardPeer,
} from "../../shard/mod.ts";
import { DEFAULT_WAIT_MS } from "../../shard/server.ts";
import { ShardFleet } from "../cluster/shard_fleet.ts";
import { Moments } from "../nemesis/moments.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import type { CrashLoss } from "../sim/crash_loss.ts";
import type { World } from "../sim/world.ts";
import type { TextStore } from "../workloads/workload.ts";
import { tellMember } from "./fleet_chronicle.ts";
import type { RarePath } from "./result.ts";
import type { LaunchOptions, Subject } from "./subject.ts";

const FIRST_GROUP = 101;
const SHARDS = 7;
/** Within so long a write must go through and every move be done, once a majority of each group is up. */
const LIVENESS_MS = 15_000;
const ADMIN_MS = 3000;
/** Whoever moves shards. */
const OPERATOR = "operator";
/** How long whoever looks after the machines takes to notice a death, in virtual milliseconds. */
const OPERATOR_MS = 150;

/** See the module's page. Machine 0 is the controller's first member; each group follows with its own. */
export class FleetSubject implements Subject {
  readonly moments: Moments = new Moments();
  readonly job: null = null;
  readonly churn: null = null;
  readonly settleMs: number = 30_000;
  readonly #plan: RunPlan;
  readonly #fleet: ShardFleet;
  readonly #report: LaunchOptions["report"];
  readonly #groups: readonly number[];
  /** The controller's members, then each group's. */
  readonly #sides: readonly (readonly number[])[];
  readonly #holds: number[];
  #changing = true;
  /** Whom the liveness phase heals: a majority of each group. */
  #core: readonly number[];
  /** Groups that are members for certain. */
  readonly #joined = new Set<number>();
  /** The map that every group has to reach; null as long as nobody knows. */
  #target: number | null = null;

  /** A fleet whose machines are up and serve nothing. */
  constructor(plan: RunPlan, { record, report, chronicle }: LaunchOptions) {
    this.#plan = plan;
    this.#report = report;
    this.#groups = Array.from({ length: plan.groups }, (_, at) => FIRST_GROUP + at);
    this.#sides = Array.from(
      { length: plan.groups + 1 },
      (_, side) => Array.from({ length: plan.nodes }, (_, at) => side * plan.nodes + at),
    );
    const { knobs } = plan;
    this.#fleet = new ShardFleet({
      world: {
        seed: plan.seed,
        isolation: plan.isolation,
        conditions: plan.links,
        syncDelay: plan.disk,
        record,
      },
      shards: SHARDS,
      groups: this.#groups,
      members: plan.nodes,
      follow: true,
      // Half of the fleets as they are served, half as the labs have it: groups that learn of a map one after the other.
      waitMs: plan.seed % 2 === 0 ? 0 : DEFAULT_WAIT_MS,
      server: {
        timing: knobs,
        limits: { maxAppendEntries: knobs.maxAppendEntries, maxInFlightAppends: knobs.maxInFlightAppends },
        preVote: knobs.preVote,
        checkQuorum: knobs.checkQuorum,
        maxRaftStateBytes: knobs.maxLogSizeBytes === 0 ? Infinity : knobs.maxLogSizeBytes,
      },
    });
    this.#holds = this.names.map(() => 0);
    this.#core = plan.core;
    const told = chronicle(this.world);
    if (told !== null) this.#fleet.onLook = (name) => tellMember(told, name, this.#fleet);
    this.world.network.observer = {
      onSend: (from) => {
        if (this.moments.heard) this.moments.sent(from);
      },
      onDeliver: (_from, to) => {
        if (this.moments.heard) this.moments.received(to);
      },
    };
  }

  get world(): World {
    return this.#fleet.world;
  }

  get names(): readonly string[] {
    return this.#fleet.names;
  }

  get servers(): readonly string[] {
    return this.#fleet.controllers;
  }

  get livenessMs(): number {
    return LIVENESS_MS;
  }

  get elections(): number {
    return this.#fleet.elections;
  }

  text(runtime: Runtime): TextStore {
    const calls = new ShardPeer(runtime);
    const maps = controllerMaps({ runtime, calls, controllers: this.#fleet.controllers });
    return new ShardClerk({ runtime, calls, maps, placement: this.#fleet.placement });
  }

  start(): void {
    this.#fleet.onViolation = this.#report;
    this.#fleet.onDiskDeath = (name) => this.#bootLater(name);
    void this.#operate();
  }

  leader(group: number): number {
    const members = this.membersOf(group);
    const name = this.#fleet.leader(members.map((node) => this.names[node]));
    return name === null ? members[0] : this.names.indexOf(name);
  }

  membersOf(group: number): readonly number[] {
    return this.#sides[group];
  }

  holdDown(node: number, loss: CrashLoss): boolean {
    if (this.#holds[node] > 0) return false;
    this.#holds[node]++;
    this.#fleet.crash(this.names[node], loss);
    this.#fleet.onLook?.(this.names[node]);
    return true;
  }

  release(node: number): void {
    if (this.#holds[node] > 0) this.#holds[node]--;
    if (this.#holds[node] === 0) this.#fleet.restart(this.names[node]);
  }

  raise(node: number): void {
    this.#holds[node] = 0;
    this.#fleet.restart(this.names[node]);
  }

  wipe(node: number): void {
    this.#fleet.wipe(this.names[node]);
  }

  damage(node: number, how: "bit" | "sector"): boolean {
    return this.#fleet.damage(this.names[node], how);
  }

  /** The plan's core, with voters in place of those that lost their vote with their disk. */
  votingCore(): readonly number[] {
    const { core, groups, nodes } = this.#plan;
    const majority = Math.floor(nodes / 2) + 1;
    this.#core = Array.from({ length: groups + 1 }, (_, group) => {
      const members = this.membersOf(group);
      const others = members.filter((node) => !core.includes(node));
      return [...members.filter((node) => core.includes(node)), ...others]
        .filter((node) => this.#fleet.isVoter(this.names[node])).slice(0, majority);
    }).flat();
    return this.#core;
  }

  onHealed(): void {
    this.#changing = false;
    // Those outside the core are down, not only out of reach: each group must do with a bare majority.
    this.names.forEach((name, node) => {
      if (this.#core.includes(node)) return;
      this.#holds[node]++;
      this.#fleet.crash(name, "drawn");
      this.#fleet.onLook?.(name);
    });
    void this.#learnTarget();
  }

  get settled(): boolean {
    const target = this.#target;
    return target !== null &&
      this.#groups.every((group) =>
        this.#fleet.machines(group).some(({ map, transit }) =>
          map.number >= target && transit.expected.size + transit.debts.size === 0 &&
          transit.kept.all.every(({ state }) => state === "frozen")
        )
      );
  }

  get converged(): boolean {
    return this.settled && this.names.every((name) => this.world.machine(name).running);
  }

  checkStates(): void {}

  seen(): RarePath[] {
    const { tally } = this.#fleet.laws;
    // They follow without a vote for ever: the end of the run shows all of them.
    const amnesiacs = this.names.filter((name) => {
      const core = this.#fleet.at(name)?.replica.node.core;
      return core !== undefined && core.standing === "amnesiac" && core.commit > 0;
    }).length;
    const counted: readonly (readonly [RarePath, number])[] = [
      ["amnesiacFollowed", amnesiacs],
      ["diskFailureSurvived", this.#fleet.diskDeaths],
      ["damageRefused", this.#fleet.damagesRefused],
      ["shardMoved", tally.arrived],
      ["shardHandedOn", tally.handedOn],
      ["copyDeleted", tally.deleted],
      ["ownerRefused", tally.refused],
    ];
    return counted.filter(([, count]) => count > 0).map(([path]) => path);
  }

  describe(): string {
    return this.#groups.map((group) => {
      const machines = this.#fleet.machines(group).map(({ map, transit }) =>
        `map ${map.number}, ${transit.expected.size} expected, ${transit.kept.size} kept, ${transit.debts.size} owed`
      );
      return `group ${group}: ${machines.join("; ")}`;
    }).join(" | ");
  }

  /** Somebody looks after machines that died of their disks. */
  #bootLater(name: string): void {
    const node = this.names.indexOf(name);
    this.world.clock.setTimer(OPERATOR_MS, () => {
      if (this.#holds[node] === 0) this.#fleet.restart(name);
    });
  }

  /** The operator: the first group joins, then one change after another. */
  async #operate(): Promise<void> {
    const { world, placement } = this.#fleet;
    const admin = this.#fleet.controllerClerk(OPERATOR);
    // When a run is over it is refused at once, and would try again without an end.
    const here = () => this.#changing && world.machine(OPERATOR).running;
    const random = world.random("operator");
    // Without the first group nobody serves anything; with the second there is something to hand over.
    const first = this.#groups.slice(0, this.#plan.changes === 0 ? undefined : 1);
    while (
      here() &&
      !await this.#try(() => admin.join(this.#fleet.groups(...first), { timeoutMs: ADMIN_MS }))
    );
    for (const group of first) this.#joined.add(group);
    for (let made = 0; here() && made < this.#plan.changes; made++) {
      await world.clock.sleep(random.between(50, 700));
      if (here()) await this.#try(() => this.#change(admin, random, placement.shards));
    }
  }

  async #change(admin: ControllerClerk, random: Random, shards: number): Promise<void> {
    const group = this.#groups[random.below(this.#groups.length)];
    const kind = random.below(5);
    const limits = { timeoutMs: ADMIN_MS };
    // Somebody stays: where nobody serves nothing can be shown.
    const others = [...this.#joined].some((one) => one !== group);
    if (kind < 2 || (kind === 2 && !others)) {
      await admin.join(this.#fleet.groups(group), limits);
      this.#joined.add(group);
    } else if (kind === 2) {
      this.#joined.delete(group);
      await admin.leave([group], limits);
    } else await admin.move(random.below(shards), group, limits);
  }

  /** Whether the change was made; a change that makes no sense at present, or whose answer is lost, is none of our business. */
  async #try(change: () => Promise<unknown>): Promise<boolean> {
    try {
      await change();
      return true;
    } catch (error) {
      if (
        error instanceof PlacementError || error instanceof RefusedError ||
        error instanceof UnknownOutcomeError
      ) return false;
      throw error;
    }
  }

  async #learnTarget(): Promise<void> {
    const admin = this.#fleet.controllerClerk("auditing operator");
    const limits = { timeoutMs: LIVENESS_MS };
    // Somebody must own the shards, or nobody could serve them.
    await this.#try(() => admin.join(this.#fleet.groups(...this.#groups.slice(0, 2)), limits));
    await this.#try(async () => {
      this.#target = (await admin.query(null, limits)).number;
    });
  }
}
