/**
 * What is asked of a task table, and what it says, in plain words.
 * @module
 */

import type { Answer, Outcome } from "../../../mapreduce/mod.ts";
import type { Answer as Reply } from "../../../porcupine/mod.ts";
import type { TableInput, TableOutput } from "./table_types.ts";

/** One operation of the table of a job with so many map tasks. */
export function tableInWords(maps: number, input: TableInput, reply: Reply<TableOutput>): string {
  const nameOf = (task: number) => task < maps ? `map ${task}` : `reduce ${task - maps}`;
  const output = reply.known ? reply.output : null;
  switch (input.op) {
    case "ask": {
      const answer = output?.op === "ask" ? answerInWords(output.answer, nameOf) : "?";
      return `${input.worker} asks for work -> ${answer}`;
    }
    case "report": {
      const { ref, outcome } = input;
      const answer = output?.op !== "report" ? "?" : output.accepted ? "taken in" : "not taken in";
      return `attempt ${ref.attempt} of ${nameOf(ref.task)} reports ${outcomeInWords(outcome)} -> ${answer}`;
    }
    case "reopen":
      return `${nameOf(input.task)} has to be done again${output === null ? ", perhaps" : ""}`;
  }
}

function answerInWords(answer: Answer, nameOf: (task: number) => string): string {
  switch (answer.kind) {
    case "task":
      return `${nameOf(answer.ref.task)}, attempt ${answer.ref.attempt}`;
    case "wait":
      return "wait";
    case "exit":
      return `go: ${answer.reason}`;
  }
}

function outcomeInWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case "done":
      return `that it is done, ${outcome.pairs} pairs`;
    case "lost":
      return `that files of map ${outcome.maps.join(", ")} are lost`;
    case "failed":
    case "unfit":
      return `that the application failed: ${outcome.message}`;
    case "storage":
      return `that its machine failed: ${outcome.message}`;
  }
}
