/**
 * A controller and groups on simulated machines with real logs on simulated disks, watched by every law.
 *
 * Members of group 101 are `g101a`, `g101b`, `g101c`; the controller's are `ctl-a` and so on.
 * @module
 */

import { openReplica, type ServerOptions } from "../../kv/server.ts";
import { Clerk } from "../../kv/clerk.ts";
import { replicaHandlers } from "../../kv/service.ts";
import { Store } from "../../kv/store/store.ts";
import { InvariantError } from "../../raft/core/invariants.ts";
import type { Runtime } from "../../runtime/mod.ts";
import {
  type Calls,
  ChangeDriver,
  CONTROLLER_NAME,
  ControllerClerk,
  controllerMaps,
  groupHandlers,
  type GroupId,
  groupName,
  type Groups,
  hashPlacement,
  Mover,
  type Placement,
  ShardClerk,
  ShardController,
  ShardGroup,
  ShardPeer,
} from "../../shard/mod.ts";
import { RaftLaws } from "../check/raft_laws.ts";
import { ShardLaws } from "../check/shard_laws.ts";
import type { Report, Violation } from "../check/violation.ts";
import type { CrashLoss } from "../sim/crash_loss.ts";
import { World, type WorldOptions } from "../sim/mod.ts";
import { FleetMember, type Opened } from "./fleet_member.ts";
import { isDamage, isDiskFailure } from "./storage.ts";

/** How a fleet is made. */
export interface FleetOptions {
  readonly world: WorldOptions;
  readonly shards: number;
  readonly groups: readonly GroupId[];
  /** Members of each group and of the controller. */
  readonly members: number;
  /** Whether groups follow the controller's maps. Without, drivers move shards, and the controller's machines keep their record. */
  readonly follow: boolean;
  /** How long a group's question for the next map waits at the controller. @default {0, it is asked ten times a second} */
  readonly waitMs?: number;
  /** How much of a shard goes in one message. @default {1 MiB} */
  readonly pieceBytes?: number;
  readonly server?: Partial<ServerOptions>;
}

/** The letter of the first member. */
const A = "a".charCodeAt(0);
/** The store that drivers keep their record in, and its key there. */
const RECORDS = "records";

type OpenMember = (runtime: Runtime, peer: ShardPeer, member: FleetMember) => Promise<Opened>;

/** See the module's page. */
export class ShardFleet {
  readonly world: World;
  readonly placement: Placement;
  readonly laws: ShardLaws;
  readonly controllers: readonly string[];
  /** Members of each group. */
  readonly servers: Groups;
  /** Hears of members that died of their disks. */
  onDiskDeath: (name: string) => void = () => {};
  /** How many did. */
  diskDeaths = 0;
  /** How many found their disks damaged, and got empty ones. */
  damagesRefused = 0;
  readonly #options: FleetOptions;
  readonly #members = new Map<string, FleetMember>();
  readonly #byNode: (FleetMember | undefined)[] = [];
  #violation: Violation | null = null;
  #onViolation: Report = () => {};

