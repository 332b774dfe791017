/**
 * A single server with versions and no memory of its clients: a put names the version it replaces, so it is executed at most
 * once, and a clerk that cannot tell says _maybe_ (lab 2 of 2025).
 * @module
 */

import { defineService, type Handlers, type Service } from "../../runtime/rpc.ts";
import { type SingleClerkOptions, untilAnswered } from "./call.ts";

/** What a get finds. */
export type VersionedValue =
  /** A value and how often the key was written. */
  | { readonly kind: "found"; readonly value: string; readonly version: number }
  | { readonly kind: "noKey" };

/** What the server says of a put. */
export type PutAnswer =
  /** Written. */
  | "ok"
  /** Not written: the key has another version. */
  | "version"
  /** Not written: there is no such key, and the put did not ask for version 0. */
  | "noKey";

/** What a clerk says of a put. */
export type PutOutcome =
  | PutAnswer
  /** The version did not match when the put was sent again: perhaps because it had been executed the first time. */
  | "maybe";

/** What the server answers. */
export type VersionedMethods = {
  /** Reads a key. */
  readonly get: { readonly request: { readonly key: string }; readonly reply: VersionedValue };
  /** Writes a key if it has the version; 0 for a key that is not there. */
  readonly put: {
    readonly request: { readonly key: string; readonly value: string; readonly version: number };
    readonly reply: { readonly answer: PutAnswer };
  };
};

/** The service's definition. */
export const versionedService: Service<VersionedMethods> = defineService<VersionedMethods>("kvsrv1", [
  "get",
  "put",
]);

/** The server's state: values and versions, nothing else. */
export class VersionedServer {
  readonly #values = new Map<string, { readonly value: string; readonly version: number }>();

  /** What the server answers. */
  get handlers(): Handlers<VersionedMethods> {
    return {
      get: ({ key }) => {
        const found = this.#values.get(key);
        return found === undefined ? { kind: "noKey" } : { kind: "found", ...found };
      },
      put: ({ key, value, version }) => ({ answer: this.#put(key, value, version) }),
    };
  }

  #put(key: string, value: string, version: number): PutAnswer {
    const present = this.#values.get(key)?.version ?? 0;
    if (version !== present) return present === 0 ? "noKey" : "version";
    this.#values.set(key, { value, version: version + 1 });
    return "ok";
  }
}

/** What a lock needs of a clerk. */
export interface VersionedStore {
  /** Reads a key. */
  get(key: string): Promise<VersionedValue>;
  /** Writes a key if it has the version; 0 for a key that is not there. */
  put(key: string, value: string, version: number): Promise<PutOutcome>;
}

/** What a clerk of a versioned server is made of. */
export interface VersionedClerkOptions extends SingleClerkOptions<VersionedMethods> {
  /**
   * Whether the network may bring a request twice, or later than an answer that was given up on it. The labs' network never
   * does; where one may, a put costs a read more and says _maybe_ more often, and is right.
   * @default {false}
   */
  readonly repeats?: boolean;
}

/** A client of that server; its calls end when they are answered. */
export class VersionedClerk implements VersionedStore {
  readonly #options: VersionedClerkOptions;

  /** Nothing is sent before the first call. */
  constructor(options: VersionedClerkOptions) {
    this.#options = options;
  }

  /** Reads a key. */
  get(key: string): Promise<VersionedValue> {
    return untilAnswered(this.#options, "get", { key });
  }

  /** Writes a key if it has the version; 0 for a key that is not there. */
  async put(key: string, value: string, version: number): Promise<PutOutcome> {
    const repeats = this.#options.repeats === true;
    const obstacle = repeats ? await this.#obstacle(key, version) : null;
    if (obstacle !== null) return obstacle;
    let again = repeats;
    const { answer } = await untilAnswered(this.#options, "put", { key, value, version }, () => again = true);
    // The first time "another version" is the plain truth. Later it may be this very put's own doing (labs K16, K17); and where
    // requests come twice, no answer is known to be that of the first.
    return again && answer === "version" ? "maybe" : answer;
  }

  /**
   * Why a put of `version` cannot succeed now, found without sending one; null if it may. A put that names a version to come
   * must not even be sent where a copy of it may arrive later, when that version has come and this call is long over.
   */
  async #obstacle(key: string, version: number): Promise<PutAnswer | null> {
    const found = await this.get(key);
    const present = found.kind === "found" ? found.version : 0;
    if (present === version) return null;
    return present === 0 ? "noKey" : "version";
  }
}
