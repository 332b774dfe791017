import type { VersionedAction } from "../types.ts";
import { type Blocks, Draft, type Impossible } from "./block_draft.ts";
import type { Sessions } from "./session.ts";

/** A versioned value: one block, in which the version is the place. */
export function versionBlocks<State, Input, Output>(
  { ids, answered }: Sessions<State, Input, Output>,
  initial: string,
  actions: readonly (VersionedAction | undefined)[],
): Blocks | Impossible | undefined {
  const draft = new Draft(ids.length);
  const values = new Map<number, { value: string; by: number }>([[0, { value: initial, by: -1 }]]);
  const makers = new Map<number, number>();
  let last = 0;
  for (let k = 0; k < ids.length; k++) {
    const action = actions[k];
    if (action === undefined) return undefined;
    if (action.op === "nothing") continue;
    // No version is half a change, or less than none: places between those there are would be free, and the answer right there.
    if (!Number.isSafeInteger(action.version) || action.version < 0) return undefined;
    if (action.op === "put" && action.effect !== "stored") {
      // Refused, or perhaps so: right wherever the version is another one. (Where it is not, the search may know better.)
      if (answered[k] === 1) draft.loose.push({ operation: k, block: 0, step: 2 * action.version });
      continue;
    }
    const version = action.op === "get" ? action.version : action.version + 1;
    const known = values.get(version);
    if (known !== undefined && known.value !== action.value) {
      const operations = known.by < 0 ? [k] : [known.by, k];
      return { operations, because: `version ${version} had another value` };
    }
    if (known === undefined) values.set(version, { value: action.value, by: k });
    if (action.op === "put") {
      const rival = makers.get(version);
      if (rival !== undefined) return { operations: [rival, k], because: `both made version ${version}` };
      makers.set(version, k);
    }
    draft.place(k, 0, action.op === "get" ? 2 * version : 2 * version - 1);
    last = Math.max(last, version);
  }
  // A version that only puts of unclear outcome can have made: which of them did is for the search.
  if (makers.size < last) return undefined;
  return draft.done();
}
