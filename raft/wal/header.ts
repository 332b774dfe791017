/**
 * The first bytes of every file: whose it is, in which format, and what belongs to it.
 *
 * A file gets its name only when it is whole and synced. So its header is never torn: if it does not match its checksum, it
 * was damaged.
 * @module
 */

import { ByteReader, ByteWriter } from "../../runtime/bytes.ts";
import { WireError } from "../../runtime/wire_error.ts";
import type { Index, NodeId, Standing, Term } from "../types.ts";
import { crc32c } from "./crc32c.ts";
import type { LogFormat } from "./record.ts";
import { StorageError } from "./storage_error.ts";

/** What every file says of its owner. */
export interface Owner {
  readonly member: NodeId;
  readonly incarnation: number;
}

/** The header of a log. */
export interface LogHeader extends Owner {
  readonly number: number;
  /** Chosen anew for each file, so that no frame of another file passes for one of this. */
  readonly salt: number;
  /** What its frames have room for. */
  readonly format: LogFormat;
  readonly standing: Standing;
}

/** The header of a snapshot; the data follows it. */
export interface SnapshotHeader extends Owner {
  readonly number: number;
  readonly index: Index;
  readonly term: Term;
  readonly sizeBytes: number;
  /** The checksum of the data. */
  readonly sum: number;
}

/** A header as it was found. */
export interface Found<H> {
  readonly header: H;
  /** Where what follows it begins. */
  readonly end: number;
  /** Its own checksum, from which the chain of frames starts. */
  readonly chain: number;
}

const MAGIC = new TextEncoder().encode("flotilla");
/**
 * The newest that is known. Snapshots of version 1 had their size as a count: its length was not known before the last piece. Logs of version 1 have
 * no room for configurations, and are written as long as there are none.
 */
const VERSION = { log: 2, snapshot: 2 } as const;
const KIND = { log: 0x4c, snapshot: 0x53 } as const;
/** Bytes before the body: magic, kind, version, length of the body. */
const FIXED_BYTES = MAGIC.length + 6;

/** The header of a log, as bytes. */
export function writeLogHeader(header: LogHeader): Uint8Array {
  return seal("log", header.format, (body) => {
    writeOwner(body, header);
    body.u32(header.salt);
    body.u8(header.standing === "voter" ? 0 : 1);
  });
}

/** The header of a snapshot, as bytes: as many whatever its size and checksum are. */
export function writeSnapshotHeader(header: SnapshotHeader): Uint8Array {
  return seal("snapshot", VERSION.snapshot, (body) => {
    writeOwner(body, header);
    body.varint(header.index);
    body.varint(header.term);
    body.f64(header.sizeBytes);
    body.u32(header.sum);
  });
}

/** Reads the header of the log `path`. Throws {@linkcode StorageError} (`damaged`, `newer`). */
export function readLogHeader(path: string, file: Uint8Array): Found<LogHeader> {
  return open("log", path, file, (body, version) => ({
    ...readOwner(body),
    format: version === 1 ? 1 : 2,
    salt: body.u32(),
    standing: body.u8() === 0 ? "voter" : "amnesiac",
  }));
}

/** Reads the header of the snapshot `path`. Throws {@linkcode StorageError} (`damaged`, `newer`). */
export function readSnapshotHeader(path: string, file: Uint8Array): Found<SnapshotHeader> {
  return open("snapshot", path, file, (body, version) => ({
    ...readOwner(body),
    index: body.varint(),
    term: body.varint(),
    sizeBytes: version === 1 ? body.varint() : body.f64(),
    sum: body.u32(),
  }));
}

function writeOwner(body: ByteWriter, owner: Owner & { readonly number: number }): void {
  body.varint(owner.number);
  body.string(owner.member);
  body.varint(owner.incarnation);
}

function readOwner(body: ByteReader): Owner & { readonly number: number } {
  return { number: body.varint(), member: body.string(), incarnation: body.varint() };
}

function seal(kind: keyof typeof KIND, version: number, fill: (body: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  writer.raw(MAGIC);
  writer.u8(KIND[kind]);
  writer.u8(version);
  writer.u32(0);
  fill(writer);
  writer.patchU32(FIXED_BYTES - 4, writer.length - FIXED_BYTES);
  writer.u32(0);
  const bytes = writer.take();
  const end = bytes.length - 4;
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(end, crc32c(bytes.subarray(0, end)), true);
  return bytes;
}

function open<H>(
  kind: keyof typeof KIND,
  path: string,
  file: Uint8Array,
  read: (body: ByteReader, version: number) => H,
): Found<H> {
  if (file.length < FIXED_BYTES + 4 || MAGIC.some((byte, at) => file[at] !== byte)) {
    throw damaged(path, `Cannot read the ${kind}: the file does not begin as one`);
  }
  // Later formats keep to this much, so that a flipped bit is not taken for one.
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = FIXED_BYTES + view.getUint32(FIXED_BYTES - 4, true);
  const chain = end + 4 > file.length ? -1 : view.getUint32(end, true);
  if (chain !== crc32c(file.subarray(0, Math.min(end, file.length))) || file[MAGIC.length] !== KIND[kind]) {
    throw damaged(path, `Cannot read the ${kind}: its header does not match its checksum`);
  }
  const version = file[MAGIC.length + 1];
  if (version > VERSION[kind]) {
    const what = `Cannot read the ${kind}: it has format ${version}, and this version knows formats up to ${
      VERSION[kind]
    }`;
    throw new StorageError("newer", { file: path, offset: MAGIC.length + 1 }, what);
  }
  try {
    const body = new ByteReader(file.subarray(FIXED_BYTES, end));
    const header = read(body, version);
    body.end();
    return { header, end: end + 4, chain };
  } catch (cause) {
    if (cause instanceof WireError) {
      throw damaged(path, `Cannot read the ${kind}: its header makes no sense`, cause);
    }
    throw cause;
  }
}

function damaged(file: string, what: string, cause?: unknown): StorageError {
  return new StorageError("damaged", { file, offset: 0 }, what, { cause });
}
