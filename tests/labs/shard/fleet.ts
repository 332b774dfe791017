/**
 * Groups of servers and clerks on one labs' network.
 * @module
 */

import type { Random } from "../../../runtime/mod.ts";
import { World } from "../../sim/mod.ts";
import type { Measured } from "../measured.ts";
import { Life } from "../kv/life.ts";
import type { KvPeer } from "../kv/seat.ts";
import { type LabEnd, LabNetwork, UNTOUCHED_HOST } from "../labrpc/mod.ts";
import type { LabHost } from "../labrpc/host.ts";
import { LabPersister, type PersistedImage } from "../raft/lab_persister.ts";
import type { ShardClerkSeat, ShardServerSeat } from "./seat.ts";

/** Makes one server. */
export type MakeServer = (seat: ShardServerSeat) => KvPeer | Promise<KvPeer>;

/** How a group is made. */
export interface GroupSettings {
  /** Names the group, and its servers: `name-0` and so on. */
  readonly name: string;
  /** See `ShardServerSeat`. */
  readonly gid: number;
  /** How many servers. */
  readonly servers: number;
  /** Makes each of them. */
  readonly make: MakeServer;
  /** See `KvServerSeat`. */
  readonly maxRaftStateBytes: number | null;
  /** See `ShardServerSeat`. */
  readonly controllers: readonly string[];
}

/** A clerk's place. */
export interface Place {
  /** What the clerk is given. */
  readonly seat: ShardClerkSeat;
  /** Lets the clerk reach everybody, or nobody. */
  connect(connected: boolean): void;
}

const NOTHING: PersistedImage = { raftState: new Uint8Array(0), snapshot: new Uint8Array(0) };

/** See the module's page. */
export class Fleet {
  /** The simulation. */
  readonly world: World;
  /** The network. */
  readonly network: LabNetwork;
  /** What the test has measured so far. */
  readonly measured: Measured[] = [];
  #clerks = 0;

  /** A world without servers. */
  constructor(options: { readonly seed: number; readonly record: boolean }) {
    this.world = new World(options);
    this.network = new LabNetwork(this.world.loop);
  }

  /** Holds a figure against the most that it may be; says whether it may. */
  measure(what: string, value: number, limit: number): boolean {
    this.measured.push({ what, value, limit, bound: "at most" });
    return value <= limit;
  }

  /** Adds a group whose servers are down. */
  group(settings: GroupSettings): ServerGroup {
    return new ServerGroup(this, settings);
  }

  /** A new clerk's place. */
  clerk(controllers: readonly string[]): Place {
    const number = ++this.#clerks;
    const random = this.world.random(`clerk ${number}`);
    const ends = new Ends(this.network, `clerk ${number}`, UNTOUCHED_HOST);
    const seat: ShardClerkSeat = {
      servers: shuffled(controllers, random.split("order")),
      call: async <Reply>(server: string, method: string, request: unknown) =>
        await ends.to(server).call(method, request) as Reply | null,
      clock: this.world.clock,
      random: random.split("clerk"),
      signal: new AbortController().signal,
    };
    return { seat, connect: (connected) => ends.enable(connected) };
  }
}

/** Ends of one caller, made when they are first used. */
class Ends {
  readonly #network: LabNetwork;
  readonly #name: string;
  readonly #host: LabHost;
  readonly #ends = new Map<string, LabEnd>();
  #enabled = true;

  constructor(network: LabNetwork, name: string, host: LabHost) {
    this.#network = network;
    this.#name = name;
    this.#host = host;
  }

  to(server: string): LabEnd {
    const known = this.#ends.get(server);
    if (known !== undefined) return known;
    const end = this.#network.makeEnd(`${this.#name} to ${server}`, this.#host);
    this.#network.connect(end.name, server);
    this.#network.enable(end.name, this.#enabled);
    this.#ends.set(server, end);
    return end;
  }

