/**
 * A replicated store in the simulated world: its servers on machines `s1` .. `sN`, clerks on machines of their own.
 * @module
 */

import {
  Clerk,
  KvServer,
  type MachineServer,
  type ServerOptions,
  type SessionClientOptions,
} from "../../kv/mod.ts";
import { MemoryStorage } from "../../raft/mod.ts";
import { World, type WorldOptions } from "../sim/mod.ts";

/** How a cluster is made. */
export interface ClusterOptions {
  readonly servers: number;
  readonly world: WorldOptions;
  readonly server?: Partial<ServerOptions>;
}

/** See the module's page. A server's storage outlives it, complete up to its last acknowledged write. */
export class Cluster {
  readonly world: World;
  readonly names: readonly string[];
  /** The servers now running, by name. */
  readonly servers = new Map<string, MachineServer>();
  readonly #storages = new Map<string, MemoryStorage>();

  constructor(options: ClusterOptions) {
    this.world = new World(options.world);
    this.names = Array.from({ length: options.servers }, (_, number) => `s${number + 1}`);
    const members = new Map(this.names.map((name) => [name, name]));
    for (const name of this.names) {
      this.world.machine(name).boot(async (runtime) => {
        const storage = new MemoryStorage(this.#storages.get(name)?.image);
        this.#storages.set(name, storage);
        this.servers.delete(name);
        this.servers.set(
          name,
          await KvServer.open({ runtime, id: name, members, storage, ...options.server }),
        );
      });
    }
  }

  /** A clerk on a machine of its own. */
  clerk(name: string, options: Partial<SessionClientOptions> = {}): Clerk {
    let clerk: Clerk | null = null;
    this.world.machine(name).boot((runtime) => {
      clerk = new Clerk({ runtime, servers: this.names, ...options });
    });
    if (clerk === null) throw new Error("the machine did not boot");
    return clerk;
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
