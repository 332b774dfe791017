/**
 * Everything that a store holds, and its snapshots.
 * @module
 */

import { ByteReader, ByteWriter } from "../../runtime/bytes.ts";
import { SnapshotError } from "../errors.ts";
import { EventHistory, type HistoryLimits } from "./event_history.ts";
import { Leases } from "./leases.ts";
import { OrderedKeys } from "./ordered_keys.ts";
import { readEntry, writeEntry } from "./question_codec.ts";
import type { StoreEntry } from "./types.ts";

/** Everything that a store holds; replaced as a whole by a restore. */
export interface StoreContent {
  /** How many commands have changed something. */
  revision: number;
  readonly entries: Map<string, StoreEntry>;
  readonly order: OrderedKeys;
  readonly leases: Leases;
  readonly history: EventHistory;
}

const SNAPSHOT_LAYOUT = 1;

/** What a new store holds. */
export function emptyContent(limits: HistoryLimits): StoreContent {
  return {
    revision: 0,
    entries: new Map(),
    order: new OrderedKeys(),
    leases: new Leases(),
    history: new EventHistory(limits),
  };
}

/** Writes everything, in an order that depends on nothing but the state. */
export function encodeContent(content: StoreContent): Uint8Array {
  const [whole] = contentPieces(content, Infinity);
  return whole;
}

/**
 * The same bytes in pieces of about `pieceBytes`, each made when it is asked for: with many keys the whole takes seconds, in
 * which a leader would say nothing. The content must not change meanwhile.
 */
export function* contentPieces(
  content: StoreContent,
  pieceBytes: number,
): Generator<Uint8Array, void, void> {
  const { revision, entries, order, leases, history } = content;
  let writer = new ByteWriter(4096);
  writer.u8(SNAPSHOT_LAYOUT);
  writer.varint(revision);
  leases.encode(writer);
  writer.varint(entries.size);
  for (const key of order.from("")) {
    const entry = entries.get(key);
    if (entry !== undefined) writeEntry(writer, entry);
    if (writer.length < pieceBytes) continue;
    yield writer.take();
    writer = new ByteWriter(pieceBytes);
  }
  history.encode(writer);
  yield writer.take();
}

/** Reads what `encodeContent` wrote. Throws `SnapshotError` for anything else. */
export function decodeContent(data: Uint8Array, limits: HistoryLimits): StoreContent {
  let layout = 0;
  try {
    const reader = new ByteReader(data);
    layout = reader.u8();
    if (layout === SNAPSHOT_LAYOUT) return readContent(reader, limits);
  } catch (cause) {
    throw new SnapshotError("malformed", "Cannot restore a store that does not decode; nothing was changed", {
      cause,
    });
  }
  throw new SnapshotError("newer", `Cannot restore a store of layout ${layout}: upgrade this node`);
}

function readContent(reader: ByteReader, limits: HistoryLimits): StoreContent {
  const revision = reader.varint();
  const leases = Leases.decode(reader);
  const entries = new Map<string, StoreEntry>();
  const order = new OrderedKeys();
  for (let left = reader.varint(); left > 0; left--) {
    const entry = readEntry(reader);
    entries.set(entry.key, entry);
    order.add(entry.key);
    if (entry.lease !== 0) leases.attach(entry.lease, entry.key);
  }
  const history = EventHistory.decode(reader, limits);
  reader.end();
  return { revision, entries, order, leases, history };
}
