/**
 * Which keys a step is about.
 * @module
 */

import type { Step } from "../kv/store/steps.ts";

/** The keys that `step` names; null for one about all keys that there are. */
export function keysOf(step: Step): readonly string[] | null {
  switch (step.op) {
    case "size":
    case "keys":
      return null;
    case "getAll":
    case "count":
    case "remove":
      return step.keys;
    case "setAll":
      return step.pairs.map(([key]) => key);
    default:
      return [step.key];
  }
}
