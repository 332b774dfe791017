/**
 * The long run of the cycle checker against trying every order: `deno task oracle --cycles`.
 *
 * @module
 */
import { againstOrders, missed, promiseKept, smallHistory, strongestOf } from "./compare.ts";
import { STORES } from "./stores.ts";

/** One history in so many is too long for the oracle: only what its store promises is looked at. */
const LONG = 50;

/** Judges `count` histories from seed `first` on; prints what each kind of store did, and differences. Answers the exit code. */
export function longRun(first: number, count: number): number {
  const tally = new Map<string, number>();
  let wrong = 0;
  let open = 0;
  for (let seed = first; seed < first + count; seed++) {
    const difference = againstOrders(seed) ?? (seed % LONG === 0 ? promiseKept(seed) : undefined);
    if (difference !== undefined) {
      wrong++;
      console.error(
        `seed ${seed} (again: deno task oracle --cycles --seed ${seed} --count 1): ${difference}`,
      );
    }
    const { store, history } = smallHistory(seed);
    const row = `${store} ${strongestOf(history).strongest}`;
    tally.set(row, (tally.get(row) ?? 0) + 1);
    if (missed(history)) open++;
    if ((seed - first + 1) % 10_000 === 0) console.error(`... ${seed - first + 1} of ${count} histories`);
  }
  for (const store of STORES) {
    const rows = [...tally].filter(([row]) => row.startsWith(`${store} `)).sort(([, a], [, b]) => b - a);
    console.log(
      `${store.padEnd(12)} ${rows.map(([row, n]) => `${row.slice(store.length + 1)} ${n}`).join(", ")}`,
    );
  }
  console.log(
    `${count} histories, ${wrong} differences; in ${open} the order of registers hid what no order explains`,
  );
  return wrong === 0 ? 0 : 1;
}
