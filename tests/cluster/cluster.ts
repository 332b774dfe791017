/**
 * A replicated store on simulated machines: the production servers on production storage, watched from outside by every
 * law and monitor, and kept alive by a small operator who restarts what has died.
 * @module
 */

import type { Machine } from "../../kv/machine.ts";
import { InvariantError } from "../../raft/core/invariants.ts";
import { termAt } from "../../raft/core/log.ts";
import type { Core } from "../../raft/core/state.ts";
import type { Message } from "../../raft/message.ts";
import type { Runtime } from "../../runtime/mod.ts";
import { checkVisible } from "../check/durable_before_visible.ts";
import { LeaderStickiness } from "../check/leader_stickiness.ts";
import { checkKept, checkVersion } from "../check/versions.ts";
import type { WatchedMachine } from "../check/machine_laws.ts";
import { checkCommit } from "../check/predictive_commit.ts";
import { checkSnapshotBytes } from "../check/snapshot_bytes.ts";
import { RaftLaws } from "../check/raft_laws.ts";
import type { Report } from "../check/violation.ts";
import type { Chronicle } from "../report/chronicle.ts";
import { Moments } from "../nemesis/moments.ts";
import type { Victims } from "../nemesis/victims.ts";
import type { Knobs } from "../nemesis/plan.ts";
import type { CrashLoss } from "../sim/crash_loss.ts";
import type { NetworkObserver } from "../sim/switchboard.ts";
import type { World } from "../sim/world.ts";
import { ClusterNode } from "./cluster_node.ts";
import { ClusterChronicle } from "./cluster_chronicle.ts";
import { describeMessage } from "./describe.ts";
import { ClusterMembership } from "./membership.ts";
import { Operators, type Switches } from "./operators.ts";
import { type ClusterFacts, gather, noFacts } from "./facts.ts";
import type { Serve } from "./serve.ts";
import { isDamage, isDiskFailure, openStorage } from "./storage.ts";

/** What a cluster is made of. */
export interface ClusterOptions {
  /** What serves the machine. */
  readonly serve: Serve;
  /** The first members. */
  readonly nodes: number;
  /** Machines that may join later; they are numbered after the members. */
  readonly spares: number;
  /** Members whose programs are of version 1. */
  readonly old: readonly number[];
  /** Whether operators change members or programs. */
  readonly changes: boolean;
  readonly knobs: Knobs;
  /** A fresh machine for one life of a node. */
  readonly makeMachine: () => Machine;
  /** The same machine, watched by the laws. */
  readonly watch: (node: string, machine: Machine) => WatchedMachine;
  /** Whether every confirmed write is looked for on the medium at once, not only after the next crash. It costs. */
  readonly checkMedium: boolean;
  readonly report: Report;
  /** Hears of who leads and who is down; null if nobody wants to know. */
  readonly chronicle: Chronicle | null;
}

/** The channel of the servers' Raft messages. */
const RAFT_CHANNEL = "raft:kv";

/** Whoever changes members looks so often at how things stand. */
const LOOKS_IN_AN_ELECTION = 3;

/** A leader that nobody asks for a change any more forgets within fewer heartbeats what the others speak. */
const BEATS_TO_FORGET = 15;

/** How long the operator takes to notice a death, in virtual milliseconds. */
const OPERATOR_MS = 150;

/** See the module's page. Nodes are called `n1`, `n2`, ... and are numbered from 0. */
export class Cluster implements Victims {
  readonly names: readonly string[];
  readonly laws: RaftLaws;
  readonly moments: Moments = new Moments();
  readonly facts: ClusterFacts = noFacts();
  readonly membership: ClusterMembership;
  readonly churn: Operators | null;
  readonly #world: World;
  readonly #options: ClusterOptions;
  readonly #nodes: ClusterNode[];
  /** By machine number of the world; clients' machines have none. */
  readonly #byNumber: (ClusterNode | undefined)[] = [];
  readonly #told: ClusterChronicle | null;
  #lastLeader = 0;

