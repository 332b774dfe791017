import { type CollectionView, readTraffic, type Traffic } from "./collection.ts";
import { decideCollection } from "./copies.ts";
import { cutAt, type Cuts } from "./queue.ts";
import type { FastInput, FastResult } from "./result.ts";

/**
 * Bags: a removal takes out any of the values. Linear, but for a sort.
 *
 * **Without empty dequeues** a history is possible exactly if by the return of each removal no more copies of its value had been
 * taken out, this one included, than insertions of it had been called (`readTraffic` refuses what is not so). For then every
 * insertion can take effect at its call and every removal at its return. A removal whose answer was lost is left out: what is
 * possible in a bag is possible in one that holds more.
 *
 * **Empty dequeues** need a gap each that no value covers for certain, and any such gaps will do. The proof is that of `decideQueue`,
 * without its order of the values. Within a stretch between two chosen gaps each operation takes effect at the latest of its call,
 * the gap in front and, if it is a removal, its insertion's instant. None has returned by then: if a value is behind a gap `t`, its
 * insertion or its removal was called after `t`. The other one has not returned by `t`: an insertion that had would make the value
 * cover `t`, and a removal that had would have taken out what was not put in yet.
 *
 * Copies of a value cannot be told apart; so we may say that the copy put in first is the one that leaves first.
 */
export function decideBag<Input, Output>(
  kind: CollectionView<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const traffic = readTraffic(kind, input);
  if (traffic === undefined || "verdict" in traffic) return traffic;
  if (traffic.empties.length === 0) return { verdict: "ok", order: atOnce(traffic) };
  return decideCollection(traffic, {
    copies: "asPutIn",
    arrange,
    sooner: ({ insertReturn }, v, w) => insertReturn[v] - insertReturn[w],
  }, input.budget);
}

/** Insertions at their calls, removals at their returns: ranks, each of one event. */
function atOnce(
  traffic: Exclude<ReturnType<typeof readTraffic>, undefined | { verdict: string }>,
): Int32Array {
  const { part } = traffic;
  const inserts = "inserts" in traffic ? traffic.inserts.flat() : [...traffic.insert];
  const removes = "inserts" in traffic ? traffic.removes.flat() : [...traffic.remove].filter((k) => k >= 0);
  const steps = [
    ...inserts.map((k) => ({ k, rank: part.call[k] })),
    ...removes.map((k) => ({ k, rank: part.ret[k] })),
  ];
  return Int32Array.from(steps.sort((a, b) => a.rank - b.rank), ({ k }) => k);
}

function arrange(traffic: Traffic): FastResult {
  const cuts = cutAt(traffic);
  return "verdict" in cuts ? cuts : { verdict: "ok", order: layOut(traffic, cuts) };
}

/** An instant is a gap; within one, what belongs before an empty dequeue, then that, then what belongs behind it. */
interface Step {
  readonly k: number;
  readonly segment: number;
  readonly gap: number;
  /** Insertions before removals, and those before the empty dequeues at the segment's end. */
  readonly turn: number;
}

function layOut(traffic: Traffic, { gaps, gapOf, segment }: Cuts): Int32Array {
  const { count, insert, remove, insertCall, removeCall, empties } = traffic;
  const steps: Step[] = empties.map((k, i) => ({
    k,
    segment: gaps.indexOf(gapOf[i]),
    gap: gapOf[i],
    turn: 2,
  }));
  for (let v = 0; v < count; v++) {
    const start = segment[v] === 0 ? -1 : gaps[segment[v] - 1];
    const into = Math.max(insertCall[v], start);
    steps.push({ k: insert[v], segment: segment[v], gap: into, turn: 0 });
    if (remove[v] < 0) continue;
    steps.push({ k: remove[v], segment: segment[v], gap: Math.max(removeCall[v], into), turn: 1 });
  }
  steps.sort((a, b) => a.segment - b.segment || a.gap - b.gap || a.turn - b.turn);
  return Int32Array.from(steps, ({ k }) => k);
}
