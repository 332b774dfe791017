/**
 * Cuts what nodes say to one another into messages, and knows each message's kind.
 * @module
 */

import { messageCodec } from "../../raft/codec.ts";
import { ByteReader } from "../../runtime/bytes.ts";
import { readWord } from "../../runtime/deno/frames.ts";
import { describeMessage } from "../cluster/describe.ts";
import type { Piece, Slicer } from "./proxy.ts";

const LENGTH_BYTES = 4;
const NOTHING = new Uint8Array();

/** A slicer for one direction of one connection; bytes that are not ours pass as they come. */
export function frameSlicer(): Slicer {
  const channels = new Map<number, string>();
  let rest = NOTHING;
  let foreign = false;
  return (bytes) => {
    const all = joined(rest, bytes);
    rest = NOTHING;
    const pieces: Piece[] = [];
    let from = 0;
    while (!foreign && all.length - from >= LENGTH_BYTES) {
      const length = new DataView(all.buffer, all.byteOffset + from).getUint32(0, true);
      const to = from + LENGTH_BYTES + length;
      if (to > all.length) break;
      try {
        pieces.push(pieceOf(all.slice(from, to), channels));
      } catch {
        foreign = true;
        break;
      }
      from = to;
    }
    if (foreign) pieces.push({ bytes: all.slice(from), message: false, kind: "", words: "" });
    else rest = all.slice(from);
    return pieces;
  };
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(left.length + right.length);
  all.set(left);
  all.set(right, left.length);
  return all;
}

function pieceOf(bytes: Uint8Array, channels: Map<number, string>): Piece {
  const reader = new ByteReader(bytes.subarray(LENGTH_BYTES));
  const number = reader.varint();
  const body = bytes.subarray(LENGTH_BYTES + reader.offset);
  if (number === 0) {
    // The connection's own words: what they name must be known before it is used, so they are neither lost nor overtaken.
    const word = readWord(body);
    if (word.kind === "channel") channels.set(word.number, word.name);
    return { bytes, message: false, kind: word.kind, words: "" };
  }
  const channel = channels.get(number);
  if (channel === undefined) {
    throw new TypeError("Cannot tell what a channel without a name carries: this is not ours");
  }
  if (!channel.startsWith("raft:")) return { bytes, message: true, kind: "call", words: "call" };
  const message = messageCodec.decode(body);
  return { bytes, message: true, kind: message.type, words: describeMessage(message) };
}
