/**
 * A whole log anew: header, state, entries. A log begins with everything it needs, so that its predecessor may go.
 * @module
 */

import { ByteWriter } from "../../runtime/bytes.ts";
import type { Entry } from "../types.ts";
import { HEAD_BYTES, sealFrame, TAIL_BYTES } from "./frame.ts";
import { type LogHeader, writeLogHeader } from "./header.ts";
import type { LogState } from "./log_state.ts";
import { type LogFormat, type LogRecord, writeRecord } from "./record.ts";

/** Entries are spread over frames of about this size, so that no buffer as large as the log is needed. */
const FRAME_BYTES = 256 << 10;

/** A frame around `record`, and the next chain value. */
export function frameOf(
  record: LogRecord,
  { salt, format, previous, sizeBytes = 0 }: {
    readonly salt: number;
    readonly format: LogFormat;
    readonly previous: number;
    /** A guess of the payload's size. */
    readonly sizeBytes?: number;
  },
): { readonly bytes: Uint8Array; readonly chain: number } {
  const writer = new ByteWriter(HEAD_BYTES + TAIL_BYTES + 64 + sizeBytes);
  for (let at = 0; at < HEAD_BYTES; at++) writer.u8(0);
  writeRecord(writer, record, format);
  for (let at = 0; at < TAIL_BYTES; at++) writer.u8(0);
  const bytes = writer.take();
  return { bytes, chain: sealFrame(bytes, salt, previous) };
}

/** A log that holds `state`, in pieces, and the chain value behind it. */
export function wholeLog(
  header: LogHeader,
  state: LogState,
): { readonly pieces: readonly Uint8Array[]; readonly chain: number } {
  const head = writeLogHeader(header);
  const { salt, format } = header;
  const { hardState, snapshot, entries } = state;
  const pieces = [head];
  let previous = new DataView(head.buffer, head.byteOffset + head.length - 4).getUint32(0, true);
  const add = (record: LogRecord, sizeBytes: number) => {
    const { bytes, chain } = frameOf(record, { salt, format, previous, sizeBytes });
    pieces.push(bytes);
    previous = chain;
  };
  add({ type: "state", hardState, snapshot, entryCount: entries.length }, 0);
  for (let from = 0; from < entries.length;) {
    const { to, sizeBytes } = nextRun(entries, from);
    add({ type: "entries", entries: entries.slice(from, to) }, sizeBytes);
    from = to;
  }
  return { pieces, chain: previous };
}

function nextRun(
  entries: readonly Entry[],
  from: number,
): { readonly to: number; readonly sizeBytes: number } {
  let sizeBytes = 0;
  let to = from;
  while (to < entries.length && sizeBytes < FRAME_BYTES) {
    sizeBytes += entries[to].command.length + 12;
    to++;
  }
  return { to, sizeBytes };
}
