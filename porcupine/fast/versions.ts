import { NEVER } from "../history.ts";
import { argsort } from "../sort.ts";
import type { ModelKind } from "../types.ts";
import type { FastInput, FastResult } from "./result.ts";
import { type Evidence, gather } from "./evidence.ts";

type VersionedKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "versioned" }>;

/** Instants from `from` to `to`, both included; an instant is the rank of the last event before it. */
interface Span {
  readonly from: number;
  readonly to: number;
  /** The put that makes the version at such an instant. */
  readonly maker: number;
}

/**
 * Versions give the order away: version v + 1 is made by one put that names v, and there is no going back. What is left
 * open is *when* each version begins, and, where answers were lost, *which* put made it. Both are settled by going through
 * the versions and keeping the set of instants at which each can begin - exactly, values need not differ.
 *
 * Let S(v) be the instant at which version v begins. Puts and reads bound it: S(v) lies within the put that makes v; not
 * before the call of any read of v - 1 (they need an instant before it); before the return of any read of v. A put that was
 * refused though it names v needs an instant at which the version is another: it is called by S(v), or returns after
 * S(v + 1). The same holds for each "maybe" that names v and did not make v + 1. So the set of possible S(v + 1) follows
 * from that of S(v) alone: it is a union of spans, and stays one. O(n log n) unless a version has many candidates.
 */
export function decideVersions<Input, Output>(
  kind: VersionedKind<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const evidence = gather(kind, input);
  if (evidence === undefined || "verdict" in evidence) return evidence;
  const possible: Span[][] = [[{ from: -1, to: -1, maker: -1 }]];
  for (let version = 0;; version++) {
    const spans = possible[version];
    if (version >= evidence.last) {
      const end = spans.find((span) => span.to >= restingCall(version, evidence, input));
      if (end !== undefined) {
        return { verdict: "ok", order: lay(evidence, input, choose(possible, evidence, input)) };
      }
    }
    const next = successors(version, spans, evidence, input);
    if (next.length === 0) {
      return { verdict: "illegal", suspects: suspectsAt(version, evidence), reason: reasonAt(version) };
    }
    possible.push(next);
  }
}

function reasonAt(version: number): string {
  return `there is no instant at which version ${version + 1} can have begun`;
}

/** If the version is the last one, all that were refused, or may have been, must have been called by its beginning. */
function restingCall<I, O>(version: number, evidence: Evidence, { call, ret }: FastInput<I, O>): number {
  let latest = -1;
  for (const k of refusable(version, evidence)) if (ret[k] !== NEVER) latest = Math.max(latest, call[k]);
  return latest;
}

/** The puts that name a version and surely, or perhaps, did not take effect. */
function refusable(version: number, evidence: Evidence): readonly number[] {
  return evidence.refusable.get(version) ?? NONE;
}

const NONE: readonly number[] = [];

/** The instants at which version + 1 can begin. */
function successors<I, O>(
  version: number,
  spans: readonly Span[],
  evidence: Evidence,
  { call, ret }: FastInput<I, O>,
): Span[] {
  const { low, high } = readBounds(version + 1, evidence);
  const found: Span[] = [];
  const others = refusable(version, evidence).filter((k) => ret[k] !== NEVER).sort((a, b) =>
    call[b] - call[a]
  );
  for (const maker of evidence.makers.get(version + 1) ?? NONE) {
    const from = Math.max(low, call[maker]);
    const to = Math.min(high, ret[maker] - 1);
    if (from > to) continue;
    for (const span of spans) {
      // Those called after S(version) must return after S(version + 1); the later S(version), the fewer they are.
      let upper = to;
      let top = span.to;
      for (let i = 0; i <= others.length && top >= span.from; i++) {
        while (i < others.length && (others[i] === maker || call[others[i]] > top)) {
          if (others[i] !== maker) upper = Math.min(upper, ret[others[i]] - 1);
          i++;
        }
        const bottom = i < others.length ? Math.max(span.from, call[others[i]]) : span.from;
        const start = Math.max(from, bottom);
        if (start <= upper) found.push({ from: start, to: upper, maker });
        top = bottom - 1;
        i--;
        if (bottom === span.from) break;
      }
    }
  }
  return tidy(found);
}