  /** Everybody is booted. */
  constructor(options: FleetOptions) {
    this.#options = options;
    this.world = new World(options.world);
    this.placement = hashPlacement(options.shards);
    const report: Report = (violation) => this.#report(violation);
    this.laws = new ShardLaws(report, { driven: !options.follow });
    const letters = Array.from({ length: options.members }, (_, at) => String.fromCharCode(A + at));
    this.controllers = letters.map((letter) => `ctl-${letter}`);
    this.servers = new Map(
      options.groups.map((group) => [group, letters.map((letter) => `g${group}${letter}`)]),
    );
    this.names = [...this.controllers, ...[...this.servers.values()].flat()];
    const controller: OpenMember = (runtime, peer, member) => this.#openController(runtime, peer, member);
    this.#boot(this.controllers, report, controller);
    for (const [group, names] of this.servers) {
      this.#boot(
        names,
        report,
        (runtime, peer, member) => this.#openGroup(group, { runtime, peer, member }),
      );
    }
    this.world.afterEvent = ({ node }) => {
      const member = this.#byNode[node];
      if (member !== undefined && member.opened !== null) member.laws.check(member.name);
      if (member !== undefined) this.onLook?.(member.name);
    };
  }

  /** The first broken law, or null. */
  get violation(): Violation | null {
    return this.#violation;
  }

  /** Hears of the first broken law. */
  set onViolation(listener: Report) {
    this.#onViolation = listener;
  }

  /** Terms that had a leader, in all groups together. */
  get elections(): number {
    return [...new Set([...this.#members.values()].map(({ laws }) => laws))].reduce(
      (sum, laws) => sum + laws.elections,
      0,
    );
  }

  /** Called after each event of a member, by its name; null if nobody wants to know. */
  onLook: ((name: string) => void) | null = null;

  /** What a member is at, or null while it is down. */
  at(name: string): Opened | null {
    const member = this.#members.get(name);
    return member !== undefined && member.sim.running ? member.opened : null;
  }

  /** Every member of the controller and of every group. */
  readonly names: readonly string[];

  /** A group's machines that run. */
  machines(group: GroupId): ShardGroup[] {
    const found: ShardGroup[] = [];
    for (const name of this.servers.get(group) ?? []) {
      const machine = this.at(name)?.machine;
      if (machine instanceof ShardGroup) found.push(machine);
    }
    return found;
  }

  /** Whoever leads among these, or null. */
  leader(names: readonly string[]): string | null {
    let found: string | null = null;
    let term = -1;
    for (const name of names) {
      const opened = this.at(name);
      if (opened === null) continue;
      const state = opened.replica.node.state();
      if (!state.isLeader || state.term <= term) continue;
      found = name;
      term = state.term;
    }
    return found;
  }

  /** Crashes a member. */
  crash(name: string, loss: CrashLoss = "drawn"): void {
    this.#members.get(name)?.crash(loss);
  }

  /** Gives a member that is down an empty disk. */
  wipe(name: string): void {
    this.#members.get(name)?.wipe();
  }

  /** Damages the disk of a member that is down; false if there is nothing to damage. */
  damage(name: string, how: "bit" | "sector"): boolean {
    return this.#members.get(name)?.damage(how) ?? false;
  }

  /** Whether a member may vote for certain. */
  isVoter(name: string): boolean {
    return this.#members.get(name)?.isVoter ?? false;
  }

  /** Starts a member that is down. */
  restart(name: string): void {
    if (!this.world.machine(name).running) this.world.machine(name).restart();
  }

  /** A client of the store on a machine of its own. */
  clerk(name: string): ShardClerk {
    return this.on(name, (runtime) => {
      const calls = new ShardPeer(runtime);
      const maps = this.#options.follow
        ? controllerMaps({ runtime, calls, controllers: this.controllers })
        : this.driver(runtime, calls);
      return new ShardClerk({ runtime, calls, maps, placement: this.placement });
    });
  }

  /** A client of the controller on a machine of its own. */
  controllerClerk(name: string): ControllerClerk {
    return this.on(name, (runtime) => {
      return new ControllerClerk({ runtime, calls: new ShardPeer(runtime), controllers: this.controllers });
    });
  }

  /** A driver of changes in the process of `runtime`, for groups that do not follow. */
  driver(runtime: Runtime, calls: Calls): ChangeDriver {
    const store = new Clerk({
      runtime,
      caller: calls.to(RECORDS),
      servers: this.controllers,
      group: RECORDS,
      timeoutMs: Infinity,
    });
    return new ChangeDriver({
      runtime,
      calls,
      shards: this.#options.shards,
      store: {
        read: () => store.entry(RECORDS),
        async write(value, version) {
          const { kind } = await store.putIfVersion(RECORDS, value, version);
          return kind === "written" ? "written" : "mismatch";
        },
      },
    });
  }

  /** The groups of these numbers, to join with. */
  groups(...numbers: GroupId[]): Groups {
    return new Map(numbers.map((group) => [group, this.servers.get(group) ?? []]));
  }

  /** Runs `program` on a machine of its own. */
  on<T>(name: string, program: (runtime: Runtime) => T): T {
    let result: { value: T } | null = null;
    this.world.machine(name).boot((runtime) => {
      result = { value: program(runtime) };
    });
    if (result === null) throw new Error("the machine did not boot");
    return (result as { value: T }).value;
  }

  #report(violation: Violation): void {
    if (this.#violation !== null) return;
    this.#violation = violation;
    this.#onViolation(violation);
    this.world.note(`violation ${violation.law}`);
    this.world.stop(violation.law);
  }

  #boot(
    names: readonly string[],
    report: Report,
    open: OpenMember,
  ): void {
    const laws = new RaftLaws(report);
    for (const name of names) {
      const machine = this.world.machine(name);
      const member = new FleetMember(machine, laws, report);
      this.#members.set(name, member);
      this.#byNode[machine.node] = member;
      machine.boot((runtime) => this.#live(member, { runtime, report, open }));
    }
  }

  /** One life of a member. */
  async #live(
    member: FleetMember,
    { runtime, report, open }: {
      readonly runtime: Runtime;
      readonly report: Report;
      readonly open: OpenMember;
    },
  ): Promise<void> {
    const { name } = member;
    let cause: unknown;
    try {
      const opened = await open(runtime, new ShardPeer(runtime), member);
      if (runtime.signal.aborted) return;
      member.lives(opened);
      await opened.replica.done;
      cause = opened.replica.node.stopReason ?? opened.replica.failure;
    } catch (error) {
      cause = error;
      if (!isDiskFailure(error) && !isDamage(error) && !runtime.signal.aborted) throw error;
    }
    if (runtime.signal.aborted) return;
    if (isDamage(cause)) {
      this.damagesRefused++;
      this.crash(name);
      member.wipe();
      return this.onDiskDeath(name);
    }
    if (isDiskFailure(cause)) {
      this.diskDeaths++;
      this.crash(name);
      return this.onDiskDeath(name);
    }
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    report({
      law: cause instanceof InvariantError ? "invariant" : "machine-failed",
      node: name,
      sentence: `${name} died: ${what}.`,
    });
  }

  async #openController(
    runtime: Runtime,
    peer: ShardPeer,
    member: FleetMember,
  ): Promise<Opened> {
    const { follow, shards } = this.#options;
    const machine = follow ? new ShardController(shards) : new Store();
    const group = follow ? CONTROLLER_NAME : RECORDS;
    const settings = this.#settings(runtime, member, this.controllers);
    const replica = await openReplica(machine, { ...settings, group });
    peer.serve(group, replicaHandlers(replica, settings.members));
    return { replica, machine };
  }

  async #openGroup(
    group: GroupId,
    { runtime, peer, member }: {
      readonly runtime: Runtime;
      readonly peer: ShardPeer;
      readonly member: FleetMember;
    },
  ): Promise<Opened> {
    const { pieceBytes } = this.#options;
    const machine = new ShardGroup({
      group,
      placement: this.placement,
      store: { historyEvents: 0 },
      ...(pieceBytes === undefined ? {} : { pieceBytes }),
    });
    const settings = this.#settings(runtime, member, this.servers.get(group) ?? []);
    const replica = await openReplica(this.laws.watch(member.name, machine), {
      ...settings,
      group: groupName(group),
    });
    peer.serve(groupName(group), groupHandlers(replica, settings.members));
    if (this.#options.follow) {
      const { controllers } = this;
      const { waitMs = 0 } = this.#options;
      new Mover({ runtime, calls: peer, replica, machine, controllers, pollMs: 100, waitMs }).start();
    }
    return { replica, machine };
  }

  #settings(runtime: Runtime, member: FleetMember, names: readonly string[]): ServerOptions {
    const members = new Map(names.map((one) => [one, one]));
    const storage = member.openStorage(runtime);
    return { runtime, id: member.name, members, storage, ...this.#options.server };
  }
}
