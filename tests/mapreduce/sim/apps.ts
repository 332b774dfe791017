/**
 * Applications of every kind a worker treats differently.
 * @module
 */

import type { App } from "../../../mapreduce/mod.ts";
import * as indexer from "../../../mapreduce/apps/indexer.ts";
import * as wc from "../../../mapreduce/apps/wc.ts";
import type { Random } from "../../../runtime/mod.ts";

const APPS: readonly { readonly name: string; readonly app: App }[] = [
  { name: "wc over bytes", app: wc },
  { name: "wc over text", app: { map: wc.map, reduce: wc.reduce, combine: wc.combine } },
  { name: "wc without a combiner", app: { map: wc.map, reduce: wc.reduce } },
  { name: "indexer over bytes", app: indexer },
  { name: "indexer over text, whole", app: { map: indexer.map, reduce: indexer.reduce, whole: true } },
];

/** One of them. */
export function chooseApp(random: Random): { readonly name: string; readonly app: App } {
  return APPS[random.below(APPS.length)];
}
