/**
 * Where the clients of a run on real processes live: in this process, each with an end of the real network of its own.
 * @module
 */

import type { Clock, Runtime } from "../../../runtime/mod.ts";
import { denoClock, denoDisk, denoNetwork } from "../../../runtime/deno.ts";
import { seededRandom } from "../../../runtime/mod.ts";
import { forgiveRejections } from "../../sim/host.ts";
import type { SeaWorld } from "../../workloads/workload.ts";

/** Why whoever still waits at the end of a run waits no longer. */
class RunOver extends Error {
  override readonly name = "RunOver";

  constructor() {
    super("The run is over");
  }
}

/** What a client world is told. */
export interface ClientWorldOptions {
  /** What clients think of follows from it; when they do is the machine's business. */
  readonly seed: number;
  /** Time since the run began, in milliseconds. */
  readonly now: () => number;
  /** Hears of a remark. */
  readonly note: (text: string) => void;
  /** A client has failed, which is a bug of the harness. */
  readonly fail: (error: unknown) => void;
}

/** See the module's page. */
export class ClientWorld implements SeaWorld {
  readonly seed: number;
  readonly clock: Clock;
  readonly #options: ClientWorldOptions;
  readonly #end = new AbortController();

  constructor(options: ClientWorldOptions) {
    this.seed = options.seed;
    this.#options = options;
    this.clock = denoClock(this.#end.signal);
  }

  get nowMs(): number {
    return this.#options.now();
  }

  machine(name: string): { boot(program: (runtime: Runtime) => void | Promise<void>): void } {
    return { boot: (program) => this.#boot(name, program) };
  }

  note(text: string): void {
    this.#options.note(text);
  }

  /** Nobody asks anything any more, and whoever waits waits no longer. */
  end(): void {
    this.#end.abort(new RunOver());
  }

  #boot(name: string, program: (runtime: Runtime) => void | Promise<void>): void {
    const { signal } = this.#end;
    const random = seededRandom(this.seed).split(`machine ${name}`).split("incarnation 1");
    const network = denoNetwork({ address: null, signal, random: random.split("network") });
    // Clients keep nothing.
    const disk = denoDisk("", signal);
    const live = async () => await program({ clock: this.clock, random, network, disk, signal });
    live().catch((error) => {
      if (!signal.aborted) this.#options.fail(error);
    });
  }
}

/** With that word die the parts of clients that nobody waits for, such as whatever keeps a lease. */
forgiveRejections((error) => error instanceof RunOver);