  /** A cluster whose nodes are down. */
  constructor(world: World, options: ClusterOptions) {
    this.#world = world;
    this.#options = options;
    this.names = Array.from({ length: options.nodes + options.spares }, (_, node) => `n${node + 1}`);
    const { chronicle } = options;
    this.#told = chronicle === null ? null : new ClusterChronicle(chronicle, options.old.length > 0);
    const founders = this.names.slice(0, options.nodes);
    this.laws = new RaftLaws(options.report);
    this.#nodes = this.names.map((name, number) =>
      new ClusterNode(world.machine(name), number < options.nodes ? founders : [], options.report)
    );
    for (const number of options.old) this.#nodes[number].speaks = 1;
    this.membership = new ClusterMembership(this.#nodes, founders, () => this.laws.settled);
    this.churn = options.changes ? new Operators(this.#switches()) : null;
    for (const node of this.#nodes) this.#byNumber[node.machine.node] = node;
    world.network.observer = this.#observer();
    world.network.describe = (channel, message) =>
      channel === RAFT_CHANNEL ? describeMessage(message as Message) : "call";
    world.afterEvent = (event) => {
      const node = this.#byNumber[event.node];
      if (node !== undefined) this.#look(node);
    };
  }

  /** Boots every machine for the first time. */
  start(): void {
    for (const node of this.#nodes) this.#boot(node);
  }

  #switches(): Switches {
    return {
      world: this.#world,
      nodes: this.#nodes,
      membership: this.membership,
      laws: this.laws,
      facts: this.facts,
      pauseMs: Math.round(this.#options.knobs.electionMs / LOOKS_IN_AN_ELECTION),
      forgetMs: this.#options.knobs.heartbeatMs * BEATS_TO_FORGET,
      report: this.#options.report,
      harmless: this.#options.knobs.preVote && this.#options.knobs.checkQuorum,
      boot: (node) => {
        if (node.holds === 0 && !node.machine.running) this.#boot(node);
      },
      holdDown: (node) => this.holdDown(this.#nodes.indexOf(node), "drawn"),
      release: (node) => this.release(this.#nodes.indexOf(node)),
      switchOff: (node) => this.#bury(node, "drawn"),
      look: (node) => this.#look(node),
    };
  }

  leader(): number {
    let best = -1;
    let term = -1;
    this.#nodes.forEach((node, number) => {
      const core = node.core;
      if (core?.role.type === "leader" && core.term > term) {
        best = number;
        term = core.term;
      }
    });
    if (best !== -1) this.#lastLeader = best;
    return this.#lastLeader;
  }

  /** There is one group. */
  readonly job: null = null;

  membersOf(): readonly number[] {
    return this.names.map((_, node) => node);
  }

  holdDown(number: number, loss: CrashLoss): boolean {
    const node = this.#nodes[number];
    if (!node.wanted || (!node.machine.running && node.holds > 0)) return false;
    node.holds++;
    this.#bury(node, loss);
    return true;
  }

  release(number: number): void {
    const node = this.#nodes[number];
    if (node.holds === 0) return;
    node.holds--;
    if (node.holds === 0 && !node.machine.running) this.#boot(node);
  }

  wipe(number: number): void {
    const node = this.#nodes[number];
    node.machine.wipe();
    node.disk.wiped();
  }

  damage(number: number, how: "bit" | "sector"): boolean {
    const node = this.#nodes[number];
    const { disk } = node.machine;
    if (!(how === "bit" ? disk.flipBits(1) > 0 : disk.misplaceSector())) return false;
    node.disk.suspect = true;
    return true;
  }

  raise(number: number): void {
    const node = this.#nodes[number];
    node.holds = 0;
    if (!node.machine.running) this.#boot(node);
  }

  /**
   * Whether every member is up and its machine has executed the same number of commands. Members are those of the last configuration that is
   * committed: a machine whose being added was lost with a leader may take itself for one for ever, and nobody sends it anything (seed 803444).
   */
  get converged(): boolean {
    const settled = new Set(this.membership.settled.members.map(({ id }) => id));
    const members = this.#nodes.filter(({ name }) => settled.has(name));
    const counts = members.map((node) => node.watched?.count ?? -1);
    return counts[0] >= 0 && counts.every((count) => count === counts[0]) &&
      members.every((node) => node.core !== null);
  }

  /** Compares the machines' states with one another. */
  checkStates(): void {
    for (const node of this.#nodes) node.watched?.checkState();
  }

  /** What every node is at, in words. */
  describe(): string {
    return this.#nodes.map((node) => {
      const { core } = node;
      if (core === null) return `${node.name} ${node.wanted ? "down" : "switched off"}`;
      const standing = core.membership.isVoter ? "" : ", no voter";
      return `${node.name} ${core.role.type}${standing} of term ${core.term}, commit ${core.commit}, ` +
        `${node.watched?.count ?? 0} executed`;
    }).join("; ");
  }

  #observer(): NetworkObserver {
    const { report } = this.#options;
    return {
      onSend: (from, to, channel, message) => {
        if (this.moments.heard) this.moments.sent(from);
        const node = this.#byNumber[from];
        const receiver = this.#byNumber[to];
        if (node === undefined || receiver === undefined || channel !== RAFT_CHANNEL) return;
        // Only Raft's transport opens a channel of that name.
        if (node.speaker === null) return;
        if (node.speaks === 1) checkVersion(node.name, message as Message, report);
        checkVisible(node.speaker, receiver.name, message as Message, report);
        node.stickiness?.sent(receiver.name, message as Message);
        checkSnapshotBytes(node.speaker, message as Message, report);
      },
      onDeliver: (from, to, channel, message) => {
        if (this.moments.heard) this.moments.received(to);
        const node = this.#byNumber[to];
        const sender = this.#byNumber[from];
        if (node === undefined || sender === undefined || channel !== RAFT_CHANNEL) return;
        if (sender.speaks !== node.speaks) this.facts.mixed++;
        const { core, machine } = node;
        if (core !== null) {
          node.stickiness?.delivered(core, sender.name, message as Message, machine.clock);
        }
      },
    };
  }

  #look(node: ClusterNode): void {
    const { core } = node;
    if (core === null) return;
    this.laws.check(node.name);
    node.stickiness?.look(core);
    if (node.speaks === 1) checkKept(node.name, core, this.#options.report);
    if (core.commit > node.seenCommit) {
      if (core.role.type === "leader") this.#checkCommit(node, core);
      node.seenCommit = core.commit;
    }
    this.#told?.look(node, core, this.laws.settled);
    gather(this.facts, node, core);
  }

  #checkCommit(node: ClusterNode, core: Readonly<Core>): void {
    const term = termAt(core.log, core.commit);
    const electors = this.#nodes.map(({ name, disk, founders }) => ({ name, stable: disk.stable, founders }));
    checkCommit(node.name, electors, core.commit, term, this.#options.report);
  }

  #boot(node: ClusterNode): void {
    if (!node.wanted) return;
    this.#told?.boots(node);
    node.machine.boot((runtime) => this.#live(node, runtime));
  }

  /** One life of a node. */
  async #live(node: ClusterNode, runtime: Runtime): Promise<void> {
    const { knobs, checkMedium } = this.#options;
    try {
      const medium = checkMedium ? () => node.medium.read() : null;
      const storage = node.disk.watch(openStorage(runtime, node.name, node.disk.history), medium);
      const machine = this.#options.makeMachine();
      const watched = this.#options.watch(node.name, machine);
      const server = await this.#options.serve(machine, watched, {
        runtime,
        id: node.name,
        members: new Map(this.names.map((name) => [name, name])),
        founders: node.founders,
        speaks: node.speaks,
        storage,
        timing: knobs,
        limits: {
          maxAppendEntries: knobs.maxAppendEntries,
          maxInFlightAppends: knobs.maxInFlightAppends,
          snapshotChunkBytes: knobs.snapshotChunkBytes,
        },
        preVote: knobs.preVote,
        checkQuorum: knobs.checkQuorum,
        maxRaftStateBytes: knobs.maxLogSizeBytes === 0 ? Infinity : knobs.maxLogSizeBytes,
      });
      const stickiness = new LeaderStickiness(node.name, knobs.electionMs, this.#options.report);
      node.lives(server, watched, stickiness);
      this.laws.boot(node.name, server.core);
      await server.done;
      if (runtime.signal.aborted) return;
      this.#mourn(node, server.cause);
    } catch (error) {
      if (runtime.signal.aborted) return;
      if (isDamage(error)) return this.#replaceDisk(node);
      if (!isDiskFailure(error)) throw error;
      this.#mourn(node, error);
    }
  }

  /** A node died of its own accord: of its disk, or of a bug. */
  #mourn(node: ClusterNode, cause: unknown): void {
    // A leader reads its snapshot back for others, and finds out then.
    if (isDamage(cause)) return this.#replaceDisk(node);
    if (isDiskFailure(cause)) this.facts.diskFailures++;
    else {
      const what = cause instanceof Error ? cause.message : String(cause);
      const law = cause instanceof InvariantError ? "invariant" : "machine-failed";
      this.#options.report({ law, node: node.name, sentence: `Node ${node.name} died: ${what}.` });
    }
    this.#bury(node, "drawn");
    this.#bootLater(node);
  }

  /** What was stored is damaged, and the node says so: its operator gives it an empty disk. */
  #replaceDisk(node: ClusterNode): void {
    this.facts.damagesRefused++;
    this.#bury(node, "drawn");
    node.machine.wipe();
    node.disk.wiped();
    this.#bootLater(node);
  }

  #bootLater(node: ClusterNode): void {
    this.#world.clock.setTimer(OPERATOR_MS, () => {
      if (node.holds === 0 && !node.machine.running) this.#boot(node);
    });
  }

  #bury(node: ClusterNode, loss: CrashLoss): void {
    this.#told?.dies(node);
    node.dies();
    this.laws.crash(node.name, node.disk.stable.term);
    node.machine.crash(loss);
  }
}
