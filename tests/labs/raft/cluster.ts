/**
 * The servers of one test: started, connected, cut off, crashed, paused; each with its persister and its service.
 * @module
 */

import type { Runtime } from "../../../runtime/mod.ts";
import { type Machine, World } from "../../sim/mod.ts";
import { LabFailure } from "../failure.ts";
import { LabNetwork } from "../labrpc/mod.ts";
import { AppliedLog } from "./applied_log.ts";
import { Applier, SNAPSHOT_INTERVAL } from "./applier.ts";
import type { ClusterOptions, SaveCrash } from "./cluster_options.ts";
import { LabPersister, type PersistedImage } from "./lab_persister.ts";
import { Life } from "./life.ts";
import { OutsideLaws } from "./outside_laws.ts";
import type { RaftPeer, StartResult } from "./seat.ts";

/** See the module's page. */
export class RaftCluster {
  /** How many servers. */
  readonly servers: number;
  /** The simulation. */
  readonly world: World;
  /** The network between them. */
  readonly network: LabNetwork;
  /** What they have applied. */
  readonly log: AppliedLog;
  /** What is checked after each event. */
  readonly laws: OutsideLaws;
  readonly #options: ClusterOptions;
  readonly #lives: (Life | null)[];
  readonly #images: (PersistedImage | null)[];
  readonly #connected: boolean[];
  readonly #saveCrashes: (SaveCrash | null)[];
  readonly #afterReply: (() => void)[];
  readonly #touched = new Set<number>();

