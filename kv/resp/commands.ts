/**
 * The table of commands: from words to what they ask for.
 * @module
 */

import { type Command, CommandError } from "./command.ts";
import { OK } from "./reply.ts";
import { type CommandRule, STEP_COMMANDS } from "./step_commands.ts";
import { optionOf, shown, syntaxError, wordInteger, wordText } from "./words.ts";

/** A page has this many keys unless the client says otherwise. */
const DEFAULT_COUNT = 10;
const MAX_COUNT = 10_000;

function plain(kind: "multi" | "exec" | "discard" | "unwatch" | "quit"): CommandRule {
  return { least: 0, most: 0, read: () => ({ kind }) };
}

function readPing(words: readonly string[]): Command {
  if (words.length === 0) return { kind: "reply", reply: { kind: "simple", text: "PONG" } };
  return { kind: "reply", reply: { kind: "text", value: words[0] } };
}

function readSelect([number]: readonly string[]): Command {
  if (wordInteger(number) === 0n) return { kind: "reply", reply: OK };
  throw new CommandError("DB index is out of range: there is one database, 0");
}

function readHello(words: readonly string[], name: string): Command {
  const version = words.length === 0 ? null : Number(words[0]);
  if (version !== null && version !== 2 && version !== 3) {
    throw new CommandError("unsupported protocol version: this port speaks 2 and 3", "NOPROTO");
  }
  let token: string | null = null;
  for (let at = 1; at < words.length;) {
    const option = optionOf(words[at]);
    // A user's name means nothing here: the token is what counts.
    if (option === "AUTH" && at + 2 < words.length) token = words[at + 2];
    else if (option !== "SETNAME" || at + 1 >= words.length) throw syntaxError(name, words[at]);
    at += option === "AUTH" ? 3 : 2;
  }
  return { kind: "hello", version, token };
}

function readScan([cursor, ...options]: readonly string[], name: string): Command {
  if (!/^\d{1,19}$/.test(cursor)) throw new CommandError("invalid cursor");
  let match: string | null = null;
  let count = DEFAULT_COUNT;
  for (let at = 0; at < options.length; at += 2) {
    const option = optionOf(options[at]);
    const value = options[at + 1];
    if (value === undefined) throw syntaxError(name, undefined);
    if (option === "MATCH") match = value;
    else if (option === "COUNT") {
      count = Number(wordInteger(value));
      if (count < 1) throw new CommandError("syntax error: COUNT must be at least 1");
    } else if (option !== "TYPE") throw syntaxError(name, options[at]);
    else if (value.toLowerCase() !== "string") {
      throw new CommandError("unknown type name: all values are strings");
    }
  }
  return { kind: "scan", cursor: BigInt(cursor), count: Math.min(count, MAX_COUNT), match };
}

const COMMANDS: ReadonlyMap<string, CommandRule> = new Map<string, CommandRule>([
  ...STEP_COMMANDS,
  ["scan", { least: 1, most: Infinity, read: readScan }],
  ["ping", { least: 0, most: 1, read: readPing }],
  ["echo", { least: 1, most: 1, read: ([value]) => ({ kind: "reply", reply: { kind: "text", value } }) }],
  ["select", { least: 1, most: 1, read: readSelect }],
  ["hello", { least: 0, most: Infinity, read: readHello }],
  ["auth", { least: 1, most: 2, read: (words) => ({ kind: "auth", token: words[words.length - 1] }) }],
  ["client", { least: 1, most: Infinity, read: (words) => ({ kind: "client", words }) }],
  ["info", { least: 0, most: Infinity, read: (sections) => ({ kind: "info", sections }) }],
  ["watch", { least: 1, most: 1000, read: (keys) => ({ kind: "watch", keys }) }],
  ["multi", plain("multi")],
  ["exec", plain("exec")],
  ["discard", plain("discard")],
  ["unwatch", plain("unwatch")],
  ["quit", plain("quit")],
]);

/** Every command that is understood, in order. */
export const COMMAND_NAMES: readonly string[] = [...COMMANDS.keys()].sort();

/** Understands a request. Throws {@linkcode CommandError}. */
export function readCommand(words: readonly Uint8Array[]): Command {
  const name = wordText(words[0]).toLowerCase();
  const found = COMMANDS.get(name);
  if (found === undefined) {
    throw new CommandError(`unknown command ${shown(name)}: this port knows ${COMMAND_NAMES.join(" ")}`);
  }
  const given = words.length - 1;
  if (given < found.least || given > found.most) {
    throw new CommandError(`wrong number of arguments for '${name}' command`);
  }
  const texts: string[] = [];
  for (let at = 1; at < words.length; at++) texts.push(wordText(words[at]));
  return found.read(texts, name);
}
