/**
 * Small machines for the tests of the replication itself.
 * @module
 */

import type { LogPosition, Machine, StreamMachine } from "../../kv/mod.ts";

/** Writes down every command it executes, as text; answers with how many there were before. */
export class Journal implements Machine {
  lines: string[] = [];
  readonly times: number[] = [];
  /** Throws at this command. */
  fatal: string | null = null;

  apply(command: Uint8Array, at: LogPosition): Uint8Array {
    const line = text(command);
    if (line === this.fatal) throw new Error(`the machine broke at ${line}`);
    this.times.push(at.timeMs);
    return new Uint8Array([this.lines.push(line) - 1]);
  }

  query(_question: Uint8Array): Uint8Array {
    return bytes(this.lines.join("\n"));
  }

  snapshot(): Uint8Array {
    return bytes(JSON.stringify(this.lines));
  }

  restore(data: Uint8Array): void {
    this.lines = JSON.parse(text(data));
  }
}

/** A journal whose snapshots are streams, and whose restores take time. */
export class SlowJournal implements StreamMachine {
  readonly journal = new Journal();
  readonly #sleep: () => Promise<void>;
  /** Half way between two states. */
  torn = false;

  /** `sleep` waits a while: between two pieces, and within a restore. */
  constructor(sleep: () => Promise<void>) {
    this.#sleep = sleep;
  }

  apply(command: Uint8Array, at: LogPosition): Uint8Array {
    if (this.torn) throw new Error("a command was applied during a restore");
    return this.journal.apply(command, at);
  }

  query(question: Uint8Array): Uint8Array {
    if (this.torn) throw new Error("a question was asked during a restore");
    return this.journal.query(question);
  }

  snapshot(): ReadableStream<Uint8Array> {
    const { lines } = this.journal;
    const half = lines.length >> 1;
    let piece = 0;
    return new ReadableStream({
      pull: async (controller) => {
        await this.#sleep();
        if (piece === 0) controller.enqueue(bytes(lines.slice(0, half).map((line) => `${line}\n`).join("")));
        // As late as can be: whatever were applied meanwhile would be in it.
        else if (piece === 1) controller.enqueue(bytes(lines.slice(half).join("\n")));
        else controller.close();
        piece++;
      },
    });
  }

  async restore(data: Uint8Array): Promise<void> {
    this.torn = true;
    this.journal.lines = [];
    await this.#sleep();
    this.journal.lines = text(data).split("\n");
    this.torn = false;
  }
}

/** Text as bytes. */
export function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** Bytes as text. */
export function text(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}
