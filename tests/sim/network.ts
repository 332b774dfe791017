/**
 * The controls of the simulated network: conditions, cuts, clogs, flapping, all by name and with plain data.
 * @module
 */

import type { NetworkCounters } from "../../runtime/mod.ts";
import type { LinkConditions } from "./conditions.ts";
import type { Felt } from "./felt.ts";
import type { Link } from "./links.ts";
import { toMicroseconds } from "./loop.ts";
import { hashLabel } from "../../runtime/mod.ts";
import { allLinks, cutLinks } from "./shapes.ts";
import type { LinkPair, PartitionShape } from "./shapes.ts";
import type { NetworkObserver, Switchboard } from "./switchboard.ts";
import { KIND } from "./trace.ts";

/**
 * What a nemesis may do to the network. Each fault has a name of the caller's choice; `mend(name)` ends exactly that one,
 * and faults on the same link heal independently.
 */
export class SimNetwork {
  readonly #board: Switchboard;
  /** Which flapping is meant by a name, so that an old one does not go on under a new one's name. */
  readonly #flapping = new Map<string, number>();
  #flaps = 0;

  /**
   * The world makes it.
   * @internal
   */
  constructor(board: Switchboard) {
    this.#board = board;
  }

  /** Totals of all machines since the beginning; bytes only with wire isolation. */
  get totals(): NetworkCounters {
    return this.#board.totals.snapshot();
  }

  /** The names of the faults in force. */
  get faults(): string[] {
    return this.#board.faults.names;
  }

  /** Watches all messages; `null` (the usual case) costs nothing. */
  set observer(observer: NetworkObserver | null) {
    this.#board.observer = observer;
  }

  /** Tells kinds of messages apart for `degrade`; by channel name unless set. */
  set classify(classify: ((channel: string, message: unknown) => string) | null) {
    this.#board.classify = classify;
  }

  /** Words for a message in a recorded event log; only the channel's name unless set. */
  set describe(describe: ((channel: string, message: unknown) => string) | null) {
    this.#board.describe = describe;
  }

  /** The conditions of every link that no fault touches. Throws `RangeError` for nonsense. */
  setConditions(conditions: LinkConditions): void {
    this.#board.faults.setBase(conditions, this.#board.links);
    this.#note("conditions", JSON.stringify(conditions));
  }

  /** Cuts links: nothing sent or in flight on them arrives. */
  cut(fault: string, links: readonly LinkPair[]): Felt {
    this.#begin(fault);
    const felt = this.#board.faults.set(fault, this.#resolve(links), { kind: "cut" });
    this.#note("cut", fault);
    return felt;
  }

  /** Cuts the links that `shape` says. */
  partition(fault: string, shape: PartitionShape): Felt {
    return this.cut(fault, cutLinks(shape));
  }

  /** Holds every message on the links until the fault is mended, then lets them all arrive. */
  clog(fault: string, links: readonly LinkPair[]): Felt {
    this.#begin(fault);
    const felt = this.#board.faults.set(fault, this.#resolve(links), { kind: "clog" });
    this.#note("clog", fault);
    return felt;
  }

  /** Puts links under other conditions, for all messages or `only` those of one kind (see `classify`). */
  degrade(
    fault: string,
    links: readonly LinkPair[],
    conditions: LinkConditions,
    only: string | null = null,
  ): Felt {
    this.#begin(fault);
    const felt = this.#board.faults.set(fault, this.#resolve(links), { kind: "degrade", conditions, only });
    this.#note("degrade", fault);
    return felt;
  }

  /** Cuts links for `downMs`, opens them for `upMs`, and so on until the fault is mended. */
  flap(
    fault: string,
    links: readonly LinkPair[],
    times: { readonly downMs: number; readonly upMs: number },
  ): Felt {
    const { downMs, upMs } = times;
    if (toMicroseconds(downMs) === 0 || toMicroseconds(upMs) === 0) {
      throw new RangeError(
        "Cannot flap links without waiting in between: give downMs and upMs of at least 0.001",
      );
    }
    const faults = this.#board.faults;
    const flap = this.#begin(fault);
    this.#flapping.set(fault, flap);
    const felt = faults.set(fault, this.#resolve(links), { kind: "cut" });
    this.#note("flap", fault);
    let down = true;
    const toggle = (): void => {
      if (this.#flapping.get(fault) !== flap) return;
      down = !down;
      faults.alter(fault, { kind: down ? "cut" : "open" });
      this.#board.loop.schedule(down ? downMs : upMs, toggle);
    };
    this.#board.loop.schedule(downMs, toggle);
    return felt;
  }

  /** Ends a fault; harmless if it is not in force. */
  mend(fault: string): void {
    this.#begin(fault);
    this.#note("mend", fault);
  }

  /** Ends all faults. */
  mendAll(): void {
    for (const fault of this.faults) this.mend(fault);
  }

  /** All directed links among the machines of the given names, or among all machines. */
  linksAmong(names: readonly string[] = this.#board.names): LinkPair[] {
    return allLinks(names);
  }

  #begin(fault: string): number {
    this.#flapping.delete(fault);
    this.#board.faults.mend(fault);
    return ++this.#flaps;
  }

  #resolve(links: readonly LinkPair[]): Link[] {
    return links.map(([from, to]) => {
      this.#board.machineNumber(to);
      const link = this.#board.link(this.#board.machineNumber(from), to);
      if (link === null) throw new RangeError(`Cannot find the link from ${from} to ${to}`);
      return link;
    });
  }

  #note(what: string, fault: string): void {
    const { loop } = this.#board;
    loop.trace.fold(loop.nowUs, KIND.fault, -1, -1, hashLabel(`${what} ${fault}`) | 0);
    if (loop.trace.recording) loop.trace.describe(`network ${what} ${fault}`);
  }
}
