/**
 * The service above one life of a Raft server: it takes what is committed, checks it, and makes snapshots.
 * @module
 */

import { decodeValue, encodeValue, type WireValue } from "../../../runtime/mod.ts";
import { LabFailure } from "../failure.ts";
import type { AppliedLog } from "./applied_log.ts";
import type { ApplyMessage } from "./seat.ts";

/** What a service is made of. */
export interface ApplierParts {
  readonly server: number;
  readonly log: AppliedLog;
  /** The snapshot that this life starts from; no bytes if none. */
  readonly snapshot: Uint8Array;
  /** The interval between its snapshots; `Infinity` for none. */
  readonly snapshotEvery: number;
  /** What is remembered of a command. */
  readonly kept: (command: unknown) => unknown;
  /** Bytes that every snapshot is padded with, so that it does not fit into one message. */
  readonly paddingBytes: number;
  /** How long the service takes for one message; 0 for no time. */
  readonly workMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly alive: () => boolean;
  /** Hands a snapshot to the Raft below. */
  readonly onSnapshot: (index: number, snapshot: Uint8Array) => void;
  readonly fail: (error: unknown) => void;
}

interface Offered {
  readonly message: ApplyMessage;
  readonly taken: () => void;
}

/** The labs' interval between snapshots. */
export const SNAPSHOT_INTERVAL = 10;

/** See the module's page. One message at a time, as from an unbuffered channel. */
export class Applier {
  readonly #parts: ApplierParts;
  readonly #queue: Offered[] = [];
  #commands: unknown[] = [];
  #working = false;
  #ready = false;

  /** A service that has restored its snapshot and waits until its Raft is made. */
  constructor(parts: ApplierParts) {
    this.#parts = parts;
    if (parts.snapshot.length > 0) this.#restore(parts.snapshot, null);
  }

  /** The last index applied. */
  get applied(): number {
    return this.#commands.length;
  }

  /** The Raft below is made: it may be called from now on. */
  begin(): void {
    this.#ready = true;
    if (this.#queue.length > 0) this.#work();
  }

  /** Takes a message from the Raft below; resolves when its turn comes. */
  apply(message: ApplyMessage): Promise<void> {
    return new Promise((taken) => {
      // A dead server's service reads on without looking, so that nothing hangs on it.
      if (!this.#parts.alive()) return taken();
      this.#queue.push({ message, taken });
      if (this.#ready && !this.#working) this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#queue.length > 0) {
      // The service is a task of its own: it never calls back into a Raft that is in the middle of calling it.
      await Promise.resolve();
      if (!this.#parts.alive()) return;
      const { message, taken } = this.#queue.shift() as Offered;
      taken();
      try {
        this.#handle(message);
      } catch (error) {
        return this.#parts.fail(error);
      }
      const workMs = this.#parts.workMs();
      if (workMs > 0) await this.#parts.sleep(workMs);
    }
    this.#working = false;
  }

  #handle(message: ApplyMessage): void {
    const { server } = this.#parts;
    if (message.type === "snapshot") return this.#install(message.index, message.snapshot);
    if (message.type !== "command") {
      throw new LabFailure(`server ${server} applied a message that is neither a command nor a snapshot`);
    }
    const { index } = message;
    const command = this.#parts.kept(message.command);
    if (index !== this.applied + 1) {
      throw new LabFailure(
        `server ${server} applied out of order: it applied index ${index} after ${this.applied}, ` +
          `expected index ${this.applied + 1}`,
      );
    }
    this.#parts.log.apply(server, index, command);
    this.#commands.push(command);
    if ((index + 1) % this.#parts.snapshotEvery === 0) this.takeSnapshot();
  }

  /** Makes a snapshot of what is applied, and hands it down. */
  takeSnapshot(): void {
    const padding = paddingOf(this.#parts.paddingBytes);
    const state = { index: this.applied, commands: this.#commands as WireValue[], padding };
    this.#parts.onSnapshot(this.applied, encodeValue(state));
  }

  #install(index: number, snapshot: Uint8Array): void {
    const { server } = this.#parts;
    if (index < this.applied) {
      throw new LabFailure(
        `server ${server} was given a snapshot up to index ${index} although it had applied ${this.applied}: ` +
          "its state would go back",
      );
    }
    this.#restore(snapshot, index);
  }

  #restore(snapshot: Uint8Array, index: number | null): void {
    const { server, log, paddingBytes } = this.#parts;
    const state = decodeState(snapshot);
    if (state === null || !isPadding(state.padding, paddingBytes)) {
      throw new LabFailure(
        `server ${server} was given a snapshot that no service made, or only a part of one`,
      );
    }
    if (index !== null && state.commands.length !== index) {
      throw new LabFailure(
        `server ${server} was given a snapshot for index ${index} that holds the state after ${state.commands.length}`,
      );
    }
    log.restore(server, state.commands);
    this.#commands = [...state.commands];
  }
}

interface State {
  readonly index: number;
  readonly commands: readonly WireValue[];
  readonly padding: Uint8Array;
}

function decodeState(bytes: Uint8Array): State | null {
  try {
    // Bytes of this file's own making, or damaged: what they hold is judged in the next line.
    const state = decodeValue(bytes) as unknown as State;
    return state.commands.length === state.index ? state : null;
  } catch {
    return null;
  }
}

const paddings = new Map<number, Uint8Array>();

/** Bytes that are nowhere the same, so that no piece of a snapshot can pass for another. */
function paddingOf(sizeBytes: number): Uint8Array {
  const known = paddings.get(sizeBytes);
  if (known !== undefined) return known;
  const padding = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at++) padding[at] = Math.imul(at, 0x9e3779b1) >>> 24;
  paddings.set(sizeBytes, padding);
  return padding;
}

function isPadding(bytes: Uint8Array, sizeBytes: number): boolean {
  const padding = paddingOf(sizeBytes);
  if (bytes.length !== sizeBytes) return false;
  for (let at = 0; at < sizeBytes; at++) if (bytes[at] !== padding[at]) return false;
  return true;
}
