import { Budget } from "../budget.ts";
import { Marks } from "../search/values/marks.ts";
import { type Later, searchLater } from "../search/values/relay.ts";
import { ValueSearch } from "../search/values/search.ts";
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
 * In a helper: searches a register from the middle on, with one width after the other, as long as the other thread may need it; and
 * with each width from where the two are still apart.
 */
export function searchFromMiddle(job: LaterJob, send: (reply: Reply) => void): void {
  const { check, seat, task, plan, marks, cells: shared } = job;
  const cells = Cells.of(shared);
  const where = new Marks(plan, marks);
  for (let widthIndex = 0; widthIndex < plan.widths.length && !cells.signal(task).aborted; widthIndex++) {
    if (where.widthIndex > widthIndex) continue;
    if (!searchPieces(job, where, widthIndex, (later) => send({ kind: "relayed", check, task, later }))) {
      break;
    }
  }
  cells.announce(seat);
  send({ kind: "relayOver", check, task });
}

/** With one width; false if a limit has struck. */
function searchPieces(
  { task, operations, limits, cells }: LaterJob,
  marks: Marks,
  widthIndex: number,
  send: (later: Later) => void,
): boolean {
  const signal = Cells.of(cells).signal(task);
  const found: Later[] = [];
  const isOver = {
    get aborted(): boolean {
      return signal.aborted || marks.widthIndex > widthIndex;
    },
  };
  for (let begin = marks.plan.begin; begin >= 0; begin = nextBegin(marks, widthIndex, { begin, found })) {
    const budget = budgetOf(limits, isOver);
    const piece = { marks, widthIndex, number: found.length, begin, found };
    const later = searchLater(new ValueSearch(operations, budget), piece, () => budget.work);
    budget.scratch.giveBack();
    if (later.progress === "stopped") return isOver.aborted;
    found.push(later);
    send(later);
  }
  return true;
}

/** Where the next piece begins: half way to the other thread; -1 if that is not worth it. */
function nextBegin(
  marks: Marks,
  widthIndex: number,
  { begin, found }: { readonly begin: number; readonly found: readonly Later[] },
): number {
  if (found.length >= marks.pieces(widthIndex) || marks.widthIndex !== widthIndex) return -1;
  const { level } = marks;
  return begin - level < Math.max(NEAR.levels, NEAR.share * begin) ? -1 : (begin + level) >>> 1;
}
