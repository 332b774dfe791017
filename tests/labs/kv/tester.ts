/**
 * What every script of the 2024 suites calls: servers, recorded clerks, the pieces that clients append.
 * @module
 */

import { type KvInput, kvModel, type KvOutput } from "../../../porcupine/mod.ts";
import { LabFailure } from "../failure.ts";
import { BaseTester } from "./base_tester.ts";
import { History } from "./history.ts";
import { demand } from "./run.ts";
import type { AppendClerk, ClerkSeat, KvPeer } from "./seat.ts";
import type { ClerkPlace, Servers } from "./servers.ts";

/** Makes a clerk of 2024. */
export type MakeAppendClerk = (seat: ClerkSeat) => AppendClerk;

/** A clerk whose calls are written down. */
export class RecordedClerk {
  /** Its number, from 0. */
  readonly number: number;
  readonly #clerk: AppendClerk;
  readonly #history: History<KvInput, KvOutput>;
  readonly #connect: ClerkPlace["connect"];

  /** @param place Where the clerk is. */
  constructor(
    number: number,
    place: ClerkPlace,
    made: { clerk: AppendClerk; history: History<KvInput, KvOutput> },
  ) {
    this.number = number;
    this.#clerk = made.clerk;
    this.#history = made.history;
    this.#connect = place.connect;
  }

  /** Reads. */
  async get(key: string): Promise<string> {
    const { value } = await this.#history.call(this.number, { f: "get", key }, async () => {
      const got = await this.#clerk.get(key);
      if (typeof got !== "string") {
        throw new LabFailure(`get("${key}") gave ${String(got)}, which is no string`);
      }
      return { f: "get" as const, value: got };
    });
    return value;
  }

  /** Replaces. */
  async put(key: string, value: string): Promise<void> {
    await this.#history.call(this.number, { f: "put", key, value }, async () => {
      await this.#clerk.put(key, value);
      return { f: "put" as const };
    });
  }

  /** Adds to the end. */
  async append(key: string, value: string): Promise<unknown> {
    let old: unknown;
    await this.#history.call(this.number, { f: "append", key, value }, async () => {
      old = await this.#clerk.append(key, value);
      return { f: "append" as const };
    });
    return old;
  }

  /** Reaches exactly these servers from now on. */
  connect(servers: readonly number[]): void {
    this.#connect(servers);
  }
}

/** See the module's page. */
export class KvTester extends BaseTester<KvPeer> {
  readonly #history = new History<KvInput, KvOutput>();
  readonly #makeClerk: MakeAppendClerk;
  #clerks = 0;

  /** A tester of servers that are all down. */
  constructor(servers: Servers<KvPeer>, makeClerk: MakeAppendClerk) {
    super(servers);
    this.#makeClerk = makeClerk;
  }

  /** Operations that were answered. */
  get operations(): number {
    return this.#history.answered;
  }

  /** A new clerk. */
  clerk(reaches: readonly number[] = this.servers.numbers): RecordedClerk {
    const place = this.servers.clerk(reaches);
    const clerk = this.#makeClerk(place.seat);
    return new RecordedClerk(this.#clerks++, place, { clerk, history: this.#history });
  }

  /** Throws `LabFailure` if what clients were told cannot be. */
  judge(): void {
    this.#history.judge(kvModel());
  }
}

/** What client `client` appends as its `nth`: no piece is part of another. */
export function piece(client: number, nth: number): string {
  return `x ${client} ${nth} y`;
}

/** Every piece of every client must be there, once, and a client's in order. `counts`: how many each has appended. */
export function checkPieces(value: string, counts: ReadonlyMap<number, number>): void {
  for (const [client, count] of counts) {
    let last = -1;
    for (let nth = 0; nth < count; nth++) {
      const wanted = piece(client, nth);
      const at = value.indexOf(wanted);
      demand(at !== -1, `the piece "${wanted}" is missing in ${shorten(value)}`);
      demand(value.lastIndexOf(wanted) === at, `the piece "${wanted}" is there twice in ${shorten(value)}`);
      demand(at > last, `the piece "${wanted}" is out of order in ${shorten(value)}`);
      last = at;
    }
  }
}

function shorten(value: string): string {
  return value.length <= 200 ? `"${value}"` : `"${value.slice(0, 100)} ... ${value.slice(-100)}"`;
}
