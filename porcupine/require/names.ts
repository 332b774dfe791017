import { nearest } from "./nearest.ts";
import { PorcupineError } from "../types.ts";

/** The names of options: all of a type's, so that none can be forgotten. */
export type Names<Options> = Readonly<Record<keyof Options, true>>;

/**
 * The options of every check. One door takes those of the others, too: whoever shares his limits among them has misspelt nothing.
 * Each door says there that none of its own is missing.
 */
export const CHECK_NAMES = {
  timeLimitMs: true,
  memoryLimitBytes: true,
  signal: true,
  now: true,
  heldBytes: true,
  explain: true,
  strategy: true,
  workers: true,
  pool: true,
  windowAnswers: true,
} as const;

/**
 * Refuses an option that nobody knows, and what is no options at all: from plain JavaScript, or behind a cast, a limit that is
 * misspelt would be no limit, and a model's first state that is misspelt another one. `door`: whose options they are.
 */
export function requireNames(door: string, options: unknown, names: Readonly<Record<string, true>>): void {
  const known = Object.keys(names);
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw refused(
      `the options of ${door} are ${told(options)}; give an object with any of ${known.join(", ")}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    const meant = nearest(name, known);
    const others = known.filter((one) => one !== meant).join(", ");
    throw refused(
      `${door} has no option ${name}; ` +
        (others === "" ? `it has ${meant}` : `${meant} is the nearest, and it has ${others}`),
    );
  }
}

function told(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "function" ? "a function" : typeof value === "bigint" ? `${value}n` : String(value);
}

function refused(message: string): PorcupineError {
  return new PorcupineError("unknown-option", message);
}
