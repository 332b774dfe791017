import type { Watched } from "./watched.ts";

/** A value that was pushed and popped, and the gaps in which it is on the stack for certain, with what it must contain. */
export interface Stay<Input, Output> {
  readonly insert: Watched<Input, Output>;
  readonly remove: Watched<Input, Output>;
  first: number;
  last: number;
}

/** The least and the greatest instant of something that may still be asked about. */
export interface Interest {
  readonly from: number;
  readonly to: number;
}

/** Whether of any two stays that overlap one can contain the other: see `fast/stack.ts`. By `first`. */
export function canNest<Input, Output>(stays: readonly Stay<Input, Output>[]): boolean {
  for (let start = 0; start < stays.length;) {
    const { end, last } = clusterAt(stays, start);
    if (end > start + 1) {
      const { first } = stays[start];
      const inner: Stay<Input, Output>[] = [];
      // Whoever can be the root can be one of what is left, too.
      for (let i = start; i < end; i++) if (!canBeRoot(stays[i], first, last)) inner.push(stays[i]);
      if (inner.length === end - start || !canNest(inner)) return false;
    }
    start = end;
  }
  return true;
}

/** Stays that overlap in a chain: where it ends in the list, and its last gap. */
function clusterAt<Input, Output>(
  stays: readonly Stay<Input, Output>[],
  start: number,
): { readonly end: number; readonly last: number } {
  let { last } = stays[start];
  let end = start + 1;
  for (; end < stays.length && stays[end].first <= last; end++) last = Math.max(last, stays[end].last);
  return { end, last };
}

function canBeRoot<Input, Output>(
  { insert, remove }: Stay<Input, Output>,
  first: number,
  last: number,
): boolean {
  return insert.call < first && remove.ret > last + 1;
}

/**
 * The values that came out of a stack, as far as they can still be contradicted.
 *
 * A *block* is a cluster with no call of an operation that may still be found to have popped something between its first gap
 * and the last of its returns. Whatever is yet found to have come out did so after all of that, or before it: none of the
 * cluster can contain it, and if it overlaps with one of them it contains that one, and so along the chain all of them. So it
 * does not matter any more what is in a block. What begins or ends within one contains it, and is as if it began or ended with
 * it. Two blocks between which nobody was pushed who is still there are as good as one.
 */
export class StackStays<Input, Output> {
  /** By `first`. */
  #stays: Stay<Input, Output>[] = [];
  /** In order. They do not overlap. */
  #blocks: Stay<Input, Output>[] = [];

  /** How many are kept. */
  get size(): number {
    return this.#stays.length + this.#blocks.length;
  }

  /** By `first`. */
  get stays(): readonly Stay<Input, Output>[] {
    return this.#stays;
  }

  /** The operations that are kept: of each block one value that was on the stack from its beginning to its end. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = this.#stays.flatMap(({ insert, remove }) => [insert, remove]);
    for (const { insert, remove, first, last } of this.#blocks) {
      kept.push({ ...insert, call: first - 0.6, ret: first - 0.4 });
      kept.push({ ...remove, call: last + 1.1, ret: last + 1.3 });
    }
    return kept;
  }

  /** A stay from a push and a pop, with the block in which it begins; `undefined` if it would have to be within that. */
  stayOf(
    insert: Watched<Input, Output>,
    remove: Watched<Input, Output>,
  ): Stay<Input, Output> | undefined {
    const block = this.#blockAt(insert.ret);
    if (block !== undefined && insert.call >= block.first) return undefined;
    return { insert, remove, first: block?.first ?? insert.ret, last: remove.call - 1 };
  }

  /** One that is certain from now on. */
  add(stay: Stay<Input, Output>): void {
    let at = this.#stays.length;
    while (at > 0 && this.#stays[at - 1].first > stay.first) at--;
    this.#stays.splice(at, 0, stay);
  }

  /** The last gap up to `gap` in which none of them, and none of `others`, is on the stack for certain. */
  lastClear(gap: number, others: Iterable<Stay<Input, Output>>): number {
    for (let clear = gap;;) {
      const stay = this.#at(clear, others);
      if (stay === undefined) return clear;
      clear = stay.first - 1;
    }
  }

  /** The first such gap from `gap` on. */
  nextClear(gap: number, others: Iterable<Stay<Input, Output>>): number {
    for (let clear = gap;;) {
      const stay = this.#at(clear, others);
      if (stay === undefined) return clear;
      clear = stay.last + 1;
    }
  }

  #at(gap: number, others: Iterable<Stay<Input, Output>>): Stay<Input, Output> | undefined {
    for (const stay of this.#stays) {
      if (stay.first > gap) break;
      if (gap <= stay.last) return stay;
    }
    for (const stay of others) if (stay.first <= gap && gap <= stay.last) return stay;
    return this.#blockAt(gap);
  }

  #blockAt(gap: number): Stay<Input, Output> | undefined {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#blocks[middle].last < gap) low = middle + 1;
      else high = middle;
    }
    const block = this.#blocks[low];
    return block !== undefined && block.first <= gap ? block : undefined;
  }

  /**
   * Forgets what cannot be contradicted any more. `calls`: those of operations that may yet be found to have popped something,
   * ascending. `interests`: when whoever is still there, or may be asked about, may have been pushed.
   */
  forget(calls: readonly number[], interests: readonly Interest[]): void {
    const kept: Stay<Input, Output>[] = [];
    const blocks: Stay<Input, Output>[] = [];
    for (let start = 0; start < this.#stays.length;) {
      const { end, last } = clusterAt(this.#stays, start);
      const cluster = this.#stays.slice(start, end);
      const { first } = cluster[0];
      const until = cluster.reduce((most, { remove }) => Math.max(most, remove.ret), last);
      const root = cluster.find((stay) => canBeRoot(stay, first, last));
      if (root === undefined || calls.some((call) => first < call && call <= until)) kept.push(...cluster);
      else blocks.push({ ...root, first, last });
      start = end;
    }
    this.#stays = kept;
    this.#blocks = joined([...this.#outside(blocks), ...blocks], [...interests, ...kept.flatMap(edges)]);
  }

  /** The blocks that are not within new ones. */
  #outside(blocks: readonly Stay<Input, Output>[]): Stay<Input, Output>[] {
    return this.#blocks.filter(({ first, last }) =>
      !blocks.some((one) => one.first <= first && last <= one.last)
    );
  }
}

/** When a value can have been pushed, and when popped. */
function edges<Input, Output>({ insert, remove, first, last }: Stay<Input, Output>): Interest[] {
  return [{ from: insert.call, to: first }, { from: last, to: remove.ret }];
}

/** Joins the blocks between which nothing is of interest, and drops those before everything that is. */
function joined<Input, Output>(
  blocks: readonly Stay<Input, Output>[],
  interests: readonly Interest[],
): Stay<Input, Output>[] {
  const byFrom = [...interests].sort((left, right) => left.from - right.from);
  const made: Stay<Input, Output>[] = [];
  let next = 0;
  let to = -1;
  for (const block of [...blocks].sort((left, right) => left.first - right.first)) {
    if (byFrom.length === 0 || block.last < byFrom[0].from) continue;
    for (; next < byFrom.length && byFrom[next].from < block.first; next++) {
      to = Math.max(to, byFrom[next].to);
    }
    const before = made.at(-1);
    if (before !== undefined && to <= before.last) before.last = block.last;
    else made.push({ ...block });
  }
  return made;
}
