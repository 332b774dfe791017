/**
 * The key/value machine: strings under string keys.
 * @module
 */

import { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import type { Machine } from "./machine.ts";

/** A change of the store. */
export type StoreCommand =
  | { readonly op: "put"; readonly key: string; readonly value: string }
  | { readonly op: "append"; readonly key: string; readonly value: string };

const PUT = 1;
const APPEND = 2;
const EMPTY = new Uint8Array(0);

/** Encodes a change for the log. */
export function encodeStoreCommand(command: StoreCommand): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(command.op === "put" ? PUT : APPEND);
  writer.string(command.key);
  writer.string(command.value);
  return writer.take();
}

/** Encodes the question for the value of `key`. */
export function encodeGet(key: string): Uint8Array {
  const writer = new ByteWriter();
  writer.string(key);
  return writer.take();
}

/** Reads the answer to {@linkcode encodeGet}: the value, or null for a key that was never written. */
export function decodeValueReply(reply: Uint8Array): string | null {
  if (reply.length === 0) return null;
  return new ByteReader(reply).string();
}

/** The replicated store: `put` replaces, `append` adds to the end and treats a missing key as empty. */
export class Store implements Machine {
  readonly #values = new Map<string, string>();

  /** Keys now held. */
  get size(): number {
    return this.#values.size;
  }

  apply(command: Uint8Array): Uint8Array {
    const reader = new ByteReader(command);
    const op = reader.u8();
    const key = reader.string();
    const value = reader.string();
    if (op === PUT) this.#values.set(key, value);
    else if (op === APPEND) this.#values.set(key, (this.#values.get(key) ?? "") + value);
    else {throw new TypeError(
        `Cannot apply a store command of kind ${op}: upgrade this node before it goes on`,
      );}
    return EMPTY;
  }

  query(question: Uint8Array): Uint8Array {
    const value = this.#values.get(new ByteReader(question).string());
    if (value === undefined) return EMPTY;
    const writer = new ByteWriter();
    writer.string(value);
    return writer.take();
  }

  snapshot(): Uint8Array {
    const writer = new ByteWriter();
    writer.varint(this.#values.size);
    for (const [key, value] of this.#values) {
      writer.string(key);
      writer.string(value);
    }
    return writer.take();
  }

  restore(data: Uint8Array): void {
    const reader = new ByteReader(data);
    this.#values.clear();
    const count = reader.varint();
    for (let at = 0; at < count; at++) this.#values.set(reader.string(), reader.string());
  }
}
