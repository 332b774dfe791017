/**
 * A replicated machine in the simulated world: its servers on machines `s1` .. `sN`, clients on machines of their own.
 * @module
 */

import {
  type AnyMachine,
  type LinkSettings,
  type MachineServer,
  replicate,
  type ServerOptions,
  SessionClient,
  type SessionSettings,
} from "../../kv/mod.ts";
import { MemoryStorage, type Persist, type Storage } from "../../raft/mod.ts";
import { openWal } from "../../raft/wal.ts";
import type { Clock, Runtime } from "../../runtime/mod.ts";
import { World, type WorldOptions } from "../sim/mod.ts";

/** How a group is made. */
export interface GroupOptions<M extends AnyMachine> {
  readonly servers: number;
  readonly world: WorldOptions;
  /** A fresh machine for one life of a server. */
  readonly machine: (runtime: Runtime, name: string) => M;
  readonly server?: Partial<ServerOptions>;
  /**
   * `memory`: storage that outlives its server, complete up to its last acknowledged write. `wal`: the production log on the
   * machine's simulated disk, of which a crash loses or tears what was not synced. @default {"memory"}
   */
  readonly storage?: "memory" | "wal";
}

/** Stable storage that takes its time. */
class SlowStorage extends MemoryStorage {
  readonly #clock: Clock;
  readonly #delayMs: () => number;

  constructor(image: MemoryStorage["image"] | undefined, clock: Clock, delayMs: () => number) {
    super(image);
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  override async write(batches: readonly Persist[]): Promise<void> {
    const delayMs = this.#delayMs();
    if (delayMs > 0) await this.#clock.sleep(delayMs);
    await super.write(batches);
  }
}

/** See the module's page. */
export class Group<M extends AnyMachine> {
  readonly world: World;
  readonly names: readonly string[];
  /** The servers now running, by name. */
  readonly servers = new Map<string, MachineServer>();
  /** Their machines. */
  readonly machines = new Map<string, M>();
  /** How long a write takes, by server; nothing for those that are not named. */
  readonly writeDelaysMs = new Map<string, number>();
  /** Hears of every server that has come up. */
  onOpen: (name: string, server: MachineServer) => void = () => {};
  readonly #storages = new Map<string, MemoryStorage>();

  constructor(options: GroupOptions<M>) {
    this.world = new World(options.world);
    this.names = Array.from({ length: options.servers }, (_, number) => `s${number + 1}`);
    const members = new Map(this.names.map((name) => [name, name]));
    for (const name of this.names) {
      this.world.machine(name).boot(async (runtime) => {
        const storage = options.storage === "wal" ? openLog(runtime, name) : this.#reopen(runtime, name);
        const machine = options.machine(runtime, name);
        this.machines.set(name, machine);
        this.servers.delete(name);
        const server = await replicate(machine, { runtime, id: name, members, storage, ...options.server });
        this.servers.set(name, server);
        this.onOpen(name, server);
      });
    }
  }

  #reopen(runtime: Runtime, name: string): Storage {
    const { image } = this.#storages.get(name) ?? {};
    const storage = new SlowStorage(image, runtime.clock, () => this.writeDelaysMs.get(name) ?? 0);
    this.#storages.set(name, storage);
    return storage;
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

  /** A client on a machine of its own. */
  client(name: string, options: Partial<LinkSettings & SessionSettings> = {}): SessionClient {
    return this.on(name, (runtime) => new SessionClient({ runtime, servers: this.names, ...options }));
  }

  /** A running server. */
  server(name: string): MachineServer {
    const server = this.servers.get(name);
    if (server === undefined) throw new Error(`${name} does not run`);
    return server;
  }

  /** The running server that leads the highest term, or null. */
  get leader(): string | null {
    let found: string | null = null;
    let term = -1;
    for (const [name, server] of this.servers) {
      const state = server.replica.node.state();
      if (!this.world.machine(name).running || !state.isLeader || state.term <= term) continue;
      found = name;
      term = state.term;
    }
    return found;
  }

  /** Waits, inside the world, until somebody leads. */
  async untilLed(): Promise<string> {
    for (;;) {
      const { leader } = this;
      if (leader !== null) return leader;
      await this.world.clock.sleep(10);
    }
  }
}

/** The production log, in small files, so that new ones are begun in every run. */
function openLog({ disk, random }: Runtime, member: string): Storage {
  const sizes = { roomBytes: 1024, rewriteBytes: 4096 };
  return openWal({ disk, folder: "raft", member, random, whenEmpty: "format", ...sizes });
}
