import type { SceneFacts } from "../facts.ts";
import { COLUMN, FLAG } from "./columns.ts";
import { readCounts, readDeltas, readLengths, Texts, unpackColumns } from "./unpack.ts";

/** The history as the page holds it: columns by operation, client, partition and place in the order. */
export interface PageScene {
  readonly facts: SceneFacts;
  readonly count: number;
  readonly client: Int32Array;
  readonly part: Int32Array;
  /** Bits of `FLAG`. */
  readonly flags: Int32Array;
  readonly colour: Int32Array;
  /** Times as recorded; the return of an operation without an answer is Infinity. */
  readonly callTime: Float64Array;
  readonly returnTime: Float64Array;
  /** Operations by call and by return; those that never returned come last. */
  readonly byCall: Int32Array;
  readonly byReturn: Int32Array;
  readonly lines: Float64Array | null;
  readonly text: OperationTexts;
  readonly clients: readonly string[];
  /** The group of each client; empty if it has none. */
  readonly groups: readonly string[];
  readonly parts: PageParts;
  /** All orders, one partition after the other. */
  readonly order: Float64Array;
  /** Where an operation stands in `order`; -1 if it has no place. */
  readonly position: Int32Array;
  readonly names: Names;
  /** The states along `order`. */
  readonly state: States;
  readonly core: ReadonlySet<number>;
  readonly illegalNext: ReadonlySet<number>;
}

/** The partitions, by number. */
export interface PageParts {
  readonly key: readonly string[];
  /** Indices of `PART_VERDICTS`. */
  readonly verdict: Int32Array;
  /** Operations. */
  readonly size: Int32Array;
  /** Where its order begins in `order`; one entry more than partitions. */
  readonly start: Int32Array;
}

/** Reads the packed columns. */
export async function readScene(facts: SceneFacts, packed: string): Promise<PageScene> {
  const columns = await unpackColumns(packed);
  const { count } = facts;
  const parts = readParts(facts, columns);
  const placed = parts.start[facts.partCount];
  const order = readDeltas(columns[COLUMN.order], placed);
  const position = new Int32Array(count).fill(-1);
  for (let k = 0; k < placed; k++) position[order[k]] = k;
  const flags = readCounts(columns[COLUMN.flags], count);
  const { callTime, returnTime } = readTimes(facts, columns, flags);
  const story = new Texts(columns[COLUMN.story], count + placed);
  return {
    facts,
    count,
    client: readCounts(columns[COLUMN.client], count),
    part: readCounts(columns[COLUMN.part], count),
    flags,
    colour: readCounts(columns[COLUMN.colour], count),
    callTime,
    returnTime,
    byCall: sortedIndices(callTime),
    byReturn: sortedIndices(returnTime),
    lines: columns[COLUMN.line].length === 0 ? null : readDeltas(columns[COLUMN.line], count),
    text: new OperationTexts(story, position, placed),
    clients: new Texts(columns[COLUMN.clientName], facts.clientCount).all(),
    groups: new Texts(columns[COLUMN.clientGroup], facts.clientCount).all(),
    names: readNames(facts, columns),
    parts,
    order,
    position,
    state: new States(facts.initialState, parts.start, story),
    core: new Set(facts.core),
    illegalNext: new Set(facts.illegalNext),
  };
}

function readParts(facts: SceneFacts, columns: readonly Uint8Array[]): PageParts {
  const placed = readCounts(columns[COLUMN.partPlaced], facts.partCount);
  const start = new Int32Array(facts.partCount + 1);
  for (let p = 0; p < facts.partCount; p++) start[p + 1] = start[p] + placed[p];
  return {
    key: new Texts(columns[COLUMN.partKey], facts.partCount).all(),
    verdict: readCounts(columns[COLUMN.partVerdict], facts.partCount),
    size: readCounts(columns[COLUMN.partSize], facts.partCount),
    start,
  };
}

function readTimes(
  { count, timeScale }: SceneFacts,
  columns: readonly Uint8Array[],
  flags: Int32Array,
): { callTime: Float64Array; returnTime: Float64Array } {
  const callTime = readDeltas(columns[COLUMN.call], count);
  const returnTime = readLengths(columns[COLUMN.length], count);
  for (let i = 0; i < count; i++) {
    returnTime[i] = (flags[i] & FLAG.lost) !== 0 ? Infinity : (callTime[i] + returnTime[i]) / timeScale;
    callTime[i] /= timeScale;
  }
  return { callTime, returnTime };
}

/** Indices in the order of their values. Values nearly in order, as recorded times are, cost one pass. */
export function sortedIndices(values: Float64Array): Int32Array {
  const indices = new Int32Array(values.length);
  let ordered = true;
  for (let i = 0; i < values.length; i++) {
    indices[i] = i;
    ordered = ordered && (i === 0 || values[i - 1] <= values[i]);
  }
  if (ordered) return indices;
  // Infinity minus Infinity is not a number, and would leave the order to chance.
  return indices.sort((a, b) => values[a] === values[b] ? a - b : values[a] < values[b] ? -1 : 1);
}

/** What each operation did, as `storyColumn` wrote it down: those in an order first, each with the state after it. */
export class OperationTexts {
  readonly #story: Texts;
  /** The place of each operation in the story. */
  readonly #places: Int32Array;
  #small: readonly string[] | undefined;

  constructor(story: Texts, position: Int32Array, placed: number) {
    this.#story = story;
    let next = 2 * placed;
    this.#places = position.map((k) => (k >= 0 ? 2 * k : next++));
  }

  /** Of one operation. */
  at(operation: number): string {
    return this.#story.at(this.#places[operation]);
  }

  /** Of all of them in small letters, for a search; kept, since one letter more is another search. */
  small(): readonly string[] {
    if (this.#small === undefined) {
      const all = this.#story.all();
      this.#small = Array.from(this.#places, (place) => all[place].toLowerCase());
    }
    return this.#small;
  }
}

/** The states along the orders; one that is empty is as the one before it. */
export class States {
  readonly #initial: string;
  readonly #start: Int32Array;
  readonly #story: Texts;

  constructor(initial: string, start: Int32Array, story: Texts) {
    this.#initial = initial;
    this.#start = start;
    this.#story = story;
  }

  /** The state after an entry of the order of a partition. */
  after(part: number, entry: number): string {
    for (let k = entry; k >= this.#start[part]; k--) {
      const text = this.#story.at(2 * k + 1);
      if (text !== "") return text;
    }
    return this.#initial;
  }

  /** The state just before it. */
  before(part: number, entry: number): string {
    return this.after(part, entry - 1);
  }

  /** The state in which the order of a partition ends. */
  atEnd(part: number): string {
    return this.after(part, this.#start[part + 1] - 1);
  }
}

/** The operations of a history by what they do, as `get`, `put`. */
export interface Names {
  /** The distinct names, by first appearance. */
  readonly list: readonly string[];
  /** How many operations have each. */
  readonly counts: Int32Array;
  /** The name of each operation. */
  readonly of: Int32Array;
}

function readNames(facts: SceneFacts, columns: readonly Uint8Array[]): Names {
  const of = readCounts(columns[COLUMN.name], facts.count);
  const counts = new Int32Array(facts.nameCount);
  for (const name of of) counts[name]++;
  return { list: new Texts(columns[COLUMN.nameText], facts.nameCount).all(), counts, of };
}