  /** Machines that are switched off. */
  constructor(options: ClusterOptions) {
    this.#options = options;
    this.servers = options.servers;
    this.world = new World({ seed: options.seed, record: options.record });
    this.network = new LabNetwork(this.world.loop);
    this.log = new AppliedLog(options.servers);
    this.laws = new OutsideLaws(options.servers);
    this.#lives = Array.from({ length: options.servers }, () => null);
    this.#images = Array.from({ length: options.servers }, () => null);
    this.#connected = Array.from({ length: options.servers }, () => false);
    this.#saveCrashes = Array.from({ length: options.servers }, () => null);
    this.#afterReply = Array.from({ length: options.servers }, () => () => {});
    for (let server = 0; server < options.servers; server++) this.#machine(server);
    this.world.afterEvent = (event) => {
      if (event.node >= 0) this.#touched.add(event.node);
      if (this.#touched.size > 0) this.#checkTouched();
    };
  }

  /** The numbers of all servers. */
  get numbers(): readonly number[] {
    return this.#lives.map((_, server) => server);
  }

  /** Whether a server runs, paused or not. */
  isAlive(server: number): boolean {
    return this.#lives[server] !== null;
  }

  /** Whether a server is connected to those that are. */
  isConnected(server: number): boolean {
    return this.#connected[server];
  }

  /** Whether a server can be asked: it runs and is not paused. */
  answers(server: number): boolean {
    return this.#lives[server]?.peer !== null && this.isAlive(server) && !this.#machine(server).paused;
  }

  /** A running server. Throws `RangeError` if it is down. */
  peer(server: number): RaftPeer {
    const peer = this.#lives[server]?.peer ?? null;
    if (peer === null) throw new RangeError(`Cannot ask server ${server}: it is down, start it first`);
    return peer;
  }

  /** Offers a command to a running server and checks its answer. */
  offer(server: number, command: unknown): StartResult {
    this.log.offered(this.#kept(command));
    const result = this.peer(server).start(command);
    this.#touched.add(server);
    if (result instanceof Promise) {
      throw new LabFailure(
        "start() returned a promise: it must return at once, without waiting for agreement",
      );
    }
    this.laws.started(server, this.#lives[server]?.number ?? 0, result);
    return result;
  }

  /** The last index a running server has applied. */
  applied(server: number): number {
    return this.#lives[server]?.applier?.applied ?? 0;
  }

  /** What a server has saved, also while it is down. */
  saved(server: number): PersistedImage {
    const image = this.#lives[server]?.persister.image ?? this.#images[server];
    return image ?? { raftState: new Uint8Array(0), snapshot: new Uint8Array(0) };
  }

  /** Starts a server from what its last life saved. It is not connected by that. */
  async start(server: number): Promise<void> {
    if (this.isAlive(server)) this.crash(server);
    const machine = this.#machine(server);
    const persister = new LabPersister(this.#images[server], (moment) => this.#onSave(server, moment));
    const life = new Life(machine, persister, {
      touched: () => void this.#touched.add(server),
      replied: () => this.#onReply(server),
    });
    const ends = this.#makeEnds(server, life);
    this.#lives[server] = life;
    this.log.restarted(server);
    const made = Promise.withResolvers<void>();
    machine.boot(async (runtime) => {
      life.runtime = runtime;
      life.applier = this.#makeApplier(server, life, runtime);
      try {
        life.peer = await this.#makePeer(server, life, runtime, ends);
      } catch (error) {
        // A server may be crashed while it starts, if a save of its own is what it dies of.
        if (life.alive) this.world.fail(error);
        return made.resolve();
      }
      if (life.alive) this.#begin(server, life);
      made.resolve();
    });
    await made.promise;
  }

  /** Ends a server without a warning, in the labs' order: cut off, off the network, disk copied, killed. */
  crash(server: number): void {
    const life = this.#lives[server];
    if (life === null) return;
    this.disconnect(server);
    this.network.deleteServer(name(server));
    this.#images[server] = life.persister.image;
    life.persister.seal();
    this.#lives[server] = null;
    this.#saveCrashes[server] = null;
    this.#machine(server).crash();
    if (life.peer !== null) this.#options.watch?.crashed(server, life.persister.image);
  }

  /** Crashes a server at one of its next saves; `null` takes that back. */
  crashAtSave(server: number, crash: SaveCrash | null): void {
    this.#saveCrashes[server] = crash;
  }

  /** Has `action` done whenever an answer of a server has just left it, in this and later lives. */
  afterReply(server: number, action: () => void): void {
    this.#afterReply[server] = action;
  }

  /** Connects a server with all that are connected. */
  connect(server: number): void {
    this.#connected[server] = true;
    this.#enable(server, true);
  }

  /** Cuts a server off, in both directions. */
  disconnect(server: number): void {
    this.#connected[server] = false;
    this.#enable(server, false);
  }

  /** Lets calls from one server to another through, or not: one direction only. */
  enableLink(from: number, to: number, enabled: boolean): void {
    const end = this.#endName(from, to);
    if (end !== null) this.network.enable(end, enabled);
  }

  /** Lets requests from one server to another through, but no reply back. */
  loseReplies(from: number, to: number, lost: boolean): void {
    const end = this.#endName(from, to);
    if (end !== null) this.network.loseReplies(end, lost);
  }

  /** Stops a whole server, as SIGSTOP does: timers, requests and replies wait. */
  pause(server: number): void {
    this.#machine(server).pause();
  }

  /** Lets a paused server go on. */
  resume(server: number): void {
    this.#machine(server).resume();
  }

  /** Has the service of a running server make a snapshot now. */
  takeSnapshot(server: number): void {
    this.#lives[server]?.applier?.takeSnapshot();
    this.#touched.add(server);
  }

  /** Calls that a running server has made in its present life, lost ones included. */
  callsMade(server: number): number {
    const ends = this.numbers.map((to) => this.#endName(server, to));
    return ends.reduce((sum, end) => sum + (end === null ? 0 : this.network.callsOn(end)), 0);
  }

  /** Calls that were handed to a server since it was started. */
  callsServed(server: number): number {
    return this.network.count(name(server));
  }

  /** The labs' `LogSize`: the largest Raft state that any server has saved. Checks `persistBytes`, too. */
  largestRaftState(): number {
    let largest = 0;
    for (const server of this.numbers) {
      const size = this.saved(server).raftState.length;
      largest = Math.max(largest, size);
      const peer = this.#lives[server]?.peer ?? null;
      const told = peer?.persistBytes?.() ?? size;
      if (told !== size) {
        throw new LabFailure(`server ${server} says that it persists ${told} bytes, but has saved ${size}`);
      }
    }
    return largest;
  }

  #kept(command: unknown): unknown {
    return this.#options.keeps === "numbers" && Array.isArray(command) ? command[0] : command;
  }

  #machine(server: number): Machine {
    return this.world.machine(name(server));
  }

  #makeEnds(server: number, life: Life): ((method: string, request: unknown) => Promise<unknown>)[] {
    return this.numbers.map((to) => {
      const end = this.network.makeEnd(endName(server, life.number, to), life);
      this.network.connect(end.name, name(to));
      return (method, request) => end.call(method, request);
    });
  }

  #makeApplier(server: number, life: Life, runtime: Runtime): Applier {
    const { snapshots, uneven, paddingBytes, maxWorkMs } = this.#options;
    const random = runtime.random.split("service");
    return new Applier({
      server,
      log: this.log,
      snapshot: life.persister.readSnapshot(),
      snapshotEvery: snapshots ? SNAPSHOT_INTERVAL + (uneven ? 7 * server : 0) : Infinity,
      kept: (command) => this.#kept(command),
      paddingBytes,
      workMs: () => maxWorkMs === 0 ? 0 : random.below(maxWorkMs + 1),
      sleep: (ms) => runtime.clock.sleep(ms),
      alive: () => life.alive,
      onSnapshot: (index, snapshot) => life.peer?.snapshot(index, snapshot),
      fail: (error) => this.world.fail(error),
    });
  }

  async #makePeer(
    server: number,
    life: Life,
    runtime: Runtime,
    ends: readonly ((method: string, request: unknown) => Promise<unknown>)[],
  ): Promise<RaftPeer> {
    return await this.#options.makeRaft({
      me: server,
      peers: this.numbers,
      call: async <Reply>(to: number, method: string, request: unknown) => {
        const end = ends[to];
        if (end === undefined) throw new RangeError(`Cannot call server ${to}: there are ${ends.length}`);
        return await end(method, request) as Reply | null;
      },
      serve: (handlers) => {
        life.handlers = handlers;
      },
      persister: life.persister,
      apply: (message) => life.applier?.apply(message) ?? Promise.resolve(),
      signal: runtime.signal,
      clock: runtime.clock,
      random: runtime.random.split("raft"),
    });
  }

  #begin(server: number, life: Life): void {
    this.network.addServer(name(server), life.handlers, life);
    if (life.peer !== null) {
      this.laws.observe(server, life.number, life.peer.getState());
      this.#options.watch?.started(server, life.peer);
    }
    life.applier?.begin();
  }

  #onSave(server: number, moment: "before" | "after"): void {
    this.#touched.add(server);
    const crash = this.#saveCrashes[server];
    if (crash === null || crash.moment !== moment) return;
    if (crash.nth > 1) this.#saveCrashes[server] = { nth: crash.nth - 1, moment };
    else this.crash(server);
  }

  #onReply(server: number): void {
    this.#touched.add(server);
    this.#afterReply[server]();
  }

  #enable(server: number, enabled: boolean): void {
    for (const other of this.numbers) {
      if (enabled && !this.#connected[other]) continue;
      this.enableLink(server, other, enabled);
      this.enableLink(other, server, enabled);
    }
  }

  #endName(from: number, to: number): string | null {
    const life = this.#lives[from];
    return life === null ? null : endName(from, life.number, to);
  }

  #checkTouched(): void {
    for (const server of this.#touched) {
      const life = this.#lives[server];
      if (life === null || life.peer === null) continue;
      this.laws.observe(server, life.number, life.peer.getState());
      this.#options.watch?.touched(server);
    }
    this.#touched.clear();
  }
}

function name(server: number): string {
  return `server ${server}`;
}

function endName(from: number, life: number, to: number): string {
  return `${from}.${life} to ${to}`;
}
