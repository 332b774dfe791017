import { after, type Deeds, fits } from "./deeds.ts";
import { INITIAL, WRITE } from "../fast/register_table.ts";
import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";

/**
 * Makes orders out of operations of which some do not find the value that they need, by writes that nobody has to believe. What it
 * finds is an order, since each operation is looked at as it is placed; that it finds none proves nothing.
 */
export class Filler {
  readonly #deeds: Deeds;
  readonly #part: Part;
  /** By value: the writes of it that may be used, by call. */
  readonly #writes: readonly (readonly number[])[];

  /** By operation: whether it is believed; how many are. */
  readonly #isCore: Uint8Array;
  readonly #believed: number;
  /** By operation: the last try in which it was there. */
  readonly #presentIn: Int32Array;
  /** By place: when the first of what comes there or later has returned. */
  readonly #bounds: Int32Array;
  #tries = 0;

  /** `core`: the operations that are believed. */
  constructor(deeds: Deeds, part: Part, core: ReadonlySet<number>) {
    const writes: number[][] = Array.from({ length: deeds.values }, () => []);
    for (let k = 0; k < deeds.count; k++) {
      if (deeds.open.op[k] === WRITE && !core.has(k)) writes[deeds.open.value[k]].push(k);
    }
    this.#deeds = deeds;
    this.#part = part;
    this.#isCore = new Uint8Array(deeds.count);
    for (const k of core) this.#isCore[k] = 1;
    this.#believed = core.size;
    this.#presentIn = new Int32Array(deeds.count);
    this.#bounds = new Int32Array(deeds.count);
    this.#writes = writes;
  }

  /**
   * Whether there is an order of these operations, in this order, and of writes between them, if `doubted` is not believed. All of
   * the core but that are to be among them. What is not believed may find nothing any more, as what it needed is not there: it is
   * given what it needs, and if that does not lead to an end it is left out.
   */
  canFill(order: ArrayLike<number>, doubted: number): boolean {
    this.#tries++;
    return this.#setBounds(order, doubted) &&
      (this.#try(order, doubted, false) || this.#try(order, doubted, true));
  }

  #try(order: ArrayLike<number>, doubted: number, leaveOut: boolean): boolean {
    const { told, open } = this.#deeds;
    const { call } = this.#part;
    const bounds = this.#bounds;
    const isCore = this.#isCore;
    const used = new Int32Array(this.#deeds.values);
    let now = INITIAL;
    for (let i = 0; i < order.length; i++) {
      const k = order[i];
      const isBelieved = isCore[k] === 1 && k !== doubted;
      const deed = isBelieved ? told : open;
      const isFit = fits(deed, k, now);
      if (!isFit && !isBelieved && leaveOut) continue;
      // Something that comes later had returned before it was called.
      if (call[k] > bounds[i]) return false;
      if (!isFit) {
        const next = this.#next(used, (value) => fits(deed, k, value));
        if (next === undefined || call[this.#writes[next][used[next]]] > bounds[i]) return false;
        used[next]++;
        now = next;
      }
      now = after(deed, k, now);
    }
    return true;
  }

  /** False if not all of the core are there, or one is there twice. */
  #setBounds(order: ArrayLike<number>, doubted: number): boolean {
    const { ret } = this.#part;
    let first = NEVER;
    let believed = 0;
    for (let i = order.length - 1; i >= 0; i--) {
      const k = order[i];
      if (this.#presentIn[k] === this.#tries) return false;
      this.#presentIn[k] = this.#tries;
      if (k !== doubted && this.#isCore[k] === 1) {
        believed++;
        if (ret[k] < first) first = ret[k];
      }
      this.#bounds[i] = first;
    }
    return believed === this.#believed - 1;
  }

  /** The value that fits whose next write was called first. */
  #next(used: Int32Array, isFit: (value: number) => boolean): number | undefined {
    let best: number | undefined;
    for (let value = 0; value < used.length; value++) {
      const writes = this.#writes[value];
      if (!isFit(value)) continue;
      while (used[value] < writes.length && this.#presentIn[writes[used[value]]] === this.#tries) {
        used[value]++;
      }
      if (used[value] === writes.length) continue;
      if (best === undefined || writes[used[value]] < this.#writes[best][used[best]]) best = value;
    }
    return best;
  }
}
