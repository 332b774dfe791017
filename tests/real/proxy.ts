/**
 * A line between two programs that can be slow, or silent in one direction, without either of them knowing.
 * @module
 */

/** What happens to the bytes of one direction. */
export type LineState =
  /** They arrive `delayMs` later, in order. */
  | { readonly kind: "open"; readonly delayMs: number }
  /**
   * They are kept until the line is open again, as TCP sends again what found no route: nothing is lost in the middle of a
   * connection, on no network.
   */
  | { readonly kind: "cut" };

/** Towards the server, or back to whoever connected. */
export type Direction = "forth" | "back";

/** Passes everything as it comes. */
export const OPEN: LineState = { kind: "open", delayMs: 0 };

/** A TCP proxy on loopback. */
export class Proxy implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #target: number;
  readonly #states: Record<Direction, LineState> = { forth: OPEN, back: OPEN };
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #work = new Set<Promise<void>>();
  readonly #closed = new AbortController();
  /** Settled and replaced with every change of a state. */
  #change = Promise.withResolvers<void>();

  /** Listens on a port of its own and connects each caller to `port`. */
  constructor(port: number) {
    this.#target = port;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#start(this.#accept());
  }

  /** Where it listens. */
  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** Changes one direction, or both, for all that has not left yet. */
  set(direction: Direction | "both", state: LineState): void {
    if (direction !== "back") this.#states.forth = state;
    if (direction !== "forth") this.#states.back = state;
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    this.#change.resolve();
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
      if (!this.#closed.signal.aborted) throw error;
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
    if (this.#closed.signal.aborted) return [caller, server].forEach(close);
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

  /** Reads as fast as bytes come, and writes each portion when it is due. */
  async #pass(direction: Direction, from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    let written = Promise.resolve();
    try {
      for (;;) {
        const buffer = new Uint8Array(65536);
        const count = await from.read(buffer);
        if (count === null) break;
        const cameMs = performance.now();
        written = written.then(async () => {
          await this.#due(direction, cameMs);
          for (let sent = 0; sent < count;) sent += await to.write(buffer.subarray(sent, count));
        });
        // Whoever cannot be written to need not be read from; the rejection itself is looked at below.
        written.catch(() => close(from));
      }
      await written;
    } catch {
      // One end has gone.
    }
    // The other end hears of it only after all that was still on its way.
    close(to);
  }

  /** Resolves when what came at `cameMs` may go on. */
  async #due(direction: Direction, cameMs: number): Promise<void> {
    const { signal } = this.#closed;
    for (;;) {
      signal.throwIfAborted();
      const state = this.#states[direction];
      const leftMs = state.kind === "cut" ? Infinity : cameMs + state.delayMs - performance.now();
      if (leftMs <= 0) return;
      const late = Promise.withResolvers<void>();
      const timer = leftMs === Infinity ? undefined : setTimeout(late.resolve, leftMs);
      await Promise.race([late.promise, this.#change.promise]);
      clearTimeout(timer);
    }
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}
