/**
 * A replicated store in the simulated world, with clerks on machines of their own.
 * @module
 */

import {
  Clerk,
  type LinkSettings,
  type ServerOptions,
  type SessionSettings,
  Store,
  type StoreOptions,
} from "../../kv/mod.ts";
import type { Clock, Runtime } from "../../runtime/mod.ts";
import type { WorldOptions } from "../sim/mod.ts";
import { Group } from "./group.ts";

/** How a cluster is made. */
export interface ClusterOptions {
  readonly servers: number;
  readonly world: WorldOptions;
  readonly server?: Partial<ServerOptions>;
  readonly store?: StoreOptions;
  /** See `GroupOptions`. */
  readonly storage?: "memory" | "wal";
}

/** See the module's page. */
export class Cluster extends Group<Store> {
  constructor(options: ClusterOptions) {
    super({
      servers: options.servers,
      world: options.world,
      machine: () => new Store(options.store),
      server: options.server ?? {},
      storage: options.storage ?? "memory",
    });
  }

  /** A clerk on a machine of its own. */
  clerk(name: string, options: Partial<LinkSettings & SessionSettings> = {}): Clerk {
    return this.on(name, (runtime) => new Clerk({ runtime, servers: this.names, ...options }));
  }
}

/**
 * A runtime that dies with `death`. As on a real machine that wakes whoever sleeps there, with the reason: on a simulated one,
 * whose process is gone altogether, they would sleep for ever.
 */
export function mortal(runtime: Runtime, death: AbortSignal): Runtime {
  const clock: Clock = {
    now: () => runtime.clock.now(),
    setTimer: (delayMs, callback) => runtime.clock.setTimer(delayMs, callback),
    sleep: (delayMs, signal) =>
      runtime.clock.sleep(delayMs, signal === undefined ? death : AbortSignal.any([death, signal])),
  };
  return { ...runtime, clock, signal: death };
}
