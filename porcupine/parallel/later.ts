import { Budget } from "../budget.ts";
import { Assistance } from "../search/values/assistance.ts";
import { ASSISTED, Marks, PIECES } from "../search/values/marks.ts";
import type { ValueOperations } from "../search/values/operations.ts";
import { type Later, type PieceOf, searchLater } from "../search/values/relay.ts";
import { ValueSearch } from "../search/values/search.ts";
import { Widening } from "../search/values/widening.ts";
import { sleepWhile } from "../workers.ts";
import { Cells } from "./cells.ts";
import type { LaterJob, Reply, SentLimits } from "./messages.ts";

/**
 * Between two searches that are no further from each other than this, or than a share of the way to there, which has to be gone
 * again, nobody begins: it takes some tens of levels until two searches meet.
 */
const NEAR = { levels: 384, share: 1 / 16 };

/** The limits that were sent. */
export function budgetOf(
  { timeLeftMs, memoryLimitBytes }: SentLimits,
  signal: { readonly aborted: boolean } | undefined,
): Budget {
  return new Budget({
    ...(timeLeftMs !== null && { timeLimitMs: timeLeftMs }),
    ...(memoryLimitBytes !== null && { memoryLimitBytes }),
    ...(signal !== undefined && { signal }),
  });
}

/**
 * In a helper: searches a register from the middle on, and then from where the two are still apart, as long as the other thread may
 * need it.
 */
export function searchFromMiddle(
  { check, seat, task, plan, marks, assistance, operations, limits, cells: shared }: LaterJob,
  send: (reply: Reply) => void,
): void {
  const cells = Cells.of(shared);
  const where = new Marks(plan, marks);
  const assisted = new Assistance(assistance);
  const found: Later[] = [];
  for (let begin = plan.begin; begin >= 0; begin = nextBegin(where, begin, found.length)) {
    const budget = budgetOf(limits, cells.signal(task));
    const isNeeded = (cells: Int32Array, state: number): boolean => {
      sleepWhile(cells, state);
      return !budget.expired();
    };
    const later = searchPiece(operations, {
      marks: where,
      number: found.length,
      begin,
      found: (piece) => piece === ASSISTED ? assisted.wait(piece, isNeeded) : found[piece],
    }, budget);
    budget.scratch.giveBack();
    if (later.progress === "stopped") break;
    found.push(later);
    send({ kind: "relayed", check, task, later });
  }
  cells.announce(seat);
  send({ kind: "relayOver", check, task });
}

/** Searches a piece with a budget of its own. */
export function searchPiece(operations: ValueOperations, piece: PieceOf, budget: Budget): Later {
  return searchLater(new Widening(new ValueSearch(operations, budget), budget), piece, () => budget.work);
}

/** Where the next piece begins: half way to the other thread; -1 if that is not worth it. */
function nextBegin({ level }: Marks, begin: number, pieces: number): number {
  if (pieces >= PIECES) return -1;
  return begin - level < Math.max(NEAR.levels, NEAR.share * begin) ? -1 : (begin + level) >>> 1;
}
