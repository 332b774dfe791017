import { assert, assertEquals } from "@std/assert";
import { registerBounds } from "../../../porcupine/levels/bounds.ts";
import { Effort } from "../../../porcupine/levels/effort.ts";
import { peelStaleReads } from "../../../porcupine/levels/peel.ts";
import { sessionsOf } from "../../../porcupine/levels/session.ts";
import { staleModel } from "../../../porcupine/levels/stale_model.ts";
import { checkOperations, registerModel } from "../../../porcupine/mod.ts";
import { forSeeds } from "../fuzz/compare.ts";
import { Random, randomHistory } from "../fuzz/random.ts";
import { registerShape } from "../fuzz/shapes.ts";

Deno.test("The bounds on k hold: searched k lies between them", () =>
  forSeeds("the bounds on k", 80, (seed) => {
    const history = randomHistory(registerShape({ unique: true, cas: false }), 12, new Random(seed))
      .sort((a, b) => a.callAt - b.callAt);
    const sessions = sessionsOf(registerModel(), history, history.map((_, i) => i));
    const bounds = registerBounds(sessions);
    if (bounds === undefined) return undefined;
    let k = 1;
    while (checkOperations(staleModel(registerModel(), k), history).kind === "illegal") k++;
    const shown = `seed ${seed}: k ${k}, bounds ${JSON.stringify(bounds)}\n${
      history.map((one) => JSON.stringify(one)).join("\n")
    }`;
    assert(bounds.atLeast <= k && k <= bounds.atMost, shown);
    const peeled = peelStaleReads(sessions, new Effort({ timeLimitMs: Infinity }));
    assert(peeled === undefined || peeled >= k, `peeled ${peeled}, ${shown}`);
    assertEquals(bounds.lag.staleReads > 0, bounds.atLeast > 1, shown);
    return undefined;
  }));

Deno.test("An update whose answer depends on the state does so where reads may be stale, too", () => {
  const swap = { f: "cas", from: 1, to: 2 } as const;
  const answer = { known: true, output: { f: "cas", swapped: true } } as const;
  for (const k of [1, 2]) {
    const { effect } = staleModel(registerModel(), k);
    assertEquals(effect?.(swap, answer), "update");
    assertEquals(
      effect?.({ f: "write", value: 1 }, { known: true, output: { f: "write" } }),
      k === 1 ? "overwrite" : "blind",
    );
  }
});
