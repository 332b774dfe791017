/**
 * Commands that are one step of the store each.
 * @module
 */

import { MAX_BATCH, MAX_LEASE_MS } from "../store/types.ts";
import type { Expiry, Step, StepFailure, StepResult } from "../store/steps.ts";
import { type Command, CommandError } from "./command.ts";
import { errorReply, NULL, OK, type Reply } from "./reply.ts";
import { optionOf, syntaxError, wordInteger, wordTimeMs } from "./words.ts";

/** How a command is understood. `most` is `Infinity` where words may go on. Neither counts the command's own name. */
export interface CommandRule {
  readonly least: number;
  readonly most: number;
  readonly read: (words: readonly string[], name: string) => Command;
}

const FAILURES: { readonly [why in StepFailure]: string } = {
  notANumber: "value is not an integer or out of range",
  overflow: "increment or decrement would overflow",
  tooLong: "string exceeds maximum allowed size",
  tooMuch: "too much to read at once, nothing was changed; ask for fewer or shorter values",
};

/** A result in the only way that it can be shown without knowing the command. */
export function showResult(result: StepResult): Reply {
  switch (result.kind) {
    case "done":
      return OK;
    case "nothing":
      return NULL;
    case "text":
      return result;
    case "integer":
      return result;
    case "list":
      return {
        kind: "list",
        items: result.values.map((value) => value === null ? NULL : { kind: "text", value }),
      };
    case "keys":
      return { kind: "list", items: result.keys.map((value) => ({ kind: "text", value })) };
    case "failed":
      return errorReply(FAILURES[result.why]);
  }
}

/** Milliseconds as whole seconds, rounded as Redis does; the two answers below zero stay. */
function showSeconds(result: StepResult): Reply {
  if (result.kind !== "integer" || result.value < 0) return showResult(result);
  return { kind: "integer", value: Math.floor((Number(result.value) + 500) / 1000) };
}

function step(step: Step, show: (result: StepResult) => Reply = showResult): Command {
  return { kind: "step", step, show };
}

function rule(least: number, most: number, read: CommandRule["read"]): CommandRule {
  return { least, most, read };
}

function add(sign: bigint): CommandRule["read"] {
  return ([key, by]) => step({ op: "add", key, by: by === undefined ? sign : sign * wordInteger(by) });
}

function expire(unitMs: number): CommandRule["read"] {
  return ([key, time, option], name) => {
    if (option !== undefined) throw syntaxError(name, option);
    const ms = wordInteger(time) * BigInt(unitMs);
    if (ms > BigInt(MAX_LEASE_MS)) {
      throw new CommandError(`invalid expire time in '${name}' command: at most ${MAX_LEASE_MS / unitMs}`);
    }
    return step({ op: "expire", key, afterMs: Math.max(0, Number(ms)) });
  };
}

function many(keys: readonly string[], name: string): readonly string[] {
  if (keys.length <= MAX_BATCH) return keys;
  throw new CommandError(`too many keys for '${name}': ${keys.length}, at most ${MAX_BATCH}; split them`);
}

function readSet([key, value, ...options]: readonly string[], name: string): Command {
  let when: "always" | "absent" | "present" = "always";
  let expiry: Expiry | null = null;
  let previous = false;
  for (let at = 0; at < options.length; at++) {
    const option = optionOf(options[at]);
    if ((option === "NX" || option === "XX") && when === "always") {
      when = option === "NX" ? "absent" : "present";
    } else if (option === "GET" && !previous) previous = true;
    else if (option === "KEEPTTL" && expiry === null) expiry = { kind: "keep" };
    else if ((option === "EX" || option === "PX") && expiry === null) {
      if (++at === options.length) throw syntaxError(name, undefined);
      expiry = { kind: "after", ms: wordTimeMs(options[at], option === "EX" ? 1000 : 1, name) };
    } else throw syntaxError(name, options[at]);
  }
  return step({ op: "set", key, value, when, expiry: expiry ?? { kind: "none" }, previous });
}

function readSetAll(words: readonly string[], name: string): Command {
  if (words.length % 2 === 1) throw new CommandError(`wrong number of arguments for '${name}' command`);
  const pairs: [string, string][] = [];
  for (let at = 0; at < words.length; at += 2) pairs.push([words[at], words[at + 1]]);
  if (pairs.length > MAX_BATCH) {
    throw new CommandError(`too many pairs for '${name}': ${pairs.length}, at most ${MAX_BATCH}; split them`);
  }
  return step({ op: "setAll", pairs });
}

/** By name, in small letters. */
export const STEP_COMMANDS: ReadonlyMap<string, CommandRule> = new Map([
  ["get", rule(1, 1, ([key]) => step({ op: "get", key }))],
  ["set", rule(2, Infinity, readSet)],
  ["append", rule(2, 2, ([key, value]) => step({ op: "append", key, value }))],
  ["strlen", rule(1, 1, ([key]) => step({ op: "length", key }))],
  ["del", rule(1, Infinity, (keys, name) => step({ op: "remove", keys: many(keys, name) }))],
  ["exists", rule(1, Infinity, (keys, name) => step({ op: "count", keys: many(keys, name) }))],
  ["mget", rule(1, Infinity, (keys, name) => step({ op: "getAll", keys: many(keys, name) }))],
  ["mset", rule(2, Infinity, readSetAll)],
  ["incr", rule(1, 1, add(1n))],
  ["decr", rule(1, 1, add(-1n))],
  ["incrby", rule(2, 2, add(1n))],
  ["decrby", rule(2, 2, add(-1n))],
  ["expire", rule(2, Infinity, expire(1000))],
  ["pexpire", rule(2, Infinity, expire(1))],
  ["persist", rule(1, 1, ([key]) => step({ op: "persist", key }))],
  ["ttl", rule(1, 1, ([key]) => step({ op: "remaining", key }, showSeconds))],
  ["pttl", rule(1, 1, ([key]) => step({ op: "remaining", key }))],
  ["dbsize", rule(0, 0, () => step({ op: "size" }))],
]);
