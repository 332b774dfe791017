/**
 * The door of the suites for replicated key/value servers: labs 4A and 4B of 2024, 4B and 4C of 2025.
 * @module
 */

import type { LabPart } from "../lab.ts";
import { type RegisterOptions, registerPart } from "../register.ts";
import { PART_4A } from "./part4a.ts";
import { PART_4B } from "./part4b.ts";
import { PART_4B_2025, PART_4C_2025 } from "./part4bc_2025.ts";
import { defaultReplay, partOf } from "./script.ts";
import type { KvPeer, KvServerSeat } from "./seat.ts";
import type { ServerWatch } from "./server_watch.ts";
import { STRICT_4A, STRICT_4B } from "./strict4.ts";
import { STRICT_CLERK_4A, STRICT_CLERK_4B } from "./strict_clerk.ts";
import { KvTester, type MakeAppendClerk } from "./tester.ts";
import { type MakeVersionedClerk, VersionedTester } from "./versioned_tester.ts";

/** The parts. In 2024 there is no 4C, in 2025 4A is about the state machine below: see `rsmLab`. */
export type KvPartName = "4A" | "4B" | "4C";

/** What all implementations have. */
export interface KvServerMaker {
  /** Starts one server. It must return quickly, or resolve without waiting for time to pass. */
  readonly makeServer: (seat: KvServerSeat) => KvPeer | Promise<KvPeer>;
  /** Makes the implementation's own laws for one run, for those who can look inside. Nothing by default. */
  readonly makeWatch?: () => ServerWatch<KvPeer>;
  /** The command that repeats a run. By default the one for a test file made with `register`. */
  readonly replay?: (test: string, seed: number) => string;
}

/** An implementation of the labs of one year. */
export type KvImplementation =
  /** Get, put and append. */
  | KvServerMaker & { readonly year: 2024; readonly makeClerk: MakeAppendClerk }
  /** Get, and put by version. */
  | KvServerMaker & { readonly year: 2025; readonly makeClerk: MakeVersionedClerk };

/** The suites for one implementation. */
export class KvLab {
  readonly #implementation: KvImplementation;

  /** Use {@linkcode kvLab}. */
  constructor(implementation: KvImplementation) {
    this.#implementation = implementation;
  }

  /** The tests of one part; none if the year has no such part. */
  part(part: KvPartName): LabPart {
    const { makeServer, makeWatch = () => null, replay = defaultReplay } = this.#implementation;
    if (this.#implementation.year === 2024) {
      const { makeClerk } = this.#implementation;
      const scripts = part === "4A"
        ? [...PART_4A, ...STRICT_4A, ...STRICT_CLERK_4A]
        : part === "4B"
        ? [...PART_4B, ...STRICT_4B]
        : [];
      return partOf(part, scripts, {
        makeServer,
        makeWatch,
        makeTester: (servers) => new KvTester(servers, makeClerk),
        replay,
      });
    }
    const { makeClerk } = this.#implementation;
    const scripts = part === "4B" ? [...PART_4B_2025, ...STRICT_CLERK_4B] : part === "4C" ? PART_4C_2025 : [];
    return partOf(part, scripts, {
      makeServer,
      makeWatch,
      makeTester: (servers) => new VersionedTester(servers, makeClerk),
      replay,
    });
  }

  /** Registers the tests of one part. */
  register(part: KvPartName, options: RegisterOptions): void {
    registerPart(this.part(part), options);
  }
}

/** Gives an implementation the tests of lab 4 of its year. */
export function kvLab(implementation: KvImplementation): KvLab {
  return new KvLab(implementation);
}
