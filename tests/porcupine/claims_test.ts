import { assert } from "@std/assert";
import { Claims } from "../../porcupine/fast/claims.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition } from "../../porcupine/parts.ts";
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

const title = "rivals are those of the zones as they are defined, whatever was given and taken back";
Deno.test(title, () =>
  forSeeds(title, 300, (seed) => {
    const random = new Random(seed);
    const history = randomHistory(registerShape({ cas: false }), 6 + random.below(14), random);
    const [part] = partition(registerModel(), history, orderHistory(history));
    const all = Array.from(part.ids, (_, k) => k);
    const makers = all.filter((k) => history[part.ids[k]].input.f === "write");
    const reads = all.filter((k) => history[part.ids[k]].input.f === "read" && part.returns.includes(k));
    const claims = new Claims(Int32Array.from(makers), part, OWN_ARRAYS);
    const held = new Map<number, number>();
    const zone = (writer: number, more: readonly number[] = []): Zone => {
      const mine = [...held].filter(([, w]) => w === writer).map(([k]) => k).concat(more);
      const own = writer < makers.length ? [makers[writer]] : [];
      const from = writer < makers.length ? Math.min(...[...own, ...mine].map((k) => part.ret[k])) : -1;
      return { from, to: Math.max(-1, ...[...own, ...mine].map((k) => part.call[k])) };
    };
    const writers = [...makers.keys(), makers.length];
    // Some of the reads are settled, where that makes no rivals: the others are given to be taken back.
    const settled = new Set<number>();
    const isWild = random.below(4) === 0;
    for (const k of reads) {
      const writer = random.pick(writers);
      const makesRivals = writers.some((w) => w !== writer && areRivals(zone(writer, [k]), zone(w)));
      if (random.below(3) > 0 || (makesRivals && !isWild)) continue;
      held.set(k, writer);
      settled.add(k);
      claims.settle(k, writer);
    }
    const pair = claims.begin();
    const found = pair !== undefined && areRivals(zone(pair[0]), zone(pair[1]));
    const exist = writers.some((v) => writers.some((w) => v !== w && areRivals(zone(v), zone(w))));
    if (exist || pair !== undefined) {
      return exist && found ? undefined : `${pair} are said to be rivals, and ${exist ? "some" : "none"} are`;
    }
    for (let turn = 0; turn < 40; turn++) {
      const k = random.pick(reads.filter((one) => !settled.has(one)).concat(-1));
      if (k < 0) continue;
      const holder = held.get(k);
      if (holder !== undefined) {
        held.delete(k);
        claims.take(k, holder);
      } else {
        const writer = random.pick(writers);
        const grown = zone(writer, [k]);
        const before = zone(writer);
        const expected = writers.filter((w) =>
          w !== writer && areRivals(grown, zone(w)) &&
          !(before.from < before.to && areRivals(before, zone(w)))
        );
        const told = new Set(claims.rivalsWith(writer, k));
        // Of a zone that is a forward one those that it has already may be told again.
        const isWrong = expected.some((w) => !told.has(w)) ||
          [...told].some((w) => !areRivals(grown, zone(w)));
        const isSame = grown.from === before.from && grown.to === before.to;
        if (isSame ? told.size > 0 : isWrong) {
          return `rivals of ${writer} with ${k}: ${[...told]}, not ${expected}`;
        }
        held.set(k, writer);
        claims.give(k, writer);
      }
      for (const w of writers) {
        const { from, to } = zone(w);
        if (claims.from[w] !== from || claims.to[w] !== to) return `the zone of ${w}`;
        for (const v of writers) {
          if (
            v !== w && claims.areRivals(v, w) !== areRivals(zone(v), zone(w))
          ) return `whether ${v} and ${w} are rivals`;
        }
      }
    }
    return undefined;
  }));

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
  const [left, right] = claims.begin() ?? [0, 0];
  assert(left !== right && claims.areRivals(left, right));
  assert(claims.work < 10 * part.end, `${claims.work} ranks of ${part.end} were looked at`);
});
