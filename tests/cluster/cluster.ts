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
import { describeMessage } from "./describe.ts";
import { type ClusterFacts, gather, noFacts } from "./facts.ts";
import type { Serve } from "./serve.ts";
import { isDamage, isDiskFailure, openStorage } from "./storage.ts";

/** What a cluster is made of. */
export interface ClusterOptions {
  /** What serves the machine. */
  readonly serve: Serve;
  readonly nodes: number;
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

/** How long the operator takes to notice a death, in virtual milliseconds. */
const OPERATOR_MS = 150;

/** See the module's page. Nodes are called `n1`, `n2`, ... and are numbered from 0. */
export class Cluster implements Victims {
  readonly names: readonly string[];
  readonly laws: RaftLaws;
  readonly moments: Moments = new Moments();
  readonly facts: ClusterFacts = noFacts();
  readonly #world: World;
  readonly #options: ClusterOptions;
  readonly #nodes: ClusterNode[];
  /** By machine number of the world; clients' machines have none. */
  readonly #byNumber: (ClusterNode | undefined)[] = [];
  #lastLeader = 0;

  /** A cluster whose nodes are down. */
  constructor(world: World, options: ClusterOptions) {
    this.#world = world;
    this.#options = options;
    this.names = Array.from({ length: options.nodes }, (_, node) => `n${node + 1}`);
    this.laws = new RaftLaws(options.report);
    this.#nodes = this.names.map((name) => new ClusterNode(world.machine(name), options.report));
    for (const node of this.#nodes) this.#byNumber[node.machine.node] = node;
    world.network.observer = this.#observer();
    world.network.describe = (channel, message) =>
      channel === RAFT_CHANNEL ? describeMessage(message as Message) : "call";
    world.afterEvent = (event) => {
      const node = this.#byNumber[event.node];
      if (node !== undefined) this.#look(node);
    };
  }

  /** Boots every node for the first time. */
  start(): void {
    for (const node of this.#nodes) this.#boot(node);
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
    if (!node.machine.running && node.holds > 0) return false;
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

  /** Whether a node may vote for certain: its disk has neither been lost nor damaged. */
  isVoter(number: number): boolean {
    const { disk } = this.#nodes[number];
    return disk.stable.standing === "voter" && !disk.suspect;
  }

  /** Whether every node is up and its machine has executed the same number of commands. */
  get converged(): boolean {
    const counts = this.#nodes.map((node) => node.watched?.count ?? -1);
    return counts[0] >= 0 && counts.every((count) => count === counts[0]) &&
      this.#nodes.every((node) => node.core !== null);
  }

  /** Compares the machines' states with one another. */
  checkStates(): void {
    for (const node of this.#nodes) node.watched?.checkState();
  }

  /** What every node is at, in words. */
  describe(): string {
    return this.#nodes.map((node) => {
      const { core } = node;
      if (core === null) return `${node.name} down`;
      return `${node.name} ${core.role.type} of term ${core.term}, commit ${core.commit}, ` +
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
        checkVisible(node.speaker, receiver.name, message as Message, report);
        checkSnapshotBytes(node.speaker, message as Message, report);
      },
      onDeliver: (_from, to) => {
        if (this.moments.heard) this.moments.received(to);
      },
    };
  }

  #look(node: ClusterNode): void {
    const { core } = node;
    if (core === null) return;
    this.laws.check(node.name);
    if (core.commit > node.seenCommit) {
      if (core.role.type === "leader") this.#checkCommit(node, core);
      node.seenCommit = core.commit;
    }
    if (this.#options.chronicle !== null) this.#chronicle(node, core);
    gather(this.facts, node, core);
  }

  #checkCommit(node: ClusterNode, core: Readonly<Core>): void {
    const term = termAt(core.log, core.commit);
    const electors = this.#nodes.map(({ name, disk }) => ({ name, stable: disk.stable }));
    checkCommit(node.name, electors, core.commit, term, this.#options.report);
  }

  #chronicle(node: ClusterNode, core: Readonly<Core>): void {
    const { role, term, commit } = core;
    if (role.type !== node.toldRole || term !== node.toldTerm || commit !== node.toldCommit) {
      node.tells(role.type, term, commit);
      this.#options.chronicle?.state({ node: node.name, role: role.type, term, commit });
    }
    const leads = core.role.type === "leader";
    if (leads === node.leads && core.term === node.seenTerm) return;
    const { chronicle } = this.#options;
    if (leads) chronicle?.begin(`${node.name} leads`, node.name, "leads", `leads term ${core.term}`);
    else chronicle?.end(`${node.name} leads`);
  }

  #boot(node: ClusterNode): void {
    this.#options.chronicle?.end(`${node.name} down`);
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
      node.lives(server.core, watched);
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
    this.#options.chronicle?.state({
      node: node.name,
      role: "down",
      term: node.seenTerm,
      commit: node.seenCommit,
    });
    node.tells("down", 0, 0);
    this.#options.chronicle?.end(`${node.name} leads`);
    this.#options.chronicle?.begin(`${node.name} down`, node.name, "down", "down");
    node.dies();
    this.laws.crash(node.name, node.disk.stable.term);
    node.machine.crash(loss);
  }
}
