/**
 * Clients of the store: gets, puts and appends on a few hot keys, written down as the checker needs them.
 * @module
 */

import { Clerk, RefusedError, UnknownOutcomeError } from "../../kv/mod.ts";
import type { KvInput, KvOutput } from "../../porcupine/mod.ts";
import type { Random, Runtime } from "../../runtime/mod.ts";
import type { Load } from "../nemesis/plan.ts";
import type { World } from "../sim/world.ts";
import type { Recorder } from "./history.ts";

/** What the clients of one run share. */
export interface KvWorkload {
  readonly world: World;
  readonly servers: readonly string[];
  readonly load: Load;
  readonly recorder: Recorder<KvInput, KvOutput>;
  /** How long one server may take for its first answer, in milliseconds. */
  readonly attemptMs: number;
}

/** One client and its machine. */
export class KvClient {
  readonly #workload: KvWorkload;
  readonly #name: string;
  #asked = 0;
  #answered = 0;
  #busy = false;
  #stopped = false;

  /** @param name The client's name, which is its machine's. */
  constructor(workload: KvWorkload, name: string) {
    this.#workload = workload;
    this.#name = name;
  }

  /** Whether an operation is under way. */
  get busy(): boolean {
    return this.#busy;
  }

  /** How many of its operations were answered. */
  get answered(): number {
    return this.#answered;
  }

  /** Begins no further operation. */
  stop(): void {
    this.#stopped = true;
  }

  /** Asks one thing after another until it is stopped. */
  start(): void {
    const { world, load } = this.#workload;
    world.machine(this.#name).boot(async (runtime) => {
      const clerk = this.#clerk(runtime);
      const random = runtime.random.split("operations");
      const most = load.operationsEach === 0 ? Infinity : load.operationsEach;
      while (!this.#stopped && this.#asked < most) {
        await runtime.clock.sleep(random.next() * 2 * load.pauseMs);
        if (!this.#stopped) await this.#execute(clerk, this.#draw(random), load.timeoutMs);
      }
    });
  }

  /** Reads every key once and ends. */
  readAll(keys: readonly string[], timeoutMs: number): void {
    this.#workload.world.machine(this.#name).boot(async (runtime) => {
      const clerk = this.#clerk(runtime);
      this.#busy = true;
      for (const key of keys) await this.#execute(clerk, { f: "get", key }, timeoutMs);
      this.#busy = false;
    });
  }

  /** Puts once, however long it takes, and ends. */
  putOnce(key: string, onDone: () => void): void {
    this.#workload.world.machine(this.#name).boot(async (runtime) => {
      const clerk = this.#clerk(runtime);
      if (await this.#execute(clerk, { f: "put", key, value: this.#name }, Infinity)) onDone();
    });
  }

  #clerk(runtime: Runtime): Clerk {
    const { servers, attemptMs } = this.#workload;
    return new Clerk({ runtime, servers, attemptMs });
  }

  #draw(random: Random): KvInput {
    const { load } = this.#workload;
    const key = keyName(random.below(load.keys));
    const drawn = random.next();
    // Every value is written once in a run: a wrong one then tells where it came from.
    const value = `${this.#name}.${this.#asked + 1} `;
    if (drawn < load.putShare) return { f: "put", key, value };
    return drawn < load.putShare + load.appendShare ? { f: "append", key, value } : { f: "get", key };
  }

  /** Whether it was answered. */
  async #execute(clerk: Clerk, input: KvInput, timeoutMs: number): Promise<boolean> {
    const { recorder, world } = this.#workload;
    this.#asked++;
    this.#busy = true;
    world.note(`${this.#name} asks ${input.f} ${input.key}`);
    const ticket = recorder.call(this.#name, input);
    try {
      recorder.answered(ticket, await ask(clerk, input, timeoutMs));
      this.#answered++;
      world.note(`${this.#name} is answered`);
      return true;
    } catch (error) {
      if (error instanceof RefusedError) recorder.refused(ticket);
      else if (!(error instanceof UnknownOutcomeError)) throw error;
      world.note(`${this.#name} gives up`);
      return false;
    } finally {
      this.#busy = false;
    }
  }
}

async function ask(clerk: Clerk, input: KvInput, timeoutMs: number): Promise<KvOutput> {
  switch (input.f) {
    case "get":
      // The labs' store answers a key that was never written with the empty string.
      return { f: "get", value: await clerk.get(input.key, { timeoutMs }) ?? "" };
    case "put":
      await clerk.put(input.key, input.value, { timeoutMs });
      return { f: "put" };
    case "append":
      await clerk.append(input.key, input.value, { timeoutMs });
      return { f: "append" };
  }
}

/** The name of key number `number`. */
export function keyName(number: number): string {
  return `k${number}`;
}
