/**
 * Words of a request: text, numbers, options.
 * @module
 */

import { utf8Text } from "../../runtime/bytes.ts";
import { parseInteger } from "../store/run_steps.ts";
import { MAX_LEASE_MS } from "../store/types.ts";
import { CommandError } from "./command.ts";

const SHORT_BYTES = 24;

/** A word as text. Keys and values of the store are texts, so that every door shows the same. */
export function wordText(word: Uint8Array): string {
  if (word.length <= SHORT_BYTES) {
    const short = shortAscii(word);
    if (short !== null) return short;
  }
  try {
    return utf8Text(word);
  } catch {
    throw new CommandError("Cannot take bytes that are not UTF-8: this store holds text, encode them first");
  }
}

/** Names and most keys: a decoder takes several times as long to be called. */
function shortAscii(word: Uint8Array): string | null {
  let text = "";
  for (let at = 0; at < word.length; at++) {
    if (word[at] > 0x7f) return null;
    text += String.fromCharCode(word[at]);
  }
  return text;
}

/** A whole number of 64 bits. */
export function wordInteger(word: string): bigint {
  const value = parseInteger(word);
  if (value !== null) return value;
  throw new CommandError("value is not an integer or out of range");
}

/** A time from now on, in milliseconds; `unitMs` is 1 or 1000. */
export function wordTimeMs(word: string, unitMs: number, command: string): number {
  const value = wordInteger(word) * BigInt(unitMs);
  if (value <= 0n || value > BigInt(MAX_LEASE_MS)) {
    throw new CommandError(
      `invalid expire time in '${command}' command: give 1 to ${MAX_LEASE_MS / unitMs}`,
    );
  }
  return Number(value);
}

/** Text of the options `words`, in capitals, for comparing. */
export function optionOf(word: string): string {
  return word.toUpperCase();
}

/** The request has words that nothing is done with. */
export function syntaxError(command: string, word: string | undefined): CommandError {
  if (word === undefined) return new CommandError(`syntax error: '${command}' ends too early`);
  return new CommandError(`syntax error: '${command}' does not take ${shown(word)} here`);
}

/** A word as it may be quoted in a message. */
export function shown(word: string): string {
  return JSON.stringify(word.length > 64 ? `${word.slice(0, 64)}...` : word);
}
