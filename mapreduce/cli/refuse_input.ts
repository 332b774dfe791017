/**
 * What is wrong with an input, in words.
 * @module
 */

import { InputError } from "../worker/inputs.ts";

/** Throws `InputError` for whatever reading `name` gave. */
export function refuseInput(name: string, cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code.startsWith("Z_")) {
    throw new InputError("damaged", `Cannot unpack ${name}: ${why}; pack it again or leave it out`, {
      cause,
    });
  }
  throw new InputError("unreadable", `Cannot read ${name}: ${why}`, { cause });
}