  enable(enabled: boolean): void {
    this.#enabled = enabled;
    for (const end of this.#ends.values()) this.#network.enable(end.name, enabled);
  }
}

/** The servers of one group. */
export class ServerGroup {
  /** The group's number. */
  readonly gid: number;
  /** Where the servers listen. */
  readonly addresses: readonly string[];
  readonly #fleet: Fleet;
  readonly #settings: GroupSettings;
  readonly #lives: (Life<KvPeer> | null)[];
  readonly #images: PersistedImage[];

  /** Use `Fleet.group`. */
  constructor(fleet: Fleet, settings: GroupSettings) {
    this.#fleet = fleet;
    this.#settings = settings;
    this.gid = settings.gid;
    this.addresses = Array.from({ length: settings.servers }, (_, server) => `${settings.name}-${server}`);
    this.#lives = this.addresses.map(() => null);
    this.#images = this.addresses.map(() => NOTHING);
  }

  /** Starts all servers that are down. */
  async start(): Promise<void> {
    for (let server = 0; server < this.addresses.length; server++) await this.startOne(server);
  }

  /** Starts a server from what its last life saved. */
  async startOne(server: number): Promise<void> {
    if (this.#lives[server] !== null) return;
    const { world, network } = this.#fleet;
    const machine = world.machine(this.addresses[server]);
    const life = new Life<KvPeer>(machine, new LabPersister(this.#images[server]));
    const ends = new Ends(network, `${this.addresses[server]} of life ${life.number}`, life);
    this.#lives[server] = life;
    const made = Promise.withResolvers<void>();
    const serve = () => network.addServer(this.addresses[server], life.handlers, life);
    machine.boot(async (runtime) => {
      life.runtime = runtime;
      try {
        const random = runtime.random.split("server");
        life.peer = await this.#settings.make({
          ...this.#seat(server, life, ends),
          serve: (handlers) => {
            life.handlers = { ...life.handlers, ...handlers };
            if (life.peer !== null) serve();
          },
          signal: runtime.signal,
          clock: runtime.clock,
          random,
        });
        if (life.alive) serve();
      } catch (error) {
        if (life.alive) world.fail(error);
      }
      made.resolve();
    });
    await made.promise;
  }

  /** Ends every server, without a warning. */
  shutdown(): void {
    for (let server = 0; server < this.addresses.length; server++) this.shutdownOne(server);
  }

  /** Ends a server: off the network, disk copied, killed. */
  shutdownOne(server: number): void {
    const life = this.#lives[server];
    if (life === null) return;
    this.#fleet.network.deleteServer(this.addresses[server]);
    this.#images[server] = life.persister.image;
    life.persister.seal();
    this.#lives[server] = null;
    this.#fleet.world.machine(this.addresses[server]).crash();
  }

  /** The running server that leads the highest term; null if nobody does. */
  leader(): number | null {
    let leader: number | null = null;
    let highest = -1;
    for (const [server, life] of this.#lives.entries()) {
      const state = life?.peer?.getState();
      if (state === undefined || !state.isLeader || state.term <= highest) continue;
      leader = server;
      highest = state.term;
    }
    return leader;
  }

  /** What the servers have saved, running or not. */
  get saved(): PersistedImage[] {
    return this.#lives.map((life, server) => life?.persister.image ?? this.#images[server]);
  }

  #seat(
    server: number,
    life: Life<KvPeer>,
    ends: Ends,
  ): Omit<ShardServerSeat, "serve" | "signal" | "clock" | "random"> {
    const { gid, controllers, maxRaftStateBytes } = this.#settings;
    const callAny = async <Reply>(to: string, method: string, request: unknown) =>
      await ends.to(to).call(method, request) as Reply | null;
    return {
      me: server,
      peers: this.addresses.map((_, number) => number),
      addresses: this.addresses,
      gid,
      controllers,
      maxRaftStateBytes,
      persister: life.persister,
      call: (to, method, request) => callAny(this.addresses[to], method, request),
      callAny,
    };
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}
