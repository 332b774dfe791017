import { graphOf } from "./dependencies.ts";
import { shownBy } from "./explain_register.ts";
import { ENDLESS, type Patience } from "./patience.ts";
import { type Dependency, shortCycle } from "./search.ts";
import { type FirstSight, sightOf } from "./sight.ts";
import type { Transaction } from "./types.ts";

/**
 * Transactions whose answers no order explains, as numbers: who takes part in what is wrong, and who shows it. `undefined` if nothing is known to
 * be wrong, or the history cannot be judged by its dependencies (see `tableOf`). Each transaction must be a process of its own: what
 * one client asked for at one instant overlaps.
 *
 * *Proof* that there is no linearization by `transactionModel` then. Suppose there is one: all that were committed and some of the
 * lost stand in a row, none of the failed, and each acts at once. Every value is written to a key once at most, by those that failed or
 * are lost, too (`tableOf` refuses all else, and values that are not equal to themselves). So of what was found, and was not the
 * reader's own, the writer stands earlier in the row and is done with that key; and of a list, which only grows, all reads
 * are beginnings of one list.
 *
 * - No finding can be there, whatever its name: a value of nobody, of one that failed, or that its writer itself went on from; one
 *   element twice, or two of one writer in the other order; a transaction that misses its own, or sees it early; two reads in one that
 *   differ; two lists neither of which begins the other; two that replaced the same state, as the second would have found what the first did.
 * - No cycle can be there, as each edge leads to a later place in the row. Edges go between those that stand in it: the
 *   committed, and the lost of which somebody committed saw something. Who wrote or appended stands before who found it, or
 *   went on from there. Who found a state stands before who replaced it, as that state does not come back; who found
 *   nothing, before everybody who wrote; who read a list, before everybody who appended what it lacks, whether somebody read that or
 *   whoever appended it is known to have been committed. Who had ended stands before who was called later. And where one that had to
 *   do with a value had ended before one that had to do with another was called, the register held the first before the
 *   second: each is held once, in one piece, and so is a row of values of which each was made from the one before.
 *
 * Nothing is taken from the answers of those that are not believed, so that of a few believed ones the same can be asked.
 * Throws `CutShort`.
 */
export function contradictionOf(
  history: readonly Transaction[],
  patience: Patience = ENDLESS,
): readonly number[] | undefined {
  const sight = sightOf(history, patience);
  if (sight === undefined) return undefined;
  const [amiss] = sight.findings.list();
  if (amiss !== undefined) return amiss.transactions;
  const cycle = shortCycle(graphOf({ ...sight, linearizableKeys: false }), history.length, patience);
  if (cycle === null) return undefined;
  const named = cycle.flatMap((step) => [step.from, ...shownByOthers(sight, step)]).filter((t) => t >= 0);
  const isAnswered = (t: number): boolean => history[t].outcome.status === "ok";
  // A cycle of lost ones may be shown at the end of a row of values that is too long to be gone through: somebody in it was answered.
  return named.some(isAnswered) ? [...new Set(named)] : [...history.keys()].filter(isAnswered);
}

/** Who else is to be believed for a dependency: who read the longest list, or took part in what real time says. */
function shownByOthers({ words, orders }: FirstSight, step: Dependency): readonly number[] {
  if (step.about < 0) return [];
  if (words.table.isList[step.about] === 1) return [orders.witness[step.about]];
  return step.scope === 3 ? shownBy(words, step) : [];
}
