/**
 * The line between the harness and a node's process: orders one way, news the other, each a line of JSON.
 * @module
 */

import type { Core } from "../../../raft/core/state.ts";
import { type Birth, type Orders, type Report, type Told, WELL } from "./orders.ts";

/** How often a process looks whether there is news of itself. */
const LOOK_MS = 10;

/** The process's end. */
export class Wire {
  readonly #connection: Deno.TcpConn;
  #orders: Orders = WELL;
  #listener: (orders: Orders) => void = () => {};
  #told = "";

  /** Says that the process was born, and waits for its first orders: what it is to suffer it suffers from the beginning. */
  static async open({ id, life, port }: Pick<Birth, "id" | "life" | "port">): Promise<Wire> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const wire = new Wire(connection);
    await wire.#say({ kind: "born", id, life });
    const lines = linesOf(connection.readable);
    const first = await lines.next();
    if (first.done) throw new TypeError("Cannot run without orders: the harness has gone");
    wire.#obey(first.value);
    void wire.#listen(lines);
    return wire;
  }

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Hears of the present orders at once, and of each change. */
  set onOrders(listener: (orders: Orders) => void) {
    this.#listener = listener;
    listener(this.#orders);
  }

  /** Tells of every change from now on. By real time: the harness's clock is not the one that is upset. */
  watch(cores: readonly Readonly<Core>[]): void {
    const tell = () => {
      const told = cores.map(({ role, term, commit }, group): Told => ({
        group,
        role: role.type,
        term,
        commit,
      }));
      const text = JSON.stringify(told);
      if (text === this.#told) return;
      this.#told = text;
      void this.#say({ kind: "state", told });
    };
    tell();
    setInterval(tell, LOOK_MS);
  }

  async #listen(lines: AsyncGenerator<string, void, void>): Promise<void> {
    for await (const line of lines) this.#obey(line);
  }

  #obey(line: string): void {
    this.#orders = JSON.parse(line);
    this.#listener(this.#orders);
  }

  async #say(report: Report): Promise<void> {
    try {
      await writeLine(this.#connection, report);
    } catch {
      // The harness has gone; this process goes with its standard input.
    }
  }
}

/** The lines of a stream of text. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  let rest = "";
  for await (
    const text of stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
  ) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

/** Writes a line of JSON. Each call's line stays whole. */
export async function writeLine(connection: Deno.TcpConn, value: Report | Orders): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}
