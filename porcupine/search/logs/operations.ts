import { APPEND, type LogAnswers } from "../../fast/log_answers.ts";
import type { LogDraft } from "../../fast/log_draft.ts";
import { READ, WRITE } from "../../fast/register_table.ts";
import type { Memory } from "../../scratch.ts";
import type { LetterOperations } from "../texts/open.ts";
import { valueOperations } from "../values/operations.ts";

/** An entry that may be any append of which nothing is known. */
export const ANY = -1;

/** The operations of a log, numbered by call. */
export interface LogOperations extends LetterOperations {
  /** By operation that looks: what it saw, as in `LogAnswers`. */
  readonly look: Uint8Array;
  readonly place: Float64Array;
  /** By place: the letter of its entry, or `ANY`. */
  readonly entry: Int32Array;
  /** No entry from this place on was seen. */
  readonly length: number;
  /** By place: the first gap in which its entry can have come; ascends. */
  readonly low: Int32Array;
  /** By letter: whether an append of it can be an entry of which nothing is known. */
  readonly isFree: readonly boolean[];
}

/**
 * Appends whose place is known have a letter each; others one for each value that was read where it is not known whose it is; and all
 * whose value was read nowhere else have one letter together: nothing tells them apart.
 */
export function logOperations(
  answers: LogAnswers,
  { table, rivals }: LogDraft,
  memory: Memory,
): LogOperations {
  const { op, value, place, part } = answers;
  const { maker, low, length, limit } = table;
  const count = op.length;
  const code = memory.uint8(count);
  const number = memory.int32(count);
  const isFree: boolean[] = [true];
  const entry = new Int32Array(limit).fill(ANY);
  const letters = new Map<number, number>();
  for (const { place: at, read } of rivals) {
    let letter = letters.get(value[read]);
    if (letter === undefined) {
      letters.set(value[read], letter = isFree.length);
      isFree.push(true);
    }
    entry[at] = letter;
  }
  for (let k = 0; k < count; k++) {
    if (op[k] === 0) continue;
    code[k] = op[k] === APPEND ? WRITE : READ;
    if (op[k] === APPEND) number[k] = letters.get(value[k]) ?? 0;
  }
  for (let at = 0; at < length; at++) {
    if (maker[at] < 0) continue;
    number[maker[at]] = entry[at] = isFree.length;
    isFree.push(false);
  }
  const columns = { count, op: code, value: number, from: memory.int32(count), values: 0, settled: true };
  const operations = valueOperations(columns, part, memory);
  if (operations === undefined) throw new TypeError("of each operation it is known what it does");
  const { numbers } = operations;
  return {
    ...operations,
    letter: operations.value,
    isPut: isFree.map(() => false),
    look: Uint8Array.from({ length: operations.count }, (_, k) => op[numbers[k]]),
    place: Float64Array.from({ length: operations.count }, (_, k) => place[numbers[k]]),
    entry,
    length,
    low,
    isFree,
    initial: 0,
  };
}
