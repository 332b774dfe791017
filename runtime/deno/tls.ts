/**
 * Lines that are enciphered, and on which both ends have shown a certificate of the same authority.
 *
 * `Deno.listenTls` cannot ask its callers for certificates; `node:tls`, as Deno has it, can.
 * @module
 */

import type { Socket } from "node:net";
import { connect, createServer, type TLSSocket } from "node:tls";
import { type HostPort, joinAddress } from "./address.ts";
import type { Door, Line } from "./line.ts";

/** Who this end is, and whom it believes. Each in PEM, as text. */
export interface DenoTls {
  /** This end's certificate, and those between it and the authority. It must name the host by which others call this end. */
  readonly certificate: string;
  /** The key of that certificate. */
  readonly privateKey: string;
  /** The authority: whoever has a certificate of it is taken for one of us, and nobody else. */
  readonly authority: string;
}

/** How a door is kept. */
export interface TlsDoorOptions {
  /** Strangers who have not shown a certificate yet. */
  readonly maxStrangers: number;
  /** They are sent away after this. */
  readonly strangerMs: number;
}

/** What has come and was not read yet stays below this; more waits at the other end. */
const MAX_UNREAD_BYTES = 256 << 10;

/** Opens a door that lets only those in who have a certificate. Rejects with what `Deno.listen` throws for the same address. */
export async function openTlsDoor(at: HostPort, tls: DenoTls, options: TlsDoorOptions): Promise<Door> {
  // For the errors: those of `node:tls` have other names, and a port that is taken must be found out now.
  const probe = Deno.listen(at);
  const { port } = probe.addr;
  probe.close();
  const welcome = new Welcome();
  const strangers = new Map<string, Stranger>();
  const server = createServer({
    ...pemsOf(tls),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.3",
  }, (socket) => {
    strangers.get(nameOf(socket))?.known();
    // A door that let somebody in without a certificate would be worse than none.
    if (socket.authorized) welcome.add(new TlsLine(socket));
    else socket.destroy();
  });
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => {});
    if (strangers.size >= options.maxStrangers) return void socket.destroy();
    const name = nameOf(socket);
    const stranger = new Stranger(socket, options.strangerMs, () => strangers.delete(name));
    strangers.set(name, stranger);
  });
  // One caller that is refused is no trouble of the door's.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, at.hostname, () => resolve());
  });
  server.on("error", () => {});
  return {
    address: joinAddress({ ...at, port }),
    accept: () => welcome.next(),
    close: () => {
      server.close();
      for (const stranger of strangers.values()) stranger.sendAway();
      welcome.close();
    },
  };
}

/** Calls somebody, who must have a certificate of the same authority, for the host that is called. */
export function callByTls(target: HostPort, tls: DenoTls, signal: AbortSignal): Promise<Line> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = target;
    const socket = connect({ host: hostname, port, minVersion: "TLSv1.3", ...pemsOf(tls) });
    const fail = (reason: unknown) => {
      signal.removeEventListener("abort", onAbort);
      socket.destroy();
      reject(reason);
    };
    const onAbort = () => fail(signal.reason);
    socket.on("error", fail);
    socket.once("close", () => fail(new Error("The line ended before both ends were known")));
    socket.once("secureConnect", () => {
      signal.removeEventListener("abort", onAbort);
      if (!socket.authorized) return fail(new Error("The other end has no certificate of this authority"));
      resolve(new TlsLine(socket));
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

function pemsOf({ certificate, privateKey, authority }: DenoTls): { cert: string; key: string; ca: string } {
  return { cert: certificate, key: privateKey, ca: authority };
}

function nameOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

/** Somebody who has called and not shown a certificate yet. */
class Stranger {
  readonly #socket: Socket;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #forget: () => void;

  constructor(socket: Socket, patienceMs: number, forget: () => void) {
    this.#socket = socket;
    this.#forget = forget;
    this.#timer = setTimeout(() => this.sendAway(), patienceMs);
    socket.once("close", () => this.known());
  }

  /** It is a stranger no longer. */
  known(): void {
    clearTimeout(this.#timer);
    this.#forget();
  }

  sendAway(): void {
    this.known();
    this.#socket.destroy();
  }
}

/** Lines that wait to be accepted, or somebody who waits for one. */
class Welcome {
  readonly #lines: TlsLine[] = [];
  #waiting: PromiseWithResolvers<Line> | null = null;
  #closed = false;

  add(line: TlsLine): void {
    if (this.#closed) return line.close();
    if (this.#waiting === null) return void this.#lines.push(line);
    this.#waiting.resolve(line);
    this.#waiting = null;
  }

  next(): Promise<Line> {
    if (this.#closed) return Promise.reject(new Deno.errors.BadResource("The door is closed"));
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    this.#waiting = Promise.withResolvers<Line>();
    return this.#waiting.promise;
  }

  close(): void {
    this.#closed = true;
    for (const line of this.#lines.splice(0)) line.close();
    this.#waiting?.reject(new Deno.errors.BadResource("The door is closed"));
    this.#waiting = null;
  }
}

/** A socket of `node:tls` as a line. */
class TlsLine implements Line {
  readonly #socket: TLSSocket;
  /** What has come and was not read yet. */
  #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #over = false;
  #wake: (() => void) | null = null;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true);
    socket.removeAllListeners("close");
    socket.removeAllListeners("error");
    socket.on("data", (chunk: Uint8Array) => this.#add(chunk));
    socket.on("error", () => this.#end());
    socket.on("end", () => this.#end());
    socket.on("close", () => this.#end());
    if (socket.destroyed) this.#end();
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#unread.length === 0) {
      if (this.#over) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const [chunk] = this.#unread;
    const count = Math.min(chunk.length, into.length);
    into.set(count === chunk.length ? chunk : chunk.subarray(0, count));
    if (count === chunk.length) this.#unread.shift();
    else this.#unread[0] = chunk.subarray(count);
    if (this.#unreadBytes > MAX_UNREAD_BYTES && this.#unreadBytes - count <= MAX_UNREAD_BYTES) {
      this.#socket.resume();
    }
    this.#unreadBytes -= count;
    return count;
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    });
  }

  close(): void {
    this.#socket.destroy();
    this.#end();
  }

  #add(chunk: Uint8Array): void {
    this.#unread.push(chunk);
    this.#unreadBytes += chunk.length;
    if (this.#unreadBytes > MAX_UNREAD_BYTES) this.#socket.pause();
    this.#tell();
  }

  #end(): void {
    this.#over = true;
    this.#tell();
  }

  #tell(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
