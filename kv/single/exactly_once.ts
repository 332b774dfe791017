/**
 * A single server on which every put and append is executed exactly once, with a memory that forgets what it may (lab 2 of
 * 2024).
 * @module
 */

import { defineService, type Handlers, type Service } from "../../runtime/rpc.ts";
import { type SingleClerkOptions, untilAnswered } from "./call.ts";

/** A write, as often as it may arrive. */
export type WriteRequest = {
  /** Who writes. */
  readonly client: number;
  /** Counts the client's writes. */
  readonly sequence: number;
  /** The key. */
  readonly key: string;
  /** The value. */
  readonly value: string;
};

/** What the server answers. */
export type ExactlyOnceMethods = {
  /** The value of a key; a key that was never written is empty. */
  readonly get: { readonly request: { readonly key: string }; readonly reply: { readonly value: string } };
  /** Replaces the value. */
  readonly put: { readonly request: WriteRequest; readonly reply: Record<string, never> };
  /** Adds to the end; gives the value before. */
  readonly append: { readonly request: WriteRequest; readonly reply: { readonly value: string } };
  /** The client has the reply to this write. */
  readonly settle: {
    readonly request: { readonly client: number; readonly sequence: number };
    readonly reply: Record<string, never>;
  };
};

/** The service's definition. */
export const exactlyOnceService: Service<ExactlyOnceMethods> = defineService<ExactlyOnceMethods>("kvsrv", [
  "get",
  "put",
  "append",
  "settle",
]);

const DONE: Record<string, never> = {};

/**
 * The server's state.
 *
 * A client has one write open at a time, so its next one says that it has the last reply, and so does `settle`. Of a put only
 * the number is kept; of an append the old value, until then. Reads leave nothing behind.
 */
export class ExactlyOnceServer {
  readonly #values = new Map<string, string>();
  /** The last write of each client. A plain number an entry: a hundred thousand clients are no reason to worry. */
  readonly #lastWrites = new Map<number, number>();
  /** What the last append of a client replaced, as long as it may ask again. */
  readonly #oldValues = new Map<number, string>();

  /** What the server answers. */
  get handlers(): Handlers<ExactlyOnceMethods> {
    return {
      get: ({ key }) => ({ value: this.#values.get(key) ?? "" }),
      put: (write) => {
        if (this.#isNew(write)) this.#values.set(write.key, write.value);
        return DONE;
      },
      append: (write) => this.#append(write),
      settle: ({ client, sequence }) => {
        if (this.#lastWrites.get(client) === sequence) this.#oldValues.delete(client);
        return DONE;
      },
    };
  }

  #append(write: WriteRequest): { readonly value: string } {
    const { client, key, value } = write;
    // A repetition is answered with what was there before the first time, never with what is there now (labs K6).
    if (!this.#isNew(write)) return { value: this.#oldValues.get(client) ?? "" };
    const old = this.#values.get(key) ?? "";
    this.#values.set(key, old + value);
    this.#oldValues.set(client, old);
    return { value: old };
  }

  /** Whether the write was not executed yet. Older than the last one is late: its client has its reply. */
  #isNew({ client, sequence }: WriteRequest): boolean {
    if (sequence <= (this.#lastWrites.get(client) ?? 0)) return false;
    this.#lastWrites.set(client, sequence);
    this.#oldValues.delete(client);
    return true;
  }
}

/** A client of that server; its calls end when they are answered. One write at a time: further ones wait. */
export class ExactlyOnceClerk {
  readonly #options: SingleClerkOptions<ExactlyOnceMethods>;
  readonly #client: number;
  #sequence = 0;
  #lastWrite: Promise<unknown> = Promise.resolve();

  /** Draws an id; nothing is sent before the first call. */
  constructor(options: SingleClerkOptions<ExactlyOnceMethods>) {
    this.#options = options;
    this.#client = options.random.below(0x100000000) * 0x100000 + options.random.below(0x100000);
  }

  /** The value of `key`; empty if it was never written. */
  async get(key: string): Promise<string> {
    return (await untilAnswered(this.#options, "get", { key })).value;
  }

  /** Replaces the value of `key`. */
  async put(key: string, value: string): Promise<void> {
    await this.#write("put", key, value);
  }

  /** Adds to the end of the value of `key`; gives the value before. */
  async append(key: string, value: string): Promise<string> {
    const old = await this.#write("append", key, value);
    // Nobody waits for it: at worst the next write says the same.
    this.#options.call("settle", { client: this.#client, sequence: this.#sequence }).catch(() => {});
    return old;
  }

  #write(method: "put" | "append", key: string, value: string): Promise<string> {
    const write = this.#lastWrite.catch(() => {}).then(async () => {
      const request = { client: this.#client, sequence: ++this.#sequence, key, value };
      const reply = await untilAnswered(this.#options, method, request);
      return "value" in reply ? reply.value : "";
    });
    this.#lastWrite = write;
    return write;
  }
}
