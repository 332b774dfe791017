import { NEVER } from "../history.ts";
import type { ModelKind } from "../types.ts";
import { type Evidence, gather } from "./evidence.ts";
import type { FastInput, FastResult } from "./result.ts";
import { type Course, layOut } from "./version_order.ts";

type VersionedKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "versioned" }>;

/**
 * Versions tell the order: version v + 1 is made by one put that names v, and no version comes back. What is left open is
 * *when* each version begins, and, where answers were lost, *which* put made it. Both are settled by going through the versions
 * and keeping, for each, the set of instants at which it can begin. This is exact, and values may repeat.
 *
 * Let S(v) be the instant at which version v begins; version v is there from S(v) to S(v + 1).
 *
 * - The put that makes v takes effect at S(v): that lies between its call and its return.
 * - A read of v needs an instant while v is there: S(v) comes before it returns, and S(v + 1) not before it is called.
 * - A put that names v and was refused needs an instant while v is *not* there: it is called by S(v), or returns after S(v + 1).
 *   The same holds for a put that names v, was told "maybe", and did not make v + 1.
 *
 * That is all that the answers say, and each condition is on S(v) and S(v + 1) alone. So the set of possible S(v + 1) follows
 * from the set of possible S(v). Both are unions of spans. Linear, unless a version has many candidates.
 */
export function decideVersions<Input, Output>(
  kind: VersionedKind<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const evidence = gather(kind, input);
  if (evidence === undefined || "verdict" in evidence) return evidence;
  return new Chain(evidence).decide(input);
}

/** Spans of instants; an instant is the rank of the last event before it. Spans of one version are consecutive. */
class Spans {
  /** How many there are. */
  count = 0;
  from: Int32Array;
  to: Int32Array;
  /** The put that makes the version at such an instant. */
  maker: Int32Array;

  constructor(capacity: number) {
    this.from = new Int32Array(capacity);
    this.to = new Int32Array(capacity);
    this.maker = new Int32Array(capacity);
  }

  add(from: number, to: number, maker: number): void {
    if (this.count === this.from.length) this.#grow();
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.maker[this.count++] = maker;
  }

  /** Puts those from `start` on in order, and drops what lies within another. */
  tidy(start: number): void {
    if (this.count - start < 2) return;
    const order = Array.from({ length: this.count - start }, (_, i) => start + i).sort((a, b) =>
      this.from[a] - this.from[b] || this.to[b] - this.to[a]
    );
    const sorted = order.map((i) => [this.from[i], this.to[i], this.maker[i]] as const);
    this.count = start;
    let reach = -2;
    for (const [from, to, maker] of sorted) {
      if (to <= reach) continue;
      this.add(from, to, maker);
      reach = to;
    }
  }

  #grow(): void {
    const grown = (old: Int32Array): Int32Array => {
      const array = new Int32Array(old.length * 2);
      array.set(old);
      return array;
    };
    this.from = grown(this.from);
    this.to = grown(this.to);
    this.maker = grown(this.maker);
  }
}

