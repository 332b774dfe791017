/**
 * The servers of one test: started, parted, crashed; each with its persister; and the ends that clerks call them by.
 * @module
 */

import type { Machine } from "../../sim/mod.ts";
import { World } from "../../sim/mod.ts";
import { type LabEnd, type LabHandlers, LabNetwork } from "../labrpc/mod.ts";
import { LabPersister, type PersistedImage } from "../raft/lab_persister.ts";
import { Life } from "./life.ts";
import type { ClerkSeat, KvPeer, KvServerSeat } from "./seat.ts";
import { ServerLaws, type ServerWatch } from "./server_watch.ts";

/** How servers are made. */
export interface ServersOptions<Peer> {
  /** Makes each of them. */
  readonly make: (seat: KvServerSeat) => Peer | Promise<Peer>;
  /** How many. */
  readonly servers: number;
  /** Everything follows from it. */
  readonly seed: number;
  /** See `KvServerSeat`. */
  readonly maxRaftStateBytes: number | null;
  /** The implementation's own laws, or null. */
  readonly watch: ServerWatch<Peer> | null;
  /** Whether the event log is kept. */
  readonly record: boolean;
}

/** What may befall a server at its next saves. */
export interface SaveCrash {
  /** The how-manieth save from now is the last thing the server does; 1 for the next. */
  readonly nth: number;
  /** Whether that save takes effect. */
  readonly moment: "before" | "after";
}

/** A clerk's place: its seat, and which servers it reaches. */
export interface ClerkPlace {
  /** What the clerk is given. */
  readonly seat: ClerkSeat;
  /** Lets the clerk reach exactly these servers. */
  connect(servers: readonly number[]): void;
}

const NOTHING: PersistedImage = { raftState: new Uint8Array(0), snapshot: new Uint8Array(0) };

/** See the module's page. */
export class Servers<Peer extends KvPeer> {
  /** The simulation. */
  readonly world: World;
  /** The network. */
  readonly network: LabNetwork;
  /** The numbers of all servers. */
  readonly numbers: readonly number[];
  readonly #options: ServersOptions<Peer>;
  readonly #lives: (Life<Peer> | null)[];
  readonly #images: PersistedImage[];
  /** Which side of a partition each server is on. */
  readonly #sides: number[];
  readonly #saveCrashes: (SaveCrash | null)[];
  readonly #laws: ServerLaws<Peer>;
  #clerks = 0;
  #clerkCalls = 0;

  /** Machines that are switched off. */
  constructor(options: ServersOptions<Peer>) {
    this.#options = options;
    this.world = new World({ seed: options.seed, record: options.record });
    this.network = new LabNetwork(this.world.loop);
    this.numbers = Array.from({ length: options.servers }, (_, server) => server);
    this.#lives = this.numbers.map(() => null);
    this.#images = this.numbers.map(() => NOTHING);
    this.#sides = this.numbers.map(() => 0);
    this.#saveCrashes = this.numbers.map(() => null);
    this.#laws = new ServerLaws(options.servers, options.watch, (server) => this.#lives[server]);
    // Machines are numbered in the order in which they are made: as the servers are.
    for (const server of this.numbers) this.#machine(server);
    this.world.afterEvent = ({ node }) => {
      if (node >= 0) this.#laws.touch(node);
      this.#laws.check();
    };
  }

  /** How many calls clerks have made, whatever became of them. */
  get clerkCalls(): number {
    return this.#clerkCalls;
  }

  /** Whether a server runs. */
  isAlive(server: number): boolean {
    return this.#lives[server] !== null;
  }

  /** A running server. Throws `RangeError` if it is down. */
  peer(server: number): Peer {
    const peer = this.#lives[server]?.peer ?? null;
    if (peer === null) throw new RangeError(`Cannot ask server ${server}: it is down, start it first`);
    return peer;
  }

  /** The running ones, with their numbers. */
  get peers(): [server: number, peer: Peer][] {
    const running: [number, Peer][] = [];
    for (const server of this.numbers) {
      const peer = this.#lives[server]?.peer ?? null;
      if (peer !== null) running.push([server, peer]);
    }
    return running;
  }

  /** What a server has saved, also while it is down. */
  saved(server: number): PersistedImage {
    return this.#lives[server]?.persister.image ?? this.#images[server];
  }

  /** Starts all servers; all of them reach each other. */
  async startAll(): Promise<void> {
    for (const server of this.numbers) await this.start(server);
    this.connectAll();
  }

