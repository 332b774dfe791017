/**
 * The harness's end of the lines to all processes.
 * @module
 */

import { type Orders, type Report, type Told, WELL } from "./orders.ts";
import { linesOf, writeLine } from "./wire.ts";

/** Hears what a node's process tells of itself. */
export type ToldListener = (id: string, told: readonly Told[]) => void;

interface Node {
  life: number;
  orders: Orders;
  connection: Deno.TcpConn | null;
}

/** See the module's page. */
export class Control implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #onTold: ToldListener;
  readonly #nodes = new Map<string, Node>();
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #work: Promise<void>[] = [];

  /** Listens on loopback for the processes of `ids`. */
  constructor(ids: readonly string[], onTold: ToldListener) {
    this.#onTold = onTold;
    for (const id of ids) this.#nodes.set(id, { life: 0, orders: WELL, connection: null });
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#work.push(this.#accept());
  }

  /** Where processes call. */
  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** A new process of `id` is about to be born; gives the number of its life. Earlier ones are not listened to any more. */
  expect(id: string): number {
    const node = this.#node(id);
    node.connection = null;
    // A clock that leapt in an earlier life is well again: what it shows has no meaning between two lives.
    node.orders = { ...node.orders, clock: { ...node.orders.clock, leaptMs: 0 } };
    return ++node.life;
  }

  /** What `id` is told at present. */
  orders(id: string): Orders {
    return this.#node(id).orders;
  }

  /** Gives `id` other orders, in this life and all that follow. */
  give(id: string, orders: Orders): void {
    const node = this.#node(id);
    node.orders = orders;
    this.#send(node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await Promise.all(this.#work);
  }

  #send({ connection, orders }: Node): void {
    // A process that has died meanwhile is told in its next life.
    if (connection !== null) writeLine(connection, orders).catch(() => {});
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) {
        this.#connections.add(connection);
        this.#work.push(this.#serve(connection));
      }
    } catch {
      // Closed.
    }
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    let node: Node | null = null;
    let life = 0;
    let name = "";
    try {
      for await (const line of linesOf(connection.readable)) {
        const report: Report = JSON.parse(line);
        if (report.kind === "born") {
          node = this.#node(report.id);
          ({ life, id: name } = report);
          if (node.life !== life) break;
          node.connection = connection;
          this.#send(node);
        } else if (node?.life === life) this.#onTold(name, report.told);
      }
    } catch {
      // It has died, in whatever way.
    } finally {
      close(connection);
      this.#connections.delete(connection);
      if (node?.connection === connection) node.connection = null;
    }
  }

  #node(id: string): Node {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new RangeError(`Cannot find a node called ${id}`);
    return node;
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}
