/**
 * Everything that a store holds, and its snapshots.
 * @module
 */

import { ByteReader, ByteWriter } from "../../runtime/bytes.ts";
import { WireError } from "../../runtime/wire_error.ts";
import { SnapshotError } from "../errors.ts";
import { EntryTable } from "./entry_table.ts";
import { EventHistory, type HistoryLimits } from "./event_history.ts";
import type { HashKey } from "./key_hash.ts";
import { Leases } from "./leases.ts";

/** Everything that a store holds; replaced as a whole by a restore. */
export interface StoreContent {
  /** How many commands have changed something. */
  revision: number;
  readonly entries: EntryTable;
  readonly leases: Leases;
  readonly history: EventHistory;
}

/** The last entry of a piece seldom ends with it. */
const ROOM_BYTES = 4096;

/** What a content is made with. */
export interface ContentOptions {
  readonly limits: HistoryLimits;
  readonly hashKey: HashKey;
}

const SNAPSHOT_LAYOUT = 1;

/** What a new store holds. */
export function emptyContent({ limits, hashKey }: ContentOptions): StoreContent {
  return {
    revision: 0,
    entries: new EntryTable(hashKey),
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
  const { revision, entries, leases, history } = content;
  let writer = new ByteWriter(4096);
  writer.u8(SNAPSHOT_LAYOUT);
  writer.varint(revision);
  leases.encode(writer);
  writer.varint(entries.size);
  for (const part of entries.parts()) {
    writer.raw(part);
    if (writer.length < pieceBytes) continue;
    yield writer.take();
    writer = new ByteWriter(pieceBytes + ROOM_BYTES);
  }
  history.encode(writer);
  yield writer.take();
}

/** Reads what `encodeContent` wrote. Throws `SnapshotError` for anything else. */
export function decodeContent(data: Uint8Array, options: ContentOptions): StoreContent {
  let layout = 0;
  try {
    const reader = new ByteReader(data);
    layout = reader.u8();
    if (layout <= SNAPSHOT_LAYOUT) return readContent(data, options);
  } catch (cause) {
    throw new SnapshotError("malformed", "Cannot restore a store that does not decode; nothing was changed", {
      cause,
    });
  }
  throw new SnapshotError("newer", `Cannot restore a store of layout ${layout}: upgrade this node`);
}

function readContent(data: Uint8Array, { limits, hashKey }: ContentOptions): StoreContent {
  const head = new ByteReader(data);
  // There was no layout before the first: to ask for a newer node would send whoever reads it the wrong way.
  if (head.u8() !== SNAPSHOT_LAYOUT) throw new WireError("malformed", "Cannot decode a store of no layout");
  const revision = head.varint();
  const leases = Leases.decode(head);
  const count = head.varint();
  const entries = new EntryTable(hashKey);
  const end = entries.decode(data, head.offset, {
    count,
    onLease: (lease, key) => leases.attach(lease, key),
  });
  const reader = new ByteReader(data, end);
  const history = EventHistory.decode(reader, limits);
  reader.end();
  return { revision, entries, leases, history };
}
