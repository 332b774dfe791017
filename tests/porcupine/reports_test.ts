/** What is told of partitions while others are still being decided: the verdict is the one of before. */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { conclude, prepare } from "../../porcupine/check.ts";
import { decide } from "../../porcupine/decide.ts";
import type { Decision } from "../../porcupine/decision.ts";
import { type KvInput, kvModel, type KvOutput, type Operation } from "../../porcupine/mod.ts";
import { recorded } from "../../porcupine/parts.ts";
import { Reports } from "../../porcupine/reports.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { Random } from "./fuzz/random.ts";
import { simulate, specOf } from "./generate.ts";
import { kvOperation } from "./generate/operations.ts";

const MANNER = { strategy: "auto", contest: "both" } as const;

/** The decisions as one thread has them: none behind the first illegal one. */
function heeded(decisions: readonly Decision[]): Decision[] {
  const guilty = decisions.findIndex(({ verdict }) => verdict === "illegal");
  return guilty < 0 ? [...decisions] : decisions.slice(0, guilty + 1);
}

const title =
  "partitions that are reported in any order, while others are open, make the verdict that they make in the end";
Deno.test(title, () => {
  let illegal = 0;
  forSeeds(title, 30, (seed) => {
    const random = new Random(seed);
    const { ok, bad } = simulate(specOf({ model: "kv", clients: 4, ops: 120, keys: 5, reads: 0.4, seed }));
    const operations: Operation<KvInput, KvOutput>[] = (seed % 2 === 0 ? bad ?? ok : ok).map(kvOperation);
    const budget = new Budget({});
    const prepared = prepare(kvModel(), operations, budget);
    if ("kind" in prepared) throw new TypeError("there is no limit");
    const history = recorded(operations);
    const all = prepared.parts.map((part) => decide(kvModel(), history, part, new Budget({}), MANNER));
    const decisions = heeded(all);
    const findings = { model: kvModel(), recorded: history, ...prepared, decisions, budget, options: {} };
    const reports = new Reports(prepared);
    const from = random.below(all.length);
    for (let i = 0; i < all.length; i++) {
      const p = (from + i) % all.length;
      if (all[p].verdict === "ok" && random.below(4) > 0) reports.note(p, all[p]);
    }
    const verdict = conclude(findings, reports);
    if (verdict.kind === "illegal") illegal++;
    // As texts, which show what a list has behind its end.
    assertEquals(JSON.stringify(verdict), JSON.stringify(conclude(findings)), `seed ${seed}`);
    return undefined;
  });
  assert(illegal > 0, "nothing was tried of what is behind an illegal partition");
});
