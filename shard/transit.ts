/**
 * What is on its way: shards kept for their new owners, shards expected from their old ones, and who is still to be told.
 *
 * Each move has a name: the shard, and the number of the map that moves it. So a shard that goes away and comes back while an
 * older move of it is unfinished is no special case, and no map ever has to wait for a move (labs S10, S12).
 * @module
 */

import type { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import type { Groups, Holder } from "./map.ts";
import { readHolder, writeHolder } from "./map_codec.ts";
import { type Part, readParts, writeParts } from "./parts.ts";
import type { ShardId } from "./placement.ts";

/** Why a shard is kept: `leaving` for its new owner; `frozen` for nobody yet, because the last group has left. */
export type KeptState = "frozen" | "leaving";

/** A shard that is no longer served here, and not yet deleted. */
export interface Kept {
  /** The shard. */
  readonly shard: ShardId;
  /** The map that moves it away. */
  readonly number: number;
  /** For whom. */
  readonly state: KeptState;
  /** Its contents when it was last served. */
  readonly contents: Uint8Array;
}

/** A shard that is on its way here. */
export interface Expected {
  /** The shard. */
  readonly shard: ShardId;
  /** The map that moves it here. */
  readonly number: number;
  /** Who has it. */
  readonly from: Holder;
  /** A later map has moved it on before it came: it is to be kept under that number at once. Null if it stays. */
  readonly onward: { readonly number: number; readonly state: KeptState } | null;
}

/** An old owner that still keeps what has arrived here. */
export interface Debt {
  /** The shard. */
  readonly shard: ShardId;
  /** The map that moved it here. */
  readonly number: number;
  /** Who is to delete it. */
  readonly from: Holder;
}

/** Things by shard and map number, in the order in which they came: that order is part of the replicated state. */
export class Moves<T extends { readonly shard: ShardId; readonly number: number }> {
  readonly #items = new Map<string, T>();

  /** How many. */
  get size(): number {
    return this.#items.size;
  }

  /** All of them. */
  get all(): T[] {
    return [...this.#items.values()];
  }

  /** The one of that move. */
  get(shard: ShardId, number: number): T | undefined {
    return this.#items.get(nameOf(shard, number));
  }

  /** Adds or replaces one. */
  set(item: T): void {
    this.#items.set(nameOf(item.shard, item.number), item);
  }

  /** Takes one out. */
  take(shard: ShardId, number: number): T | undefined {
    const item = this.get(shard, number);
    this.#items.delete(nameOf(shard, number));
    return item;
  }
}

/** A move's name. */
export function nameOf(shard: ShardId, number: number): string {
  return `${shard}@${number}`;
}

/** See the module's page. */
export class Transit {
  /** Shards kept. */
  readonly kept: Moves<Kept> = new Moves();
  /** Shards expected. */
  readonly expected: Moves<Expected> = new Moves();
  /** Deletions owed. */
  readonly debts: Moves<Debt> = new Moves();
  /** What has come of shards that come piece by piece. */
  readonly parts: Moves<Part> = new Moves();

  /** The move by which `shard` comes here only to go on under `number`. */
  passing(shard: ShardId, number: number): Expected | undefined {
    return this.expected.all.find((one) => one.shard === shard && one.onward?.number === number);
  }

  /**
   * Groups that were members before and are now may have other servers, as when their disks went to other machines: whoever were
   * asked where they were would be waited for without end. One that has left and joined again is not followed: it may be a new
   * one, with nothing in it, of the old one's number.
   */
  follow(before: Groups, now: Groups): void {
    for (const [group, servers] of now) {
      if (!before.has(group)) continue;
      for (const moves of [this.expected, this.debts] as Moves<Expected | Debt>[]) {
        for (const one of moves.all) {
          if (one.from.group === group) moves.set({ ...one, from: { ...one.from, servers } });
        }
      }
    }
  }

  /** Writes everything; of parts only where there are any, and `decode` has to be told so. */
  encode(writer: ByteWriter): void {
    writer.varint(this.kept.size);
    for (const { shard, number, state, contents } of this.kept.all) {
      writeMove(writer, shard, number);
      writer.u8(state === "frozen" ? 1 : 2);
      writer.bytes(contents);
    }
    writer.varint(this.expected.size);
    for (const { shard, number, from, onward } of this.expected.all) {
      writeMove(writer, shard, number);
      writeHolder(writer, from);
      writer.u8(onward === null ? 0 : onward.state === "frozen" ? 1 : 2);
      if (onward !== null) writer.varint(onward.number);
    }
    writer.varint(this.debts.size);
    for (const { shard, number, from } of this.debts.all) {
      writeMove(writer, shard, number);
      writeHolder(writer, from);
    }
    if (this.parts.size > 0) writeParts(writer, this.parts.all);
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader, withParts: boolean): Transit {
    const transit = new Transit();
    for (let left = reader.varint(); left > 0; left--) {
      const [shard, number] = readMove(reader);
      const state = reader.u8() === 1 ? "frozen" : "leaving";
      // A copy: the snapshot's buffer must not be kept alive by one shard.
      transit.kept.set({ shard, number, state, contents: reader.bytes().slice() });
    }
    for (let left = reader.varint(); left > 0; left--) {
      const [shard, number] = readMove(reader);
      const from = readHolder(reader);
      const state = reader.u8();
      const onward = state === 0
        ? null
        : { number: reader.varint(), state: state === 1 ? "frozen" as const : "leaving" as const };
      transit.expected.set({ shard, number, from, onward });
    }
    for (let left = reader.varint(); left > 0; left--) {
      const [shard, number] = readMove(reader);
      transit.debts.set({ shard, number, from: readHolder(reader) });
    }
    if (withParts) { for (const part of readParts(reader)) transit.parts.set(part); }
    return transit;
  }
}

function writeMove(writer: ByteWriter, shard: ShardId, number: number): void {
  writer.varint(shard);
  writer.varint(number);
}

function readMove(reader: ByteReader): [ShardId, number] {
  return [reader.varint(), reader.varint()];
}
