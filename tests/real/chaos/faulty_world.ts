/**
 * The real world of a node's process, with all that may be wrong with it.
 * @module
 */

import type { Channel, Port, Random } from "../../../runtime/mod.ts";
import type { DenoNetwork, DenoNetworkCounters, DenoRuntime } from "../../../runtime/deno.ts";
import type { Point } from "../../nemesis/plan.ts";
import { FaultyClock } from "./faulty_clock.ts";
import { FaultyDisk } from "./faulty_disk.ts";
import { handedOnDisk, type HeldBackDisk, heldBackDisk } from "./held_back_disk.ts";
import { type Orders, type Trap, WELL } from "./orders.ts";
import type { Ways } from "./ways.ts";

/** What a faulty world is made of. */
export interface FaultyWorldOptions {
  readonly inner: DenoRuntime;
  readonly random: Random;
  readonly ways: Ways;
  /** Ends this process at once, as a loss of power would. */
  readonly die: () => void;
  /**
   * Where unsynced writes are: kept back, so that a kill takes what a loss of power would; or handed on, for a folder that others read
   * at the same time.
   */
  readonly unsynced: "keptBack" | "handedOn";
}

/** See the module's page. */
export class FaultyWorld {
  readonly runtime: DenoRuntime;
  readonly #clock: FaultyClock;
  readonly #disk: FaultyDisk;
  readonly #held: HeldBackDisk;
  readonly #random: Random;
  readonly #die: () => void;
  #trap: Trap | null = null;
  #left = 0;
  #dying = false;

  constructor({ inner, random, ways, die, unsynced }: FaultyWorldOptions) {
    this.#random = random;
    this.#die = die;
    this.#clock = new FaultyClock(inner.clock, () => this.#pass("timer"));
    this.#held = unsynced === "keptBack"
      ? heldBackDisk(inner.disk, random.split("power"))
      : handedOnDisk(inner.disk);
    this.#disk = new FaultyDisk({
      inner: this.#held,
      random: random.split("disk"),
      sleep: (ms) => inner.clock.sleep(ms),
      reach: (point) => this.#reach(point),
    });
    this.runtime = {
      ...inner,
      clock: this.#clock,
      disk: this.#disk,
      network: new WatchedNetwork(inner.network, ways, (point) => this.#pass(point)),
    };
  }

  /** From now on everything is as wrong as `orders` say. */
  obey(orders: Orders = WELL): void {
    this.#clock.obey(orders.clock);
    this.#disk.obey(orders.disk);
    if (orders.trap?.number === this.#trap?.number) return;
    this.#trap = orders.trap;
    this.#left = orders.trap?.nth ?? 0;
  }

  /** The process comes to a point on the way to its disk. */
  async #reach(point: Point): Promise<void> {
    if (this.#pass(point)) return;
    // What comes after this point never happens.
    await new Promise(() => {});
  }

  /** False if nothing more may happen. */
  #pass(point: Point): boolean {
    if (this.#dying) return false;
    const trap = this.#trap;
    if (trap === null || trap.point !== point || --this.#left > 0) return true;
    this.#dying = true;
    void this.#held.loseAll(trap.loss, this.#random.split("trap")).finally(this.#die);
    // Whatever is handed over in this very moment is on its way, or has been taken in; nothing that follows is.
    return point === "send" || point === "receive";
  }
}

/** A network of bad lines, whose owner can be made to die at a message. `pass`: false if nothing more may leave or come in. */
class WatchedNetwork implements DenoNetwork {
  readonly #inner: DenoNetwork;
  readonly #ways: Ways;
  readonly #pass: (point: "send" | "receive") => boolean;

  constructor(
    inner: DenoNetwork,
    ways: Ways,
    pass: (point: "send" | "receive") => boolean,
  ) {
    this.#inner = inner;
    this.#ways = ways;
    this.#pass = pass;
  }

  get address(): string {
    return this.#inner.address;
  }

  get counters(): DenoNetworkCounters {
    return this.#inner.counters;
  }

  open<M>(channel: Channel<M>, receive: (from: string, message: M) => void): Port<M> {
    const port = this.#inner.open(channel, (from, message) => {
      if (this.#pass("receive")) receive(this.#ways.behind(from), message);
    });
    return {
      send: (to, message) => {
        if (this.#pass("send")) port.send(this.#ways.to(to), message);
      },
      close: () => port.close(),
    };
  }
}