class Chain {
  readonly #evidence: Evidence;
  readonly #spans: Spans;
  /** Where the spans of each version begin. */
  readonly #starts: number[] = [0];

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
    this.#spans = new Spans(evidence.part.ids.length + 16);
    this.#spans.add(-1, -1, -1);
  }

  decide({ budget }: FastInput<unknown, unknown>): FastResult {
    const spans = this.#spans;
    for (let version = 0;; version++) {
      budget.tick(version);
      const start = this.#starts[version];
      const end = spans.count;
      if (version >= this.#evidence.last) {
        const rest = restingCall(version, this.#evidence);
        for (let s = start; s < end; s++) {
          if (spans.to[s] >= rest) {
            return { verdict: "ok", order: layOut(this.#evidence, this.#choose(version)) };
          }
        }
      }
      this.#starts.push(end);
      if (version + 1 < this.#evidence.limit) this.#succeed(version, start, end);
      spans.tidy(end);
      if (spans.count === end) {
        const reason = `there is no instant at which version ${version + 1} can have begun`;
        return { verdict: "illegal", suspects: this.#suspectsAt(version), reason };
      }
    }
  }

  /** Finds the instants at which version + 1 can begin. */
  #succeed(version: number, start: number, end: number): void {
    const { makers, part: { call, ret }, readsCalled, readsReturn } = this.#evidence;
    const low = readsCalled[version];
    const high = readsReturn[version + 1] - 1;
    for (let m = makers.start(version + 1); m < makers.end(version + 1); m++) {
      const maker = makers.items[m];
      const from = Math.max(low, call[maker]);
      const to = Math.min(high, ret[maker] - 1);
      if (from > to) continue;
      for (let s = start; s < end; s++) this.#follow(version, s, { maker, from, to });
    }
  }

  /** The instants that follow one span of the version before, with one maker. */
  #follow(
    version: number,
    span: number,
    { maker, from, to }: { maker: number; from: number; to: number },
  ): void {
    const { refusable, part: { call, ret } } = this.#evidence;
    const bottom = this.#spans.from[span];
    const first = refusable.start(version);
    // Those called after S(version) must return after S(version + 1); the later S(version), the fewer they are.
    let upper = to;
    let top = this.#spans.to[span];
    let i = refusable.end(version) - 1;
    while (top >= bottom) {
      let next = bottom;
      for (; i >= first; i--) {
        const k = refusable.items[i];
        if (k === maker || ret[k] === NEVER) continue;
        if (call[k] <= top) {
          next = Math.max(bottom, call[k]);
          break;
        }
        if (ret[k] - 1 < upper) upper = ret[k] - 1;
      }
      const start = Math.max(from, next);
      if (start <= upper) this.#spans.add(start, upper, maker);
      top = next - 1;
    }
  }

  /** Goes back through the possible spans and picks a course through them. */
  #choose(final: number): Course {
    const { refusable, part: { call, ret } } = this.#evidence;
    const spans = this.#spans;
    const makers = new Int32Array(final + 1).fill(-1);
    const begins = new Int32Array(final + 1).fill(-1);
    let needed = restingCall(final, this.#evidence);
    let until = NEVER;
    for (let version = final; version >= 0; version--) {
      const end = version === final ? spans.count : this.#starts[version + 1];
      for (let s = this.#starts[version]; s < end; s++) {
        const at = Math.max(spans.from[s], needed);
        if (at > Math.min(spans.to[s], until)) continue;
        makers[version] = spans.maker[s];
        begins[version] = at;
        break;
      }
      if (version === 0) break;
      // S(version - 1) must be late enough for those that return before S(version) begins.
      until = begins[version];
      needed = -1;
      for (let i = refusable.start(version - 1); i < refusable.end(version - 1); i++) {
        const k = refusable.items[i];
        if (k !== makers[version] && ret[k] <= until) needed = Math.max(needed, call[k]);
      }
    }
    return { makers, begins };
  }

  /** The answers that speak of a version or of the ones beside it. */
  #suspectsAt(version: number): number[] {
    const { reads, makers, refusable, limit } = this.#evidence;
    const suspects = new Set<number>();
    for (let v = Math.max(0, version - 1); v <= version + 1 && v < limit; v++) {
      for (const buckets of [reads, makers, refusable]) {
        for (let i = buckets.start(v); i < buckets.end(v); i++) suspects.add(buckets.items[i]);
      }
    }
    return [...suspects];
  }
}

/** If this version is the last one, every put that names it and returned was refused, so it must be called by its beginning. */
function restingCall(version: number, { refusable, part: { call, ret } }: Evidence): number {
  let latest = -1;
  for (let i = refusable.start(version); i < refusable.end(version); i++) {
    const k = refusable.items[i];
    if (ret[k] !== NEVER) latest = Math.max(latest, call[k]);
  }
  return latest;
}
