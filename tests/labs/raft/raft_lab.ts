/**
 * The door of the Raft suites: gives any Raft the tests of labs 3A to 3D.
 * @module
 */

import type { LabPart, LabTest } from "../lab.ts";
import { type RegisterOptions, registerPart } from "../register.ts";
import type { PeerWatch } from "./cluster_options.ts";
import { PART_3A } from "./part3a.ts";
import { PART_3B } from "./part3b.ts";
import { PART_3C } from "./part3c.ts";
import { PART_3D } from "./part3d.ts";
import { type RaftScript, runScript, type ScriptSubject } from "./script.ts";
import type { MakeRaft } from "./seat.ts";
import { STRICT_3A } from "./strict3a.ts";
import { STRICT_3B } from "./strict3b.ts";
import { STRICT_3C } from "./strict3c.ts";
import { STRICT_3D } from "./strict3d.ts";
import { STRICT_3D_MEMORY } from "./strict3d_memory.ts";

/** The parts of lab 3. */
export type RaftPartName = "3A" | "3B" | "3C" | "3D";

/** The names of all parts, in order. */
export const RAFT_PARTS: readonly RaftPartName[] = ["3A", "3B", "3C", "3D"];

const SCRIPTS: { readonly [part in RaftPartName]: readonly RaftScript[] } = {
  "3A": [...PART_3A, ...STRICT_3A],
  "3B": [...PART_3B, ...STRICT_3B],
  "3C": [...PART_3C, ...STRICT_3C],
  "3D": [...PART_3D, ...STRICT_3D, ...STRICT_3D_MEMORY],
};

/** What else may be said of an implementation. */
export interface RaftLabOptions {
  /**
   * Makes the implementation's own laws for one run, for those who can look inside. Nothing by default.
   * See {@linkcode PeerWatch}.
   */
  readonly makeWatch?: () => PeerWatch;
  /** The command that repeats a run. By default the one for a test file made with {@linkcode RaftLab.register}. */
  readonly replay?: (test: string, seed: number) => string;
}

/** The suites of labs 3A to 3D for one implementation. */
export class RaftLab {
  readonly #subject: ScriptSubject;

  /** Use {@linkcode raftLab}. */
  constructor(makeRaft: MakeRaft, options: RaftLabOptions = {}) {
    this.#subject = {
      makeRaft,
      makeWatch: options.makeWatch ?? (() => null),
      replay: options.replay ??
        ((test, seed) => `deno test -A --filter ${test} YOUR_TEST_FILE -- --seed ${seed}`),
    };
  }

  /** The tests of one part. */
  part(part: RaftPartName): LabPart {
    return { part, tests: SCRIPTS[part].map((script) => this.#test(script)) };
  }

  /**
   * Registers the tests of one part.
   *
   * @example A test file for your own Raft
   * ```ts ignore
   * raftLab(makeMyRaft).register("3A", { test: Deno.test, args: Deno.args });
   * ```
   */
  register(part: RaftPartName, options: RegisterOptions): void {
    registerPart(this.part(part), options);
  }

  #test(script: RaftScript): LabTest {
    const { name, sentence } = script;
    return { name, sentence, run: (run) => runScript(script, this.#subject, run) };
  }
}

/**
 * Gives `makeRaft` the tests of labs 3A to 3D.
 *
 * @example A Raft that does nothing yet is told what is missing first
 * ```ts
 * import { raftLab } from "@flotilla/flotilla/testing";
 * import { assertRejects } from "@std/assert";
 *
 * const lab = raftLab(() => ({
 *   start: () => ({ index: 0, term: 0, isLeader: false }),
 *   getState: () => ({ term: 0, isLeader: false }),
 *   snapshot() {},
 * }));
 * const [test] = lab.part("3A").tests;
 * await assertRejects(
 *   () => test.run({ seed: 1, record: false }),
 *   Error,
 *   "TestInitialElection3A: expected one leader among the connected servers within 5 s, got none",
 * );
 * ```
 */
export function raftLab(makeRaft: MakeRaft, options: RaftLabOptions = {}): RaftLab {
  return new RaftLab(makeRaft, options);
}
