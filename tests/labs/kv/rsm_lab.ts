/**
 * The door of the suites for replicated state machines of 2025: labs 4A and 4C.
 * @module
 */

import type { LabPart } from "../lab.ts";
import { type RegisterOptions, registerPart } from "../register.ts";
import { RSM_4A, RSM_4C } from "./rsm_parts.ts";
import { type CountingPeer, makeCountingPeer, type MakeRsm, RsmTester } from "./rsm_tester.ts";
import type { KvPeer } from "./seat.ts";
import { STRICT_RSM_4A, STRICT_RSM_4C } from "./strict_rsm.ts";
import type { ServerWatch } from "./server_watch.ts";
import { defaultReplay, partOf, type Subject } from "./script.ts";

/** The parts. */
export type RsmPartName = "4A" | "4C";

/** What else may be said of an implementation. */
export interface RsmLabOptions {
  /** Makes the implementation's own laws for one run, for those who can look inside. Nothing by default. */
  readonly makeWatch?: () => ServerWatch<KvPeer>;
  /** The command that repeats a run. By default the one for a test file made with `register`. */
  readonly replay?: (test: string, seed: number) => string;
}

/** The suites for one implementation. */
export class RsmLab {
  readonly #subject: Subject<CountingPeer, RsmTester>;

  /** Use {@linkcode rsmLab}. */
  constructor(makeRsm: MakeRsm, options: RsmLabOptions = {}) {
    this.#subject = {
      makeServer: (seat) => makeCountingPeer(makeRsm, seat),
      makeWatch: () => watchReplicas(options.makeWatch?.() ?? null),
      makeTester: (servers) => new RsmTester(servers),
      replay: options.replay ?? defaultReplay,
    };
  }

  /** The tests of one part. */
  part(part: RsmPartName): LabPart {
    const scripts = part === "4A" ? [...RSM_4A, ...STRICT_RSM_4A] : [...RSM_4C, ...STRICT_RSM_4C];
    return partOf(part, scripts, this.#subject);
  }

  /** Registers the tests of one part. */
  register(part: RsmPartName, options: RegisterOptions): void {
    registerPart(this.part(part), options);
  }
}

/** The replicas are what was made; the tests have put a counter beside each. */
function watchReplicas(watch: ServerWatch<KvPeer> | null): ServerWatch<CountingPeer> | null {
  if (watch === null) return null;
  return {
    started: (server, { replica }) => watch.started(server, replica),
    touched: (server) => watch.touched(server),
    crashed: (server, image) => watch.crashed(server, image),
  };
}

/** Gives a replicated state machine the tests of labs 4A and 4C of 2025. */
export function rsmLab(makeRsm: MakeRsm, options: RsmLabOptions = {}): RsmLab {
  return new RsmLab(makeRsm, options);
}
