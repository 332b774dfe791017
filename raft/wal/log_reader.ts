/**
 * Reads a log file, frame by frame, as far as it goes; and further when it has grown.
 * @module
 */

import { WireError } from "../../runtime/wire_error.ts";
import type { NodeId } from "../types.ts";
import { readFrame } from "./frame.ts";
import { type LogHeader, readLogHeader } from "./header.ts";
import { LogState } from "./log_state.ts";
import { fileName, joinPath } from "./names.ts";
import { type LogRecord, readRecord } from "./record.ts";
import { StorageError } from "./storage_error.ts";

/** Where a log is and whose it should be. */
export interface LogPlace {
  /** The folder of the log. */
  readonly folder: string;
  /** The member it should belong to. */
  readonly member: NodeId;
}

/** A log as it was read. */
export interface LogImage {
  readonly header: LogHeader;
  readonly state: LogState;
}

/** See the module's page. Everything throws {@linkcode StorageError}. */
export class LogReader implements LogImage {
  readonly header: LogHeader;
  readonly state = new LogState();
  readonly #path: string;
  #offset: number;
  #previous: number;
  #begun = false;
  /** Entries of the state with which the file begins that have not come yet. */
  #missing = 0;

  /** Reads the header of `file`, which is log `number`. */
  constructor(number: number, file: Uint8Array, place: LogPlace) {
    this.#path = joinPath(place.folder, fileName("log", number));
    const { header, end, chain } = readLogHeader(this.#path, file);
    checkOwner(this.#path, header, place);
    if (header.number !== number) {
      const what = `Cannot use the log: it was log ${header.number}`;
      throw new StorageError("damaged", { file: this.#path, offset: 0 }, what);
    }
    this.header = header;
    this.#offset = end;
    this.#previous = chain;
  }

  /** Reads on to the end of `file`. What a crash has torn there is left out: nobody was told that it was safe. */
  advance(file: Uint8Array): void {
    for (;;) {
      const { salt } = this.header;
      const found = readFrame(file, { offset: this.#offset, salt, previous: this.#previous });
      if (found.kind === "damaged") throw this.#damaged(found.why);
      if (found.kind !== "whole") break;
      this.#take(this.#decode(found.payload));
      this.#offset = found.end;
      this.#previous = found.chain;
    }
    // That part was synced before the file got its name: nothing of it can be torn.
    if (!this.#begun || this.#missing > 0) {
      throw this.#damaged("the state that the file begins with is not whole");
    }
  }

  #take(record: LogRecord): void {
    const expected = this.#begun ? this.#missing > 0 ? "entries" : "group" : "state";
    if (record.type !== expected) {
      throw this.#damaged(`a ${record.type} frame stands where a ${expected} frame belongs`);
    }
    switch (record.type) {
      case "state":
        this.state.begin(record.hardState, record.snapshot);
        this.#missing = record.entryCount;
        this.#begun = true;
        return;
      case "entries":
        this.state.append(record.entries);
        this.#missing -= record.entries.length;
        return;
      case "group":
        try {
          for (const write of record.writes) this.state.apply(write);
        } catch (error) {
          if (error instanceof RangeError) throw this.#damaged("its entries leave a gap");
          throw error;
        }
    }
  }

  #decode(payload: Uint8Array): LogRecord {
    try {
      return readRecord(payload, this.header.format);
    } catch (cause) {
      if (!(cause instanceof WireError)) throw cause;
      const what =
        "Cannot read the log: a frame is whole, but makes no sense; was it written by another version?";
      throw new StorageError("newer", { file: this.#path, offset: this.#offset }, what, { cause });
    }
  }

  #damaged(why: string): StorageError {
    return new StorageError(
      "damaged",
      { file: this.#path, offset: this.#offset },
      `Cannot read the log: ${why}`,
    );
  }
}

/** Throws {@linkcode StorageError} (`foreign`) unless the file belongs to the member it should belong to. */
export function checkOwner(path: string, { member }: { readonly member: NodeId }, place: LogPlace): void {
  if (member === place.member) return;
  const what =
    `Cannot use the folder "${place.folder}" for member "${place.member}": it belongs to "${member}"`;
  throw new StorageError("foreign", { file: path, offset: 0 }, what);
}
