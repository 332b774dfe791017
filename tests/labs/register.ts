/**
 * Lab tests as plain tests of Deno, or of any runner with the same face.
 * @module
 */

import { LabFailure } from "./failure.ts";
import { type LabPart, titleOf } from "./lab.ts";

/** Where tests are registered: `Deno.test`. */
export type RegisterTest = (title: string, run: () => Promise<void>) => void;

/** How a part is registered. */
export interface RegisterOptions {
  /** Registers one test: `Deno.test`. */
  readonly test: RegisterTest;
  /** The command line behind `--`: `Deno.args`. Understands `--seed N`. */
  readonly args: readonly string[];
}

/** The seed when nobody names one. */
export const DEFAULT_SEED = 1;

/** The number behind `--seed`, or the usual one. Throws {@linkcode LabFailure} if it is no safe integer. */
export function seedFrom(args: readonly string[]): number {
  const at = args.findIndex((arg) => arg === "--seed" || arg.startsWith("--seed="));
  if (at === -1) return DEFAULT_SEED;
  const text = args[at].startsWith("--seed=") ? args[at].slice("--seed=".length) : args[at + 1] ?? "";
  const seed = Number(text);
  if (text === "" || !Number.isSafeInteger(seed)) {
    throw new LabFailure(`Cannot use the seed "${text}": give a whole number, as in -- --seed 17`);
  }
  return seed;
}

/** Registers every test of a part under its official name and its sentence. */
export function registerPart(part: LabPart, options: RegisterOptions): void {
  const seed = seedFrom(options.args);
  for (const test of part.tests) {
    options.test(titleOf(test), async () => {
      await test.run({ seed, record: false });
    });
  }
}
