/**
 * One direction of one connection through a proxy: what is on its way, and when it is due.
 * @module
 */

import type { LineState, Piece } from "./pieces.ts";

/** What a lane is told and tells. */
export interface LaneOptions {
  /** How the line is at present. */
  readonly state: () => LineState;
  /** A message has reached the other end. */
  readonly arrived: (piece: Piece, number: number) => void;
}

interface Waiting {
  readonly piece: Piece;
  readonly number: number;
  readonly cameMs: number;
  readonly dueMs: number;
}

/** See the module's page. */
export class Lane {
  readonly #to: Deno.TcpConn;
  readonly #options: LaneOptions;
  /** In the order in which it is due; what is due at once stays in its order. */
  readonly #waiting: Waiting[] = [];
  #ended = false;
  #closed = false;
  #change = Promise.withResolvers<void>();

  /** Nothing passes before `run`. */
  constructor(to: Deno.TcpConn, options: LaneOptions) {
    this.#to = to;
    this.#options = options;
  }

  /** Something has come. */
  add(piece: Piece, number: number): void {
    const cameMs = performance.now();
    const state = this.#options.state();
    const delays = state.kind === "bad" && piece.message ? state.fate(piece) : [0];
    for (const delayMs of delays) {
      const dueMs = cameMs + delayMs;
      let at = this.#waiting.length;
      while (at > 0 && this.#waiting[at - 1].dueMs > dueMs) at--;
      this.#waiting.splice(at, 0, { piece, number, cameMs, dueMs });
    }
    this.look();
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.look();
  }

  /** Whatever waits is dropped. */
  close(): void {
    this.#closed = true;
    this.look();
  }

  /** The line may have changed. */
  look(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  /** Writes each piece when it is due; resolves when all has been written, rejects when nobody is there to read it. */
  async run(): Promise<void> {
    while (!this.#closed) {
      const next = this.#waiting[0];
      if (next === undefined && this.#ended) return;
      const leftMs = next === undefined ? Infinity : this.#leftMs(next);
      if (next === undefined || leftMs > 0) {
        await this.#wait(leftMs);
        continue;
      }
      this.#waiting.shift();
      const { bytes, message } = next.piece;
      for (let sent = 0; sent < bytes.length;) sent += await this.#to.write(bytes.subarray(sent));
      if (message) this.#options.arrived(next.piece, next.number);
    }
  }

  #leftMs({ cameMs, dueMs }: Waiting): number {
    const state = this.#options.state();
    if (state.kind === "cut") return Infinity;
    const slowMs = state.kind === "open" ? state.delayMs : 0;
    return Math.max(dueMs, cameMs + slowMs) - performance.now();
  }

  async #wait(leftMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = leftMs === Infinity ? undefined : setTimeout(late.resolve, leftMs);
    await Promise.race([late.promise, this.#change.promise]);
    clearTimeout(timer);
  }
}
