/**
 * The coordinator's task table as a sequential object, for the checker: who may be given what, and whose report counts.
 * @module
 */

import type { Answer } from "../../../mapreduce/mod.ts";
import type { Answer as Reply, NondeterministicModel } from "../../../porcupine/mod.ts";
import type { TableInput, TableOutput } from "./table_types.ts";
import { tableInWords } from "./table_words.ts";

export type { TableInput, TableOutput } from "./table_types.ts";

/** The winning attempt of each task, 0 for none. */
type Winners = readonly number[];

function withWinner(winners: Winners, task: number, attempt: number): Winners {
  return winners.map((winner, at) => at === task ? attempt : winner);
}

/** The table of a job with so many tasks. */
export function tableModel(
  maps: number,
  reduces: number,
): NondeterministicModel<Winners, TableInput, TableOutput> {
  const isWon = (winners: Winners, from: number, to: number) =>
    winners.slice(from, to).every((one) => one !== 0);
  return {
    name: "task table",
    init: () => new Array(maps + reduces).fill(0),
    key: (winners) => winners.join(),
    readOnly: ({ op }) => op === "ask",
    steps(winners, input, reply: Reply<TableOutput>) {
      if (input.op === "ask") {
        if (!reply.known || reply.output.op !== "ask") return [winners];
        return isLegal(winners, reply.output.answer) ? [winners] : [];
      }
      if (input.op === "reopen") return [withWinner(winners, input.task, 0)];
      const { ref, outcome } = input;
      const accepted = reply.known && reply.output.op === "report" ? reply.output.accepted : null;
      const winner = winners[ref.task];
      if (outcome.kind !== "done") return [winners];
      const counts = winner === 0 || winner === ref.attempt
        ? [withWinner(winners, ref.task, ref.attempt)]
        : [];
      // The winner must never be told that it lost.
      if (accepted === true) return counts;
      if (accepted === false) return winner === ref.attempt ? [] : [winners];
      return [winners, ...counts];
    },
    describeOperation: (input, reply) => tableInWords(maps, input, reply),
  };

  function isLegal(winners: Winners, answer: Answer): boolean {
    if (answer.kind === "wait") return true;
    if (answer.kind === "exit") return isWon(winners, maps, maps + reduces);
    const { task } = answer.ref;
    return winners[task] === 0 && (task < maps || isWon(winners, 0, maps));
  }
}
