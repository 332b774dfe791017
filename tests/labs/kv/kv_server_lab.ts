/**
 * The door of the suites for single servers: lab 2 of both years.
 * @module
 */

import type { LabPart, LabRun } from "../lab.ts";
import { type RegisterOptions, registerPart } from "../register.ts";
import { defaultReplay } from "./script.ts";
import { PART_2_2024, SingleTester } from "./single_2024.ts";
import { type MakeLock, PART_2_2025, SingleVersionedTester } from "./single_2025.ts";
import {
  type MakeSingleServer,
  runSingleScript,
  type SingleScript,
  type SingleSubject,
} from "./single_stage.ts";
import type { MakeAppendClerk } from "./tester.ts";
import type { MakeVersionedClerk } from "./versioned_tester.ts";

/** What all implementations have. */
export interface SingleServerMaker {
  /** Starts the server. */
  readonly makeServer: MakeSingleServer;
  /** The command that repeats a run. By default the one for a test file made with `register`. */
  readonly replay?: (test: string, seed: number) => string;
}

/** An implementation of the lab of one year. */
export type SingleServerImplementation =
  /** Get, put and append; append answers with the value before. */
  | SingleServerMaker & { readonly year: 2024; readonly makeClerk: MakeAppendClerk }
  /** Get, and put by version; and a lock on it. */
  | SingleServerMaker & {
    readonly year: 2025;
    readonly makeClerk: MakeVersionedClerk;
    readonly makeLock: MakeLock;
  };

/** The suite for one implementation. */
export class KvServerLab {
  readonly #implementation: SingleServerImplementation;

  /** Use {@linkcode kvServerLab}. */
  constructor(implementation: SingleServerImplementation) {
    this.#implementation = implementation;
  }

  /** The tests. */
  part(): LabPart {
    const { makeServer, replay = defaultReplay } = this.#implementation;
    if (this.#implementation.year === 2024) {
      const { makeClerk } = this.#implementation;
      const makeTester = (stage: SingleTester["stage"]) => new SingleTester(stage, makeClerk);
      return partOf(PART_2_2024, { makeServer, makeTester, replay });
    }
    const { makeClerk, makeLock } = this.#implementation;
    const makeTester = (stage: SingleVersionedTester["stage"]) =>
      new SingleVersionedTester(stage, { makeClerk, makeLock });
    return partOf(PART_2_2025, { makeServer, makeTester, replay });
  }

  /** Registers the tests. */
  register(options: RegisterOptions): void {
    registerPart(this.part(), options);
  }
}

/** Gives a single server the tests of lab 2 of its year. */
export function kvServerLab(implementation: SingleServerImplementation): KvServerLab {
  return new KvServerLab(implementation);
}

function partOf<Tester>(scripts: readonly SingleScript<Tester>[], subject: SingleSubject<Tester>): LabPart {
  const tests = scripts.map((script) => {
    const { name, sentence } = script;
    return { name, sentence, run: (run: LabRun) => runSingleScript(script, subject, run) };
  });
  return { part: "2", tests };
}
