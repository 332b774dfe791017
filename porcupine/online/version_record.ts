import { NEVER } from "../history.ts";
import type { Watched } from "./watched.ts";

/** Instants at which a version can begin, and the put that makes it then; an instant is the event before it. */
export interface Span<Input, Output> {
  readonly from: number;
  readonly to: number;
  /** `undefined`: the first version, which was there before everything. */
  readonly maker: Watched<Input, Output> | undefined;
}

/** What is known of one version. */
export class VersionRecord<Input, Output> {
  /** The puts that can have made it: those that ask for it and are not known to have failed. */
  makers: Watched<Input, Output>[] = [];
  /** The one that surely did. */
  stored: Watched<Input, Output> | undefined = undefined;
  /** The puts that name it, are answered, and were refused or may have been; by call. */
  readonly refusable: Watched<Input, Output>[] = [];
  /** Of the reads: the one that returned first, and the one called last. */
  firstRead: Watched<Input, Output> | undefined = undefined;
  lastRead: Watched<Input, Output> | undefined = undefined;
  /** What it holds, once somebody has read it, or surely stored it. */
  value: string | undefined = undefined;
  /** When it can begin, given all that is known of the versions before; tidy: by beginning, none within another. */
  spans: readonly Span<Input, Output>[] = [];

  /** The last call among the reads. */
  get readsCalled(): number {
    return this.lastRead?.call ?? -1;
  }

  /** The first return among the reads. */
  get readsReturn(): number {
    return this.firstRead?.ret ?? NEVER;
  }

  /** If it is the last version, all that were refused, or may have been, must have been called by its beginning. */
  get rest(): number {
    return this.refusable.length === 0 ? -1 : this.refusable[this.refusable.length - 1].call;
  }

  /** A read saw it; false if it was seen, or stored, with another value. */
  read(watched: Watched<Input, Output>, value: string): boolean {
    if (this.value !== undefined && this.value !== value) return false;
    this.value = value;
    this.firstRead ??= watched;
    if (watched.call > this.readsCalled) this.lastRead = watched;
    return true;
  }

  /** A put that names it was refused, or may have been. */
  refuse(watched: Watched<Input, Output>): void {
    let at = this.refusable.length;
    while (at > 0 && this.refusable[at - 1].call > watched.call) at--;
    this.refusable.splice(at, 0, watched);
  }
}

/**
 * The instants at which the version after `before` can begin, if `next` is what is known of it; see `fast/versions.ts`: a put
 * makes it, no later than any read of it returns; every read of the version before needs an instant before it; and a put that
 * was refused although it names the version before was called by that one's beginning, or returned after this one's.
 */
export function spansAfter<Input, Output>(
  before: VersionRecord<Input, Output>,
  next: VersionRecord<Input, Output>,
  valueOf: (maker: Watched<Input, Output>) => string,
): readonly Span<Input, Output>[] {
  const spans: Span<Input, Output>[] = [];
  const low = before.readsCalled;
  const high = next.readsReturn - 1;
  const makers = next.stored === undefined ? next.makers : [next.stored];
  for (const maker of makers) {
    if (next.value !== undefined && next.stored === undefined && valueOf(maker) !== next.value) continue;
    const from = Math.max(low, maker.call);
    const to = Math.min(high, maker.ret - 1);
    if (from > to) continue;
    for (const span of before.spans) follow(before.refusable, span, { from, to, maker }, spans);
  }
  return spans.length < 2 ? spans : tidy(spans);
}

/** The instants that follow one span of the version before, with one maker. */
function follow<Input, Output>(
  refusable: readonly Watched<Input, Output>[],
  before: Span<Input, Output>,
  { from, to, maker }: Span<Input, Output>,
  into: Span<Input, Output>[],
): void {
  // Those called after the version before began must return after this one begins; the later that was, the fewer they are.
  let upper = to;
  let top = before.to;
  let i = refusable.length - 1;
  while (top >= before.from) {
    let next = before.from;
    for (; i >= 0; i--) {
      const { call, ret } = refusable[i];
      if (refusable[i] === maker) continue;
      if (call <= top) {
        next = Math.max(before.from, call);
        break;
      }
      if (ret - 1 < upper) upper = ret - 1;
    }
    const start = Math.max(from, next);
    if (start <= upper) into.push({ from: start, to: upper, maker });
    top = next - 1;
  }
}

function tidy<Input, Output>(spans: Span<Input, Output>[]): readonly Span<Input, Output>[] {
  spans.sort((left, right) => left.from - right.from || right.to - left.to);
  let reach = -2;
  return spans.filter(({ to }) => {
    if (to <= reach) return false;
    reach = to;
    return true;
  });
}
