import { assertEquals, assertThrows } from "@std/assert";
import { RefusedError, UnknownOutcomeError } from "../../kv/mod.ts";
import { clientReply, failureReply, sameText } from "../../kv/resp/client_reply.ts";
import { type Command, CommandError } from "../../kv/resp/command.ts";
import { readCommand } from "../../kv/resp/commands.ts";

const encoder = new TextEncoder();

function read(...words: readonly string[]): Command {
  return readCommand(words.map((word) => encoder.encode(word)));
}

/** Only the step: how its result is shown is no data. */
function stepOf(...words: readonly string[]): unknown {
  const command = read(...words);
  return command.kind === "step" ? command.step : command;
}

const MANY = Array.from({ length: 1001 }, (_, at) => `${at}`);
const SET = { op: "set", key: "k", value: "v", when: "always", expiry: { kind: "none" }, previous: false };

for (
  const [words, wanted] of [
    [["SET", "k", "v"], SET],
    [["set", "k", "v", "nx"], { ...SET, when: "absent" }],
    [["SET", "k", "v", "GET", "XX"], { ...SET, when: "present", previous: true }],
    [["SET", "k", "v", "KEEPTTL"], { ...SET, expiry: { kind: "keep" } }],
    [["SET", "k", "v", "EX", "2"], { ...SET, expiry: { kind: "after", ms: 2000 } }],
    [["SET", "k", "v", "PX", "1", "NX"], { ...SET, when: "absent", expiry: { kind: "after", ms: 1 } }],
    [["MSET", "a", "1", "b", "2"], { op: "setAll", pairs: [["a", "1"], ["b", "2"]] }],
    [["INCR", "k"], { op: "add", key: "k", by: 1n }],
    [["DECR", "k"], { op: "add", key: "k", by: -1n }],
    [["INCRBY", "k", "-7"], { op: "add", key: "k", by: -7n }],
    [["DECRBY", "k", "7"], { op: "add", key: "k", by: -7n }],
    [["EXPIRE", "k", "3"], { op: "expire", key: "k", afterMs: 3000 }],
    [["PEXPIRE", "k", "3"], { op: "expire", key: "k", afterMs: 3 }],
    [["EXPIRE", "k", "-3"], { op: "expire", key: "k", afterMs: 0 }],
    [["DEL", ...MANY.slice(1)], { op: "remove", keys: MANY.slice(1) }],
    [["SCAN", "0"], { kind: "scan", cursor: 0n, count: 10, match: null }],
    [["SCAN", "7", "match", "a*", "COUNT", "1", "TYPE", "String"], {
      kind: "scan",
      cursor: 7n,
      count: 1,
      match: "a*",
    }],
    [["SCAN", "7", "COUNT", "99999"], { kind: "scan", cursor: 7n, count: 10_000, match: null }],
    [["HELLO"], { kind: "hello", version: null, token: null }],
    [["HELLO", "3", "AUTH", "me", "secret", "SETNAME", "n"], { kind: "hello", version: 3, token: "secret" }],
    [["AUTH", "me", "secret"], { kind: "auth", token: "secret" }],
  ] as const
) {
  Deno.test(`${words.slice(0, 9).join(" ")} is understood`, () => assertEquals(stepOf(...words), wanted));
}

for (
  const [words, says] of [
    [["NOPE"], 'unknown command "nope"'],
    [["GET"], "wrong number of arguments for 'get'"],
    [["GET", "a", "b"], "wrong number of arguments for 'get'"],
    [["SET", "k", "v", "NX", "XX"], "'set' does not take \"XX\" here"],
    [["SET", "k", "v", "GET", "GET"], "does not take"],
    [["SET", "k", "v", "EX", "1", "PX", "1"], "does not take"],
    [["SET", "k", "v", "EX", "1", "KEEPTTL"], "does not take"],
    [["SET", "k", "v", "EX"], "ends too early"],
    [["SET", "k", "v", "EX", "0"], "invalid expire time in 'set' command"],
    [["SET", "k", "v", "EX", "x"], "not an integer"],
    [["SET", "k", "v", "PX", "9223372036854775807"], "invalid expire time"],
    [["MSET", "a", "1", "b"], "wrong number of arguments for 'mset'"],
    [["MSET", ...MANY, ...MANY], "too many pairs for 'mset': 1001, at most 1000"],
    [["DEL", ...MANY], "too many keys for 'del': 1001, at most 1000"],
    [["INCRBY", "k", "1.5"], "not an integer"],
    [["INCRBY", "k", "9223372036854775808"], "not an integer"],
    [["EXPIRE", "k", "9223372036854775807"], "invalid expire time in 'expire' command"],
    [["EXPIRE", "k", "1", "NX"], "'expire' does not take \"NX\" here"],
    [["SCAN", "x"], "invalid cursor"],
    [["SCAN", "-1"], "invalid cursor"],
    [["SCAN", "12345678901234567890"], "invalid cursor"],
    [["SCAN", "0", "COUNT"], "ends too early"],
    [["SCAN", "0", "COUNT", "0"], "COUNT must be at least 1"],
    [["SCAN", "0", "TYPE", "hash"], "unknown type name"],
    [["SCAN", "0", "NOVALUES", "1"], "does not take"],
    [["SELECT", "1"], "there is one database"],
    [["HELLO", "4"], "this port speaks 2 and 3"],
    [["HELLO", "3", "AUTH", "me"], "does not take"],
    [["HELLO", "3", "SETNAME"], "does not take"],
  ] as const
) {
  Deno.test(`${words.slice(0, 7).join(" ")} is refused: ${says}`, () => {
    assertThrows(() => read(...words), CommandError, says);
  });
}

Deno.test("bytes that are not UTF-8 are refused in a short word and in a long one", () => {
  for (const length of [1, 100]) {
    const word = new Uint8Array(length).fill(0xff);
    assertThrows(() => readCommand([encoder.encode("GET"), word]), CommandError, "not UTF-8");
  }
});

Deno.test("a connection has the name that it was given, and takes none that a list of connections could not show", () => {
  const about = { id: 7, name: "" };
  const ask = (...words: readonly string[]) => clientReply(about, words);
  assertEquals(ask("ID"), { kind: "integer", value: 7 });
  assertEquals(ask("GETNAME").kind, "null");
  for (const bad of [["a b"], ["a\n"], ["é"], ["a", "b"], [], ["x".repeat(257)]]) {
    assertEquals([ask("SETNAME", ...bad).kind, about.name], ["error", ""]);
  }
  assertEquals([ask("SETNAME", "n").kind, ask("getname")], ["simple", { kind: "text", value: "n" }]);
  assertEquals(ask("KILL").kind, "error");
});

Deno.test("a failure says by its code whether something may have been changed", () => {
  const codeOf = (error: Error) => {
    const reply = failureReply(error);
    return reply.kind === "error" ? reply.code : reply.kind;
  };
  assertEquals(codeOf(new UnknownOutcomeError("who knows")), "UNKNOWN");
  assertEquals(codeOf(new RefusedError("timeout", "too late")), "TRYAGAIN");
  assertEquals(codeOf(new RefusedError("invalid", "nonsense")), "ERR");
});

Deno.test("a token is the same only if every letter and the length are", () => {
  for (const [left, right] of [["a", ""], ["", "a"], ["ab", "a"], ["a", "aa"], ["aa", "a"], ["ab", "ac"]]) {
    assertEquals(sameText(left, right), false, `${left} and ${right}`);
  }
  assertEquals([sameText("", ""), sameText("secret", "secret")], [true, true]);
});