  /** Starts a server from what its last life saved. */
  async start(server: number): Promise<void> {
    if (this.isAlive(server)) this.crash(server);
    const machine = this.#machine(server);
    const life = new Life<Peer>(
      machine,
      new LabPersister(this.#images[server], (moment) => this.#onSave(server, moment)),
      () => this.#laws.touch(server),
    );
    const ends = this.#makeEnds(server, life);
    this.#lives[server] = life;
    const made = Promise.withResolvers<void>();
    machine.boot(async (runtime) => {
      life.runtime = runtime;
      try {
        life.peer = await this.#options.make({
          me: server,
          peers: this.numbers,
          addresses: this.numbers.map(addressOf),
          maxRaftStateBytes: this.#options.maxRaftStateBytes,
          call: async <Reply>(to: number, method: string, request: unknown) => {
            return await ends[to].call(method, request) as Reply | null;
          },
          serve: (handlers) => {
            life.handlers = { ...life.handlers, ...handlers };
            if (life.peer !== null) this.#serve(server, life);
          },
          persister: life.persister,
          signal: runtime.signal,
          clock: runtime.clock,
          random: runtime.random.split("server"),
        });
        if (life.alive) {
          this.#serve(server, life);
          this.#laws.started(server, life.peer);
        }
      } catch (error) {
        if (life.alive) this.world.fail(error);
      }
      made.resolve();
    });
    await made.promise;
    this.#applySides();
  }

  /** Ends a server without a warning, in the labs' order: cut off, off the network, disk copied, killed. */
  crash(server: number): void {
    const life = this.#lives[server];
    if (life === null) return;
    this.network.deleteServer(addressOf(server));
    this.#images[server] = life.persister.image;
    life.persister.seal();
    this.#lives[server] = null;
    this.#saveCrashes[server] = null;
    this.#machine(server).crash();
    if (life.peer !== null) this.#laws.crashed(server, life.persister.image);
  }

  /** Crashes a server at one of its next saves; `null` takes that back. */
  crashAtSave(server: number, crash: SaveCrash | null): void {
    this.#saveCrashes[server] = crash;
  }

  /** Crashes all servers. */
  crashAll(): void {
    for (const server of this.numbers) this.crash(server);
  }

  /** Parts the servers; those that are named on neither side reach nobody. */
  partition(one: readonly number[], other: readonly number[]): void {
    for (const server of this.numbers) {
      this.#sides[server] = one.includes(server) ? 1 : other.includes(server) ? 2 : 3 + server;
    }
    this.#applySides();
  }

  /** Ends every partition. */
  connectAll(): void {
    this.#sides.fill(0);
    this.#applySides();
  }

  /** Lets requests from one server to another through, but no reply back. */
  loseReplies(from: number, to: number, lost: boolean): void {
    const life = this.#lives[from];
    if (life !== null) this.network.loseReplies(endName(from, life.number, to), lost);
  }

  /** Stops a whole server, as SIGSTOP does. */
  pause(server: number): void {
    this.#machine(server).pause();
  }

  /** Lets a paused server go on. */
  resume(server: number): void {
    this.#machine(server).resume();
  }

  /** A new clerk's place, which reaches the servers named; all by default. */
  clerk(reaches: readonly number[] = this.numbers): ClerkPlace {
    const number = ++this.#clerks;
    const random = this.world.random(`clerk ${number}`);
    const ends = new Map<string, LabEnd>();
    for (const server of this.numbers) {
      const end = this.network.makeEnd(`clerk ${number} to ${server}`);
      this.network.connect(end.name, addressOf(server));
      ends.set(addressOf(server), end);
    }
    const connect = (servers: readonly number[]) => {
      for (const server of this.numbers) {
        this.network.enable(`clerk ${number} to ${server}`, servers.includes(server));
      }
    };
    connect(reaches);
    const seat: ClerkSeat = {
      servers: shuffled([...ends.keys()], random.split("order")),
      call: async <Reply>(server: string, method: string, request: unknown) => {
        const end = ends.get(server);
        if (end === undefined) throw new RangeError(`Cannot call "${server}": there is no such server`);
        this.#clerkCalls++;
        return await end.call(method, request) as Reply | null;
      },
      clock: this.world.clock,
      random: random.split("clerk"),
      signal: new AbortController().signal,
    };
    return { seat, connect };
  }

  /** The largest Raft state that any server has saved. */
  largestRaftState(): number {
    return Math.max(...this.numbers.map((server) => this.saved(server).raftState.length));
  }

  /** The largest snapshot that any server has saved. */
  largestSnapshot(): number {
    return Math.max(...this.numbers.map((server) => this.saved(server).snapshot.length));
  }

  #onSave(server: number, moment: "before" | "after"): void {
    this.#laws.touch(server);
    const crash = this.#saveCrashes[server];
    if (crash === null || crash.moment !== moment) return;
    if (crash.nth > 1) this.#saveCrashes[server] = { nth: crash.nth - 1, moment };
    else this.crash(server);
  }

  #serve(server: number, life: Life<Peer>): void {
    const handlers: LabHandlers = life.handlers;
    this.network.addServer(addressOf(server), handlers, life);
  }

  #machine(server: number): Machine {
    return this.world.machine(addressOf(server));
  }

  #makeEnds(server: number, life: Life<Peer>): LabEnd[] {
    return this.numbers.map((to) => {
      const end = this.network.makeEnd(endName(server, life.number, to), life);
      this.network.connect(end.name, addressOf(to));
      return end;
    });
  }

  #applySides(): void {
    for (const from of this.numbers) {
      const life = this.#lives[from];
      if (life === null) continue;
      for (const to of this.numbers) {
        this.network.enable(endName(from, life.number, to), this.#sides[from] === this.#sides[to]);
      }
    }
  }
}

function addressOf(server: number): string {
  return `server-${server}`;
}

function endName(from: number, life: number, to: number): string {
  return `${from}.${life} to ${to}`;
}

function shuffled<T>(items: readonly T[], random: { below(bound: number): number }): T[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}
