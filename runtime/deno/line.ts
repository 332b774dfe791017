/**
 * Lines between processes and the doors that they come in by, whatever they are made of: plain TCP here, TLS in `tls.ts`.
 * @module
 */

import type { Address } from "../network.ts";
import { type HostPort, joinAddress } from "./address.ts";

/** One open line. */
export interface Line {
  /** Resolves to how many bytes have been put into `into`; to null when the other end has gone. */
  read(into: Uint8Array): Promise<number | null>;
  /** Resolves to how many of `bytes` were taken. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends the line at once. Harmless on a line that has ended. */
  close(): void;
}

/** Where lines come in. */
export interface Door {
  /** Where it is, as `host:port`. */
  readonly address: Address;
  /** The next line. Rejects when the door is closed, or when the system is short of something for a moment. */
  accept(): Promise<Line>;
  /** Lets nobody in any more. */
  close(): void;
}

/** A door for plain TCP. Throws what `Deno.listen` throws. */
export function openPlainDoor(at: HostPort): Door {
  const listener = Deno.listen(at);
  return {
    address: joinAddress({ ...at, port: listener.addr.port }),
    accept: async () => tuned(await listener.accept()),
    close: () => listener.close(),
  };
}

/** Calls somebody over plain TCP. */
export async function callPlainly(target: HostPort, signal: AbortSignal): Promise<Line> {
  return tuned(await Deno.connect({ ...target, signal }));
}

/** What is written goes out at once, and a line that is dead is found out some day. */
function tuned(line: Deno.TcpConn): Line {
  line.setNoDelay(true);
  line.setKeepAlive(true);
  return line;
}
