/**
 * A client of the replicated key/value store.
 * @module
 */

import { type CallOptions, SessionClient, type SessionClientOptions } from "./session_client.ts";
import { decodeValueReply, encodeGet, encodeStoreCommand } from "./store.ts";

/**
 * A client of the replicated key/value store. Any number of its calls may be in flight at once.
 *
 * Every call tries again, at whatever server leads, until it has an answer, its time is up or its signal fires. A write is
 * executed exactly once. A call that fails says which way: `RefusedError` (it was not executed and never will be) or
 * `UnknownOutcomeError` (nobody can tell).
 */
export class Clerk {
  /** The session underneath. */
  readonly client: SessionClient;

  /** Opens the client's end; nothing is sent before the first call. */
  constructor(options: SessionClientOptions) {
    this.client = new SessionClient(options);
  }

  /** The value of `key`, or null if it was never written. Linearizable. Throws `RefusedError`. */
  async get(key: string, options: CallOptions = {}): Promise<string | null> {
    return decodeValueReply(await this.client.query(encodeGet(key), options));
  }

  /** Replaces the value of `key`. Throws `RefusedError` or `UnknownOutcomeError`. */
  async put(key: string, value: string, options: CallOptions = {}): Promise<void> {
    await this.client.submit(encodeStoreCommand({ op: "put", key, value }), options);
  }

  /** Adds `value` to the end of what is under `key`. Throws `RefusedError` or `UnknownOutcomeError`. */
  async append(key: string, value: string, options: CallOptions = {}): Promise<void> {
    await this.client.submit(encodeStoreCommand({ op: "append", key, value }), options);
  }

  /** Fails what is in flight and releases the client's end. */
  close(): void {
    this.client.close();
  }

  /** Lets `using` close the clerk. */
  [Symbol.dispose](): void {
    this.close();
  }
}
