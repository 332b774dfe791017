import type { LogAction } from "../types.ts";

/** Whether a number can be the place of an entry. */
export function isPlace(place: number): boolean {
  return Number.isSafeInteger(place) && place >= 0;
}

/** Whether an answer is one to what was asked: it may say that nothing was done. */
export function isAnswerTo(asked: LogAction, action: LogAction): boolean {
  if (asked.op !== "append") return asked.op === "nothing" && action.op !== "append";
  return action.op === "nothing" || (action.op === "append" && action.value === asked.value);
}