/** Bounds on the beginning of a version by the reads of it and of the one before. */
function readBounds(version: number, { readsCalled, readsReturn }: Evidence): { low: number; high: number } {
  return { low: readsCalled.get(version - 1) ?? -1, high: (readsReturn.get(version) ?? NEVER) - 1 };
}

/** Drops spans that lie within others. */
function tidy(spans: Span[]): Span[] {
  if (spans.length < 2) return spans;
  spans.sort((a, b) => a.from - b.from || b.to - a.to);
  const kept: Span[] = [];
  let reach = -2;
  for (const span of spans) {
    if (span.to <= reach) continue;
    kept.push(span);
    reach = span.to;
  }
  return kept;
}

/** One choice: for each version its maker and the instant at which it begins. */
interface Course {
  readonly makers: readonly number[];
  readonly begins: readonly number[];
}

/** Goes back through the possible spans and picks a course through them. */
function choose<I, O>(possible: readonly Span[][], evidence: Evidence, input: FastInput<I, O>): Course {
  const { call, ret } = input;
  const final = possible.length - 1;
  const makers: number[] = new Array(possible.length).fill(-1);
  const begins: number[] = new Array(possible.length).fill(-1);
  const resting = restingCall(final, evidence, input);
  for (const span of possible[final]) {
    if (span.to < resting) continue;
    makers[final] = span.maker;
    begins[final] = Math.max(span.from, resting);
    break;
  }
  for (let version = final; version > 0; version--) {
    // S(version - 1) must be late enough for those that return before S(version) begins.
    let needed = -1;
    for (const k of refusable(version - 1, evidence)) {
      if (k !== makers[version] && ret[k] <= begins[version]) needed = Math.max(needed, call[k]);
    }
    for (const span of possible[version - 1]) {
      const at = Math.max(span.from, needed);
      if (at > Math.min(span.to, begins[version])) continue;
      makers[version - 1] = span.maker;
      begins[version - 1] = at;
      break;
    }
  }
  return { makers, begins };
}

/** Puts everything in order: the makers at their instants, the reads and the refused where their version allows. */
function lay<I, O>(
  evidence: Evidence,
  { count, call, ret }: FastInput<I, O>,
  { makers, begins }: Course,
): number[] {
  const operations: number[] = [];
  const keys: number[] = [];
  // At one instant: what a version refuses before it begins, its maker, its reads, and so on, version by version.
  const width = 4 * makers.length + 8;
  const put = (k: number, instant: number, rank: number): void => {
    operations.push(k);
    keys.push((instant + 1) * width + rank);
  };
  const made = new Uint8Array(count);
  for (let v = 1; v < makers.length; v++) {
    made[makers[v]] = 1;
    put(makers[v], begins[v], 4 * v);
  }
  const byCall = (list: readonly number[]): number[] => [...list].sort((a, b) => call[a] - call[b]);
  for (const [version, reads] of evidence.reads) {
    for (const k of byCall(reads)) put(k, Math.max(call[k], begins[version]), 4 * version + 1);
  }
  for (const [version, puts] of evidence.refusable) {
    for (const k of byCall(puts)) {
      if (made[k] === 1 || ret[k] === NEVER) continue;
      if (version >= makers.length) put(k, call[k], width - 1);
      else if (call[k] < begins[version]) put(k, call[k], width - 1);
      else if (call[k] === begins[version]) put(k, call[k], 4 * version - 1);
      else {
        const next = begins[version + 1];
        put(k, Math.max(call[k], next), call[k] > next ? width - 1 : 4 * version + 6);
      }
    }
  }
  const order = argsort(Float64Array.from(keys));
  return Array.from(order, (i) => operations[i]);
}

/** The answers that speak of a version or of the ones beside it. */
function suspectsAt(version: number, evidence: Evidence): number[] {
  const suspects = new Set<number>();
  for (let v = Math.max(0, version - 1); v <= version + 1; v++) {
    for (const k of evidence.reads.get(v) ?? NONE) suspects.add(k);
    for (const k of evidence.makers.get(v) ?? NONE) suspects.add(k);
    for (const k of evidence.refusable.get(v) ?? NONE) suspects.add(k);
  }
  return [...suspects];
}
