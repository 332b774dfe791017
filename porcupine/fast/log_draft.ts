import type { Part } from "../parts.ts";

/**
 * When each entry of a log can have come, and by whom. Instants are gaps: gap `g` lies between the events of rank `g` and
 * `g + 1`, and an operation can take effect in the gaps from its call to just before its return. Arrays go by place.
 */
export interface LogTable {
  readonly part: Part;
  /** The places below this one held an entry for certain. */
  readonly length: number;
  /** No place from this one on can ever have held one. */
  readonly limit: number;
  /** The append of each entry, if that is known; otherwise -1. */
  readonly maker: Int32Array;
  /** The first gap in which an entry can have come, and the last one; both ascend. `NEVER`: at any time. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** The operations that these bounds come from; -1: none. */
  readonly lowBy: Int32Array;
  readonly highBy: Int32Array;
  /** By operation: who saw the entry of an append that was not told its place; -1: nobody. */
  readonly seenBy: Int32Array;
  /** The appends of which nobody knows the place, by call. */
  readonly unplaced: readonly number[];
  /** Who only looked, by call; and the entry that must have been there then; -1: none need have been. */
  readonly looks: readonly number[];
  readonly after: readonly number[];
}

/** An entry that was read, and can be any of several appends. */
export interface Rival {
  readonly place: number;
  /** Who read it. */
  readonly read: number;
}

/** What is known of a log, and the entries of which it is not known which of several appends they are. */
export interface LogDraft {
  readonly table: LogTable;
  readonly rivals: readonly Rival[];
  /** Whether an append that was answered was told no place, and was not found. */
  readonly hasHomeless: boolean;
}
