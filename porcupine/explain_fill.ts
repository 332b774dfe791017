import { after, type Deeds, fits } from "./explain_deeds.ts";
import { INITIAL, WRITE } from "./fast/register_table.ts";
import { NEVER } from "./history.ts";
import type { Part } from "./parts.ts";

/**
 * Makes orders out of operations of which some do not find the value that they need, by writes that nobody has to believe. What it
 * finds is an order, since each operation is looked at as it is placed; that it finds none proves nothing.
 */
export class Filler {
  readonly #deeds: Deeds;
  readonly #part: Part;
  /** By value: the writes of it that may be used, by call. */
  readonly #writes: readonly (readonly number[])[];

  readonly #core: ReadonlySet<number>;
  /** By operation: the last try in which it was there. */
  readonly #presentIn: Int32Array;
  #tries = 0;

  /** `core`: the operations that are believed. */
  constructor(deeds: Deeds, part: Part, core: ReadonlySet<number>) {
    const writes: number[][] = Array.from({ length: deeds.values }, () => []);
    for (let k = 0; k < deeds.count; k++) {
      if (deeds.open.op[k] === WRITE && !core.has(k)) writes[deeds.open.value[k]].push(k);
    }
    this.#deeds = deeds;
    this.#part = part;
    this.#core = core;
    this.#presentIn = new Int32Array(deeds.count);
    this.#writes = writes;
  }

  /**
   * Whether there is an order of these operations, in this order, and of writes between them, if `doubted` is not believed. All of
   * the core but that are to be among them.
   */
  canFill(order: readonly number[], doubted: number): boolean {
    const { told, open } = this.#deeds;
    const { call } = this.#part;
    const bounds = this.#bounds(order, doubted);
    if (bounds === undefined) return false;
    const used = new Int32Array(this.#deeds.values);
    let now = INITIAL;
    for (let i = 0; i < order.length; i++) {
      const k = order[i];
      const deed = this.#core.has(k) && k !== doubted ? told : open;
      // Something that comes later had returned before it was called.
      if (call[k] > bounds[i]) return false;
      if (!fits(deed, k, now)) {
        const next = this.#next(used, (value) => fits(deed, k, value));
        if (next === undefined || call[this.#writes[next][used[next]]] > bounds[i]) return false;
        used[next]++;
        now = next;
      }
      now = after(deed, k, now);
    }
    return true;
  }

  /** For each place: when the first of what comes there or later has returned; `undefined` if not all of the core are there. */
  #bounds(order: readonly number[], doubted: number): Int32Array | undefined {
    const { ret } = this.#part;
    const bounds = new Int32Array(order.length);
    let first = NEVER;
    let believed = 0;
    this.#tries++;
    for (let i = order.length - 1; i >= 0; i--) {
      const k = order[i];
      this.#presentIn[k] = this.#tries;
      if (k !== doubted && this.#core.has(k)) {
        believed++;
        first = Math.min(first, ret[k]);
      }
      bounds[i] = first;
    }
    return believed === this.#core.size - 1 ? bounds : undefined;
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
