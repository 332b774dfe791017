import type { MicroOperation } from "./types.ts";

/** Whether these are the steps that were asked for, whatever their reads found. */
export function sameSteps(done: readonly MicroOperation[], asked: readonly MicroOperation[]): boolean {
  return done.length === asked.length && done.every((step, i) => isSameStep(step, asked[i]));
}

function isSameStep(step: MicroOperation, asked: MicroOperation): boolean {
  if (step.f !== asked.f || step.key !== asked.key) return false;
  return step.f === "read" || asked.f === "read" || isSameValue(step.value, asked.value);
}

/** NaN is one value here, as it has one text in a state. */
function isSameValue(left: unknown, right: unknown): boolean {
  return left === right || (Number.isNaN(left) && Number.isNaN(right));
}
