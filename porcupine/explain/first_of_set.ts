import { NEVER } from "../history.ts";
import { SetWatch } from "../online/set_watch.ts";
import { watchedCall } from "../online/watched.ts";
import type { Inquiry } from "./inquiry.ts";

/** So many answers lie between two looks at the clock. */
const PACE = 16;

/**
 * The return, by its position, at which a set that grows is impossible first, as its watch has it: one pass over the history, where
 * a question about all that was answered before some return goes through every member that was read by then. `undefined` if there
 * is none, or something was to be taken out. It is a guess like any other: two questions settle it.
 */
export function firstOfSet<State, Input, Output>(
  { model, recorded: { operations }, part, budget }: Inquiry<State, Input, Output>,
): number | undefined {
  const { kind } = model;
  if (kind?.type !== "wholeSet") return undefined;
  const { ids, call, ret, returns } = part;
  const watch = new SetWatch(model, kind, {});
  const called = Array.from(ids, (id, k) => watchedCall<Input, Output>(k, "", operations[id].input, call[k]));
  let next = 0;
  for (let r = 0; r < returns.length; r++) {
    if (r % PACE === 0 && budget.expired()) return undefined;
    const k = returns[r];
    for (; next < called.length && call[next] < ret[k]; next++) {
      if (!watch.call(called[next])) return undefined;
      if (ret[next] !== NEVER) continue;
      called[next].status = "lost";
      watch.lose(called[next]);
    }
    const { outcome } = operations[ids[k]];
    if (outcome.status !== "ok") return undefined;
    Object.assign(called[k], {
      status: "returned",
      ret: ret[k],
      answer: { known: true, output: outcome.output },
    });
    const standing = watch.answer(called[k]);
    if (standing !== "ok") return standing === "illegal" ? r : undefined;
  }
  return undefined;
}
