import type { Budget } from "../../budget.ts";
import { READ, WRITE } from "../../fast/register_table.ts";
import { GET, PUT, type Written } from "../../fast/tokens.ts";
import type { Part } from "../../parts.ts";
import { valueOperations } from "../values/operations.ts";
import type { LetterOperations } from "./open.ts";
import { Beginnings } from "./beginnings.ts";

/** The operations of a text that matter to a search, numbered by call. */
export interface TextOperations extends LetterOperations {
  /** By get: the number of what it answered. */
  readonly answer: Int32Array;
  readonly beginnings: Beginnings;
  /** By operation: when it was called. */
  readonly call: Int32Array;
}

/** Picks them out of what was written and read. */
export function textOperations(
  { written: { op, value }, initial, part }: {
    readonly written: Written;
    readonly initial: string;
    readonly part: Part;
  },
  budget: Budget,
): TextOperations {
  const memory = budget.scratch;
  const { length: count } = op;
  const code = memory.uint8(count);
  const number = memory.int32(count);
  const numbers = new Map<string, number>();
  const letters: string[] = [];
  const isPut: boolean[] = [];
  const read: string[] = [];
  for (let k = 0; k < count; k++) {
    budget.tick(k);
    if (op[k] === 0) continue;
    if (op[k] === GET) {
      code[k] = READ;
      read.push(value[k]);
      continue;
    }
    // To append nothing is to do nothing.
    if (op[k] !== PUT && value[k] === "") continue;
    code[k] = WRITE;
    const name = (op[k] === PUT ? "p" : "a") + value[k];
    let letter = numbers.get(name);
    if (letter === undefined) {
      numbers.set(name, letter = letters.length);
      letters.push(value[k]);
      isPut.push(op[k] === PUT);
    }
    number[k] = letter;
  }
  const beginnings = new Beginnings(letters, read);
  for (let k = 0; k < count; k++) if (code[k] === READ) number[k] = beginnings.numberOf(value[k]);
  const table = { count, op: code, value: number, from: memory.int32(count), values: 0, settled: true };
  const operations = valueOperations(table, part, memory);
  if (operations === undefined) throw new TypeError("of each operation it is known what it does");
  const call = memory.int32(operations.count);
  for (let k = 0; k < operations.count; k++) call[k] = part.call[operations.numbers[k]];
  return {
    ...operations,
    letter: operations.value,
    answer: operations.value,
    isPut,
    beginnings,
    call,
    initial: beginnings.stateOf(initial),
  };
}
