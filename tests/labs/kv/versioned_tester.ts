/**
 * What every script of the 2025 suites calls: servers, recorded clerks that put by version.
 * @module
 */

import { type VersionedKvInput, versionedKvModel, type VersionedKvOutput } from "../../../porcupine/mod.ts";
import { LabFailure } from "../failure.ts";
import { BaseTester } from "./base_tester.ts";
import { History } from "./history.ts";
import { demand } from "./run.ts";
import type { ClerkSeat, KvPeer, VersionedClerkFace, VersionedGet, VersionedPut } from "./seat.ts";
import type { Servers } from "./servers.ts";

/** Makes a clerk of 2025. */
export type MakeVersionedClerk = (seat: ClerkSeat) => VersionedClerkFace;

/** A history of versioned puts and gets. */
export type VersionedHistory = History<VersionedKvInput, VersionedKvOutput>;

/** A clerk whose calls are written down. */
export class RecordedVersionedClerk implements VersionedClerkFace {
  /** Its number, from 0. */
  readonly number: number;
  /** Reaches exactly these servers from now on. */
  readonly connect: (servers: readonly number[]) => void;
  readonly #clerk: VersionedClerkFace;
  readonly #history: VersionedHistory;

  /** Records what `clerk` is told. */
  constructor(
    number: number,
    made: { readonly clerk: VersionedClerkFace; readonly connect: (servers: readonly number[]) => void },
    history: VersionedHistory,
  ) {
    this.number = number;
    this.#clerk = made.clerk;
    this.connect = made.connect;
    this.#history = history;
  }

  /** Reads. */
  async get(key: string): Promise<VersionedGet> {
    let got: VersionedGet = { kind: "noKey" };
    await this.#history.call(this.number, { f: "get", key }, async () => {
      got = await this.#clerk.get(key);
      return got.kind === "noKey"
        ? { f: "get", error: "noKey" } as const
        : { f: "get", value: got.value, version: got.version } as const;
    });
    return got;
  }

  /** Writes if the version matches. */
  async put(key: string, value: string, version: number): Promise<VersionedPut> {
    const { result } = await this.#history.call(
      this.number,
      { f: "put", key, value, version },
      async () => ({ f: "put", result: await this.#clerk.put(key, value, version) }) as const,
    );
    return result;
  }

  /** A get that must find something. */
  async read(key: string): Promise<{ readonly value: string; readonly version: number }> {
    const got = await this.get(key);
    if (got.kind === "noKey") throw new LabFailure(`the key ${key} is not there`);
    return got;
  }

  /** A put that must be done. */
  async write(key: string, value: string, version: number): Promise<void> {
    const result = await this.put(key, value, version);
    demand(result === "ok", `put("${key}", "${value}", ${version}) gave ${result} instead of ok`);
  }
}

/** What came of many puts. */
export interface PutTally {
  ok: number;
  maybe: number;
}

/** See the module's page. */
export class VersionedTester extends BaseTester<KvPeer> {
  readonly #history: VersionedHistory = new History();
  readonly #makeClerk: MakeVersionedClerk;
  #clerks = 0;

  /** A tester of servers that are all down. */
  constructor(servers: Servers<KvPeer>, makeClerk: MakeVersionedClerk) {
    super(servers);
    this.#makeClerk = makeClerk;
  }

  /** Operations that were answered. */
  get operations(): number {
    return this.#history.answered;
  }

  /** A new clerk. */
  clerk(reaches: readonly number[] = this.servers.numbers): RecordedVersionedClerk {
    const { seat, connect } = this.servers.clerk(reaches);
    const clerk = this.#makeClerk(seat);
    return new RecordedVersionedClerk(this.#clerks++, { clerk, connect }, this.#history);
  }

  /** Throws `LabFailure` if what clients were told cannot be. */
  judge(): void {
    this.#history.judge(versionedKvModel());
  }
}

/** Whether the version of the one key that was put to fits what the puts came to. */
export function checkCount(version: number, tally: PutTally, faultFree: boolean): void {
  const { ok, maybe } = tally;
  // The official test has the upper bound only (hole 6).
  const most = faultFree ? ok : ok + maybe;
  demand(
    version >= ok && version <= most,
    `the key has version ${version} after ${ok} puts that were done and ${maybe} that may have been`,
  );
}
