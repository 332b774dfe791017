/**
 * What the change driver keeps in a store: the map that is, and the plan that is being carried out.
 *
 * Both stand under one key, so one versioned put decides between two drivers (labs S23).
 * @module
 */

import { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import type { Plan, ShardMap } from "./map.ts";
import { readMap, readPlan, writeMap, writePlan } from "./map_codec.ts";

/** The record. */
export interface ChangeRecord {
  /** The committed map. */
  readonly current: ShardMap;
  /** The plan that is being carried out; null for none. */
  readonly next: Plan | null;
}

/** A record and its version in the store. */
export interface StoredRecord extends ChangeRecord {
  /** 0 for one that was never stored. */
  readonly version: number;
}

/** A store with versioned puts, such as `kv/`'s. It may be a single server or a replicated one. */
export interface RecordStore {
  /** What is under the driver's key, or null. Linearizable. */
  read(): Promise<{ readonly value: string; readonly version: number } | null>;
  /** Writes if the version matches. `maybe`: nobody can tell whether it was written. */
  write(value: string, version: number): Promise<"written" | "mismatch" | "maybe">;
}

/** A record as text. */
export function encodeRecord({ current, next }: ChangeRecord): string {
  const writer = new ByteWriter(512);
  writeMap(writer, current);
  writer.u8(next === null ? 0 : 1);
  if (next !== null) writePlan(writer, next);
  return writer.take().toBase64();
}

/** Reads what `encodeRecord` gave. */
export function decodeRecord(text: string): ChangeRecord {
  const reader = new ByteReader(Uint8Array.fromBase64(text));
  const current = readMap(reader);
  return { current, next: reader.u8() === 0 ? null : readPlan(reader) };
}
