/**
 * Ends of the real network for tests, and strangers who speak to them byte by byte.
 * @module
 */

import { setImmediate } from "node:timers";
import { splitAddress } from "../../../runtime/deno/address.ts";
import { type DenoNetwork, denoNetwork, type DenoNetworkOptions } from "../../../runtime/deno.ts";
import type { Address, Channel } from "../../../runtime/mod.ts";

/** A channel of texts. */
export function textChannel(name: string): Channel<string> {
  return {
    name,
    codec: {
      encode: (message) => new TextEncoder().encode(message),
      decode: (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
      copy: (message) => message,
    },
  };
}

/** Runs `script` with ends that die when it is over; the sanitizers then look for what they left behind. */
export async function withNetwork(
  script: (
    open: (options?: Partial<DenoNetworkOptions>) => DenoNetwork,
    death: AbortController,
  ) => Promise<void>,
): Promise<void> {
  const death = new AbortController();
  try {
    await script((options = {}) => {
      const backoffMs = { first: 1, most: 5 };
      return denoNetwork({ address: "127.0.0.1:0", signal: death.signal, backoffMs, ...options });
    }, death);
  } finally {
    death.abort(new Error("the test is over"));
    await turns(3);
  }
}

/** Lets the event loop turn. */
export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await new Promise<void>((resolve) => void setImmediate(resolve));
}

/** Waits until `condition` holds; the test's own time limit is the only other end. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Messages as they come, to be waited for. */
export class Heard {
  readonly messages: string[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  /** Takes a message. */
  readonly add = (from: Address, message: string): void => {
    this.messages.push(`${from}: ${message}`);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (count > this.messages.length) return true;
      resolve();
      return false;
    });
  };

  /** Resolves when `count` messages have come. */
  reached(count: number): Promise<void> {
    if (this.messages.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}

/** Connects to `address` as a stranger, says `bytes`, and tells what comes back until the line is closed. */
export async function say(address: Address, bytes: Uint8Array, hangUp = false): Promise<Uint8Array> {
  const target = splitAddress(address);
  if (target === null) throw new TypeError(`Cannot call ${address}`);
  const line = await Deno.connect(target);
  const heard: number[] = [];
  try {
    for (let at = 0; at < bytes.length;) at += await line.write(bytes.subarray(at));
    if (hangUp) return new Uint8Array(0);
    const buffer = new Uint8Array(1024);
    for (;;) {
      const count = await line.read(buffer);
      if (count === null) break;
      heard.push(...buffer.subarray(0, count));
    }
  } catch (error) {
    // The other end may hang up while this one is still speaking.
    const expected = error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe;
    if (!expected) throw error;
  } finally {
    line.close();
  }
  return new Uint8Array(heard);
}
