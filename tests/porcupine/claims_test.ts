import { assert, assertEquals } from "@std/assert";
import { Claims } from "../../porcupine/fast/claims.ts";
import { TOGETHER } from "../../porcupine/fast/zones.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { type Part, partition } from "../../porcupine/parts.ts";
import {
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { OWN_ARRAYS } from "../../porcupine/scratch.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { Random, randomHistory } from "./fuzz/random.ts";
import { registerShape } from "./fuzz/shapes.ts";

type History = readonly Operation<RegisterInput, RegisterOutput>[];

/** A zone, as it is defined: from the first return to the last call. */
interface Zone {
  readonly from: number;
  readonly to: number;
}

function areRivals(left: Zone, right: Zone): boolean {
  const isForward = ({ from, to }: Zone): boolean => from < to;
  if (isForward(left) && isForward(right)) return left.from < right.to && right.from < left.to;
  if (isForward(left)) return left.from < right.to && right.from < left.to;
  return isForward(right) && areRivals(right, left);
}

/** Who is held to have found what, looked through from the beginning each time. */
class Truth {
  readonly held = new Map<number, number>();
  readonly settled = new Set<number>();
  readonly writers: readonly number[];
  readonly readers: readonly number[];
  readonly makers: readonly number[];
  readonly part: Part;

  constructor(history: History, part: Part) {
    const all = Array.from(part.ids, (_, k) => k);
    const kind = (k: number) => history[part.ids[k]].input.f;
    this.part = part;
    this.makers = all.filter((k) => kind(k) !== "read");
    this.readers = all.filter((k) => kind(k) !== "write" && part.returns.includes(k));
    this.writers = [...this.makers.keys(), this.makers.length];
  }

  copy(): Truth {
    const copy: Truth = Object.create(Truth.prototype);
    return Object.assign(copy, this, { held: new Map(this.held) });
  }

  after(writer: number): number[] {
    return [...this.held].filter(([k, w]) => w === writer && this.makers.includes(k)).map(([k]) =>
      this.makers.indexOf(k)
    );
  }

  before(writer: number): number {
    return this.held.get(this.makers[writer] ?? -1) ?? -1;
  }

  /** The operations of a writer and those that read it. */
  segment(writer: number): number[] {
    const reads = [...this.held].filter(([k, w]) => w === writer && !this.makers.includes(k)).map(([k]) => k);
    return writer < this.makers.length ? [this.makers[writer], ...reads] : reads;
  }

  /** The writers of a chain, in order; `undefined` if it goes round in a circle, or parts. */
  chain(writer: number): number[] | undefined {
    let head = writer;
    for (let left = this.writers.length; this.before(head) >= 0; left--) {
      if (left === 0) return undefined;
      head = this.before(head);
    }
    const chain = [head];
    for (let next = this.after(head); next.length > 0; next = this.after(next[0])) {
      if (next.length > 1) return undefined;
      chain.push(next[0]);
    }
    return chain;
  }

  zone(chain: readonly number[]): Zone {
    const all = chain.flatMap((w) => this.segment(w));
    const from = chain[0] === this.makers.length ? -1 : Math.min(...all.map((k) => this.part.ret[k]));
    return { from, to: Math.max(-1, ...all.map((k) => this.part.call[k])) };
  }

  /** Whether all chains are some, and in none of them real time goes the other way. */
  isInOrder(): boolean {
    const { call, ret } = this.part;
    return this.writers.every((writer) => {
      const chain = this.chain(writer);
      return chain !== undefined &&
        chain.every((w, at) =>
          this.segment(w).every((k) =>
            chain.slice(0, at).every((p) => this.segment(p).every((earlier) => ret[k] > call[earlier]))
          )
        );
    });
  }

  zones(): Map<number, Zone> {
    const heads = this.writers.filter((w) => this.before(w) < 0);
    return new Map(heads.map((head) => [head, this.zone(this.chain(head) ?? [head])]));
  }

  haveRivals(): boolean {
    const zones = [...this.zones().values()];
    return zones.some((left, i) => zones.some((right, j) => i < j && areRivals(left, right)));
  }

  with(k: number, writer: number): Truth {
    const copy = this.copy();
    copy.held.set(k, writer);
    return copy;
  }
}

/** What is wrong with the zones of the claims; `undefined` if nothing is. */
function wrongZones({ chains: { head, field } }: Claims, truth: Truth): string | undefined {
  const zones = truth.zones();
  for (const w of truth.writers) {
    const chain = truth.chain(w)?.[0] ?? -1;
    if (head[w] !== chain) return `${w} is in the chain of ${head[w]}, not of ${chain}`;
  }
  for (const [chain, { from, to }] of zones) {
    if (field.from[chain] !== from || field.to[chain] !== to) return `the zone of ${chain}`;
  }
  return undefined;
}

/** What is wrong with whom the claims tell as rivals of a chain with one more; `undefined` if nothing is. */
function wrongRivals(claims: Claims, truth: Truth, k: number, writer: number): string | undefined {
  const zones = truth.zones();
  const own = truth.chain(writer)?.[0] ?? -1;
  const joined = truth.makers.indexOf(k);
  const grown = truth.with(k, writer).zone(truth.with(k, writer).chain(writer) ?? []);
  const before = truth.zone(truth.chain(writer) ?? []);
  const told = new Set(claims.rivalsWith(writer, k));
  if (grown.from === before.from && grown.to === before.to) {
    return told.size > 0 ? `${[...told]} are told as rivals of what does not grow` : undefined;
  }
  for (const [chain, zone] of zones) {
    if (chain === own || chain === joined) continue;
    const isOne = areRivals(grown, zone);
    // Of a zone that is a forward one those that it has already need not be told again.
    const isKnown = before.from < before.to && areRivals(before, zone);
    if (told.has(chain) ? !isOne : isOne && !isKnown) {
      return `${chain} is ${isOne ? "a" : "no"} rival of ${writer} with ${k}`;
    }
  }
  const others = [...told].filter((chain) => !zones.has(chain) || chain === own || chain === joined);
  return others.length > 0 ? `${others} are no other chains` : undefined;
}

const title =
  "zones and rivals are those of the chains as they are defined, whatever was given and taken back";
Deno.test(title, () => {
  let made = 0;
  let count = 0;
  forSeeds(title, 600, (seed) => {
    const random = new Random(seed);
    const history = randomHistory(registerShape({ cas: seed % 3 > 0 }), 6 + random.below(14), random);
    const [part] = partition(registerModel(), history, orderHistory(history));
    const truth = new Truth(history, part);
    const { held, settled, readers, writers } = truth;
    const claims = new Claims(Int32Array.from(truth.makers), part, OWN_ARRAYS);
    // Some are settled, where nothing is in the way: the others are given to be taken back.
    const isWild = random.below(4) === 0;
    for (const k of readers) {
      const writer = random.pick(writers);
      const next = truth.with(k, writer);
      const fits = next.isInOrder() && !next.haveRivals();
      if (random.below(3) > 0 || (!fits && !isWild)) continue;
      held.set(k, writer);
      settled.add(k);
      claims.settle(k, writer);
    }
    const clash = claims.begin();
    const isPossible = truth.isInOrder() && !truth.haveRivals();
    if (!isPossible || clash !== undefined) {
      return isPossible === (clash === undefined) ? undefined : `${clash?.reason}, and it is ${isPossible}`;
    }
    // Mostly one that was called not long before, so that chains grow.
    const near = (k: number): number => {
      const later = truth.makers.findIndex((maker) => maker >= k);
      return Math.max(0, (later < 0 ? truth.makers.length : later) - 1 - random.below(3));
    };
    for (let turn = 0; turn < 60; turn++) {
      const k = random.pick(readers.filter((one) => !settled.has(one)).concat(-1));
      if (k < 0) continue;
      const holder = held.get(k);
      if (holder !== undefined) {
        held.delete(k);
        claims.take(k, holder);
      } else {
        const writer = random.below(3) > 0 ? near(k) : random.pick(writers);
        const fits = truth.with(k, writer).isInOrder();
        const inTheWay = claims.inTheWay(k, writer);
        if (fits !== (inTheWay?.length === 0)) return `${inTheWay} in the way of ${k} after ${writer}`;
        if (inTheWay === undefined) continue;
        for (const other of inTheWay) {
          if (settled.has(other) || !held.has(other)) return `${other} cannot be taken away`;
          claims.take(other, held.get(other) ?? -1);
          held.delete(other);
        }
        if (inTheWay.length > 0) made++;
        count++;
        if (!truth.with(k, writer).isInOrder()) return `${inTheWay} are not all that is in the way of ${k}`;
        const wrong = wrongRivals(claims, truth, k, writer);
        if (wrong !== undefined) return wrong;
        held.set(k, writer);
        claims.give(k, writer);
      }
      const wrong = wrongZones(claims, truth) ?? wrongEnds(claims, truth);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  });
  assert(count < 1000 || made > count / 50, `${made} of ${count} had something in the way`);
});

/** Those that mark an end, and may leave, are told; and whoever is told makes the zone smaller, or leaves the chain smaller. */
function wrongEnds(claims: Claims, truth: Truth): string | undefined {
  const { call, ret } = truth.part;
  for (const [chain, zone] of truth.zones()) {
    const ends = claims.endsOf(chain);
    const members = truth.chain(chain) ?? [];
    for (const k of ends) {
      const writer = truth.held.get(k) ?? -1;
      if (truth.settled.has(k) || !members.includes(writer)) return `${k} is an end of ${chain}`;
    }
    for (const w of members) {
      for (const k of truth.segment(w)) {
        const marks = ret[k] === zone.from || call[k] === zone.to;
        const isGiven = truth.held.get(k) === w && !truth.settled.has(k);
        if (marks && isGiven && !ends.includes(k)) return `${k} is no end of ${chain}`;
      }
    }
    // A mark that cannot leave can be left: at the nearest link on each side.
    if (ends.length > 0) continue;
    const isLoose = members.some((w) => w !== members[0] && !truth.settled.has(truth.makers[w]));
    if (isLoose) return `nothing can leave ${chain}`;
  }
  return undefined;
}

Deno.test("what follows a swap far behind is in the way of what is called late far before", () => {
  const swap = (callAt: number, returnAt: number): History[number] => ({
    client: callAt,
    callAt,
    input: { f: "cas", from: 1, to: 1 },
    outcome: { status: "ok", returnAt, output: { f: "cas", swapped: true } },
  });
  const history = [swap(0, 21), swap(1, 22), swap(2, 5), swap(6, 20)];
  const [part] = partition(registerModel(), history, orderHistory(history));
  const claims = new Claims(Int32Array.of(0, 1, 2, 3), part, OWN_ARRAYS);
  claims.begin();
  claims.give(0, 3);
  claims.give(2, 1);
  // The third has returned before the fourth is called: they cannot stand in one chain, the fourth first.
  assertEquals(claims.inTheWay(1, 0), [0]);
});

Deno.test("two swaps of one write, and two that follow each other, clash when all are settled", () => {
  const swap = (client: string): History[number] => ({
    client,
    callAt: 0,
    input: { f: "cas", from: 1, to: 1 },
    outcome: { status: "ok", returnAt: 9, output: { f: "cas", swapped: true } },
  });
  const history = [swap("a"), swap("b"), swap("c")];
  const [part] = partition(registerModel(), history, orderHistory(history));
  const settled = (...pairs: readonly (readonly [number, number])[]) => {
    const claims = new Claims(Int32Array.of(0, 1, 2), part, OWN_ARRAYS);
    for (const [k, writer] of pairs) claims.settle(k, writer);
    return claims.begin();
  };
  assertEquals(settled([1, 0], [2, 1]), undefined);
  assertEquals(settled([1, 0], [2, 0]), {
    writers: [1, 2],
    reason: "what was written once was replaced twice",
  });
  assertEquals(settled([1, 2], [2, 1])?.reason, "each of them replaced what another one wrote, in a cycle");
  assertEquals(settled([1, 1])?.writers, [1]);
});

Deno.test("Zones of settled reads that lie one over the other are not gone along", () => {
  const value = (i: number) => 100_000 + i;
  const count = 500;
  const writes = Array.from({ length: count }, (_, i): History[number] => ({
    client: `w${i}`,
    callAt: 0,
    input: { f: "write", value: value(i) },
    outcome: { status: "unknown" },
  }));
  const reads = Array.from({ length: 2 * count }, (_, i): History[number] => ({
    client: "reader",
    callAt: 1 + 2 * i,
    input: { f: "read" },
    outcome: { status: "ok", returnAt: 2 + 2 * i, output: { f: "read", value: value(i % count) } },
  }));
  const [part] = partition(registerModel(), [...writes, ...reads], orderHistory([...writes, ...reads]));
  const claims = new Claims(Int32Array.from(writes.keys()), part, OWN_ARRAYS);
  for (let i = 0; i < 2 * count; i++) claims.settle(count + i, i % count);
  assertEquals(claims.begin()?.reason, TOGETHER);
  assert(claims.work < 10 * part.end, `${claims.work} ranks of ${part.end} were looked at`);
});
