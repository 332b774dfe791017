/**
 * A node's client ports: one that speaks RESP, one that speaks HTTP, whatever store is behind them.
 * @module
 */

import type { DenoTls } from "../../runtime/deno.ts";
import type { RouteServices } from "../http/mod.ts";
import type { SessionServices } from "../resp/mod.ts";
import { isLoopback } from "./flags.ts";
import type { Limits } from "./limits.ts";
import { Listener } from "./listener.ts";
import { httpTalk, respTalk } from "./talks.ts";

/** What is open: null for a port that is not wanted. */
export interface OpenPorts {
  readonly resp: Deno.Listener<Deno.Conn> | null;
  readonly http: Deno.Listener<Deno.Conn> | null;
}

/** What the ports offer. */
export interface PortServices {
  readonly resp: SessionServices;
  readonly http: RouteServices;
}

/** A port at work, and its name. */
export type NamedPort = readonly [name: string, listener: Listener];

const STALL_MS = 30_000;
const IDLE_MS = 3_600_000;

/** Takes both ports, `host:port` each, or throws what `Deno.listen` throws; `into` has what is open, to be closed in that case. */
export function takePorts(
  { resp, http, tls }: {
    readonly resp: string | null;
    readonly http: string | null;
    readonly tls: DenoTls | null;
  },
  into: Deno.Listener<Deno.Conn>[],
): OpenPorts {
  return {
    resp: resp === null ? null : listen(resp, tls, into),
    http: http === null ? null : listen(http, tls, into),
  };
}

/** Lets clients in until the signal fires. */
export function servePorts(
  { resp, http }: OpenPorts,
  services: PortServices,
  { limits, signal }: { readonly limits: Limits; readonly signal: AbortSignal },
): NamedPort[] {
  const common = { maxConnections: limits.maxClients, stallMs: STALL_MS, idleMs: IDLE_MS, signal };
  const ports: NamedPort[] = [];
  if (resp !== null) {
    const talk = {
      talk: (output: Parameters<typeof respTalk>[2]) => respTalk(services.resp, limits, output),
      fullAnswer: "-ERR max number of clients reached\r\n",
    };
    ports.push(["resp", new Listener(resp, { ...common, ...talk })]);
  }
  if (http !== null) {
    const talk = {
      talk: (output: Parameters<typeof httpTalk>[2]) => httpTalk(services.http, limits, output),
      fullAnswer: "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    };
    ports.push(["http", new Listener(http, { ...common, ...talk })]);
  }
  return ports;
}

/** Where a port is, as `host:port`. */
export function addressOf(listener: Deno.Listener<Deno.Conn> | null): string | null {
  if (listener === null || !("hostname" in listener.addr)) return null;
  const { hostname, port } = listener.addr;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/** A port that other machines reach is enciphered where that can be: a token that is read on the way is worth nothing. */
function listen(
  address: string,
  tls: DenoTls | null,
  into: Deno.Listener<Deno.Conn>[],
): Deno.Listener<Deno.Conn> {
  const at = address.lastIndexOf(":");
  const hostname = address.slice(0, at).replace(/^\[(.*)\]$/, "$1");
  const port = Number(address.slice(at + 1));
  const listener = tls === null || isLoopback(address)
    ? Deno.listen({ hostname, port })
    : Deno.listenTls({ hostname, port, cert: tls.certificate, key: tls.privateKey });
  into.push(listener);
  return listener;
}
