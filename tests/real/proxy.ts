/**
 * A line between two programs that can be slow, bad, or silent in one direction, without either of them knowing.
 * @module
 */

import { Lane } from "./lane.ts";
import type { LineState, Piece, Slicer } from "./pieces.ts";

export type { LineState, Piece, Slicer } from "./pieces.ts";

/** Towards the server, or back to whoever connected. */
export type Direction = "forth" | "back";

/** What a line tells of a message: it has left its sender, or arrived. `number` tells apart what is under way. */
export type LineListener = (
  direction: Direction,
  what: "sent" | "arrived",
  piece: Piece,
  number: number,
) => void;

/** Passes everything as it comes. */
export const OPEN: LineState = { kind: "open", delayMs: 0 };

/** What a proxy knows of what passes through it. */
export interface ProxyOptions {
  /** Makes a slicer for one direction of one connection. @default {whatever comes at once is a piece} */
  readonly slicer?: () => Slicer;
  readonly listener?: LineListener;
}

/** A TCP proxy on loopback. */
export class Proxy implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #target: number;
  readonly #options: ProxyOptions;
  readonly #states: Record<Direction, LineState> = { forth: OPEN, back: OPEN };
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #lanes: Record<Direction, Set<Lane>> = { forth: new Set(), back: new Set() };
  readonly #work = new Set<Promise<void>>();
  #closed = false;
  #messages = 0;

  /** Listens on a port of its own and connects each caller to `port`. */
  constructor(port: number, options: ProxyOptions = {}) {
    this.#target = port;
    this.#options = options;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#start(this.#accept());
  }

  /** Where it listens. */
  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** Changes one direction, or both, for all that has not left yet. */
  set(direction: Direction | "both", state: LineState): void {
    for (const one of ["forth", "back"] as const) {
      if (direction !== "both" && direction !== one) continue;
      this.#states[one] = state;
      for (const lane of this.#lanes[one]) lane.look();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    for (const lanes of Object.values(this.#lanes)) for (const lane of lanes) lane.close();
    await Promise.all(this.#work);
  }

  #start(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  async #accept(): Promise<void> {
    try {
      for await (const caller of this.#listener) this.#start(this.#serve(caller));
    } catch (error) {
      if (!this.#closed) throw error;
    }
  }

  async #serve(caller: Deno.TcpConn): Promise<void> {
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    } catch {
      // Whoever connects sees that nobody is there.
      return close(caller);
    }
    if (this.#closed) return [caller, server].forEach(close);
    for (const connection of [caller, server]) {
      connection.setNoDelay(true);
      this.#connections.add(connection);
    }
    await Promise.all([this.#pass("forth", caller, server), this.#pass("back", server, caller)]);
    for (const connection of [caller, server]) {
      close(connection);
      this.#connections.delete(connection);
    }
  }

  /** Reads as fast as bytes come, and writes each piece when it is due. */
  async #pass(direction: Direction, from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const { slicer, listener } = this.#options;
    const slice = slicer?.() ?? whole;
    const lane = new Lane(to, {
      state: () => this.#states[direction],
      arrived: (piece, number) => listener?.(direction, "arrived", piece, number),
    });
    this.#lanes[direction].add(lane);
    // Whoever cannot be written to need not be read from.
    const written = lane.run().catch(() => close(from));
    try {
      for (;;) {
        const buffer = new Uint8Array(65536);
        const count = await from.read(buffer);
        if (count === null) break;
        for (const piece of slice(buffer.subarray(0, count))) {
          const number = ++this.#messages;
          if (piece.message) listener?.(direction, "sent", piece, number);
          lane.add(piece, number);
        }
      }
    } catch {
      // One end has gone.
    }
    lane.end();
    await written;
    this.#lanes[direction].delete(lane);
    // The other end hears of it only after all that was still on its way.
    close(to);
  }
}

function whole(bytes: Uint8Array): readonly Piece[] {
  return [{ bytes, message: true, kind: "", words: "" }];
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}
