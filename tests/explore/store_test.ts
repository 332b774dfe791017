import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../runtime/random.ts";
import { permutations } from "./names.ts";
import { PairMap } from "./pair_map.ts";
import { MeasuredQueue } from "./queue.ts";
import { createRow, type Row, StateStore } from "./store.ts";

function row(nodes: number[], letters: number[], budget = 0): Row {
  const made = createRow(nodes.length);
  made.nodes.set(nodes);
  made.letters.set(letters);
  made.count = letters.length;
  made.budget = budget;
  return made;
}

Deno.test("a state is known if one with more messages and as large a budget is", () => {
  const store = new StateStore(2, true);
  assertEquals(store.add(row([1, 2], [3, 5, 7], 1), -1, 0), 0);
  assertEquals(store.add(row([1, 2], [3, 7], 1), 0, 0), -1);
  assertEquals(store.add(row([1, 2], [3, 5, 7], 0), 0, 0), -1);
  assertEquals(store.add(row([1, 2], [3, 6], 0), 0, 0), 1);
  assertEquals(store.add(row([1, 2], [3, 5, 7], 2), 0, 0), 2);
  assertEquals(store.add(row([2, 1], [3], 1), 0, 0), 3);
});

Deno.test("a state that a later one covers need not be looked into, and no other", () => {
  const store = new StateStore(1, true);
  store.add(row([1], [3]), -1, 0);
  store.add(row([1], [4]), 0, 0);
  store.add(row([1], [3, 5]), 0, 0);
  assertEquals([0, 1, 2].map((number) => store.isDropped(number)), [true, false, false]);
  assertEquals(store.dropped, 1);
});

Deno.test("without covering only an equal state is known", () => {
  const store = new StateStore(1, false);
  assertEquals(store.add(row([1], [3, 5]), -1, 0), 0);
  assertEquals(store.add(row([1], [3]), 0, 0), 1);
  assertEquals(store.add(row([1], [3]), 0, 0), -1);
  assertEquals(store.add(row([1], [3], 1), 0, 0), 2);
  assertEquals(store.dropped, 0);
});

for (const covering of [true, false]) {
  Deno.test(`10,000 random states, covering ${covering}: the store agrees with a list of sets`, () => {
    const random = seededRandom(11);
    const store = new StateStore(2, covering);
    const known: { key: string; letters: Set<number>; budget: number }[] = [];
    const into = createRow(2);
    for (let turn = 0; turn < 10_000; turn++) {
      const nodes = [random.below(4), random.below(4)];
      const letters = Array.from({ length: 12 }, (_, at) => at * 40).filter(() => random.chance(0.4));
      const budget = random.below(3);
      const key = nodes.join();
      const old = known.some((other) =>
        other.key === key &&
        (covering
          ? other.budget >= budget && letters.every((letter) => other.letters.has(letter))
          : other.budget === budget && other.letters.size === letters.length &&
            letters.every((letter) => other.letters.has(letter)))
      );
      const number = store.add(row(nodes, letters, budget), turn, turn);
      assertEquals(number === -1, old);
      if (number === -1) continue;
      known.push({ key, letters: new Set(letters), budget });
      store.load(number, into);
      assertEquals([...into.nodes], nodes);
      assertEquals([...into.letters.subarray(0, into.count)], letters);
      assertEquals(store.originOf(number), { parent: turn, code: turn });
    }
    assertEquals(store.size, known.length);
  });
}

Deno.test("a queue gives the least measure first, and equal ones as they came", () => {
  const queue = new MeasuredQueue();
  for (const [item, measure] of [[1, 5], [2, 3], [3, 5], [4, 3]]) queue.push(item, measure);
  assertEquals([queue.pop(), queue.pop(), queue.pop()], [2, 4, 1]);
  queue.push(5, 0);
  assertEquals([queue.pop(), queue.pop(), queue.pop(), queue.size], [5, 3, -1, 0]);
});

Deno.test("a pair map of 20,000 pairs agrees with a map of texts", () => {
  const random = seededRandom(12);
  const map = new PairMap();
  const known = new Map<string, number>();
  for (let turn = 0; turn < 20_000; turn++) {
    const [left, right] = [random.below(200), random.below(200)];
    const value = known.get(`${left}/${right}`);
    assertEquals(map.get(left, right), value ?? -1);
    if (value === undefined) {
      map.set(left, right, turn);
      known.set(`${left}/${right}`, turn);
    }
  }
  assertEquals(map.size, known.size);
});

Deno.test("there are n! orders of n names, all different, the identity first", () => {
  for (const [count, orders] of [[1, 1], [2, 2], [3, 6], [4, 24]]) {
    const all = permutations(count);
    assertEquals(all.length, orders);
    assertEquals(new Set(all.map(String)).size, orders);
    assertEquals(all[0], Array.from({ length: count }, (_, at) => at));
    assert(all.every((order) => new Set(order).size === count));
  }
});
