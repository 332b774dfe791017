import { assert, assertEquals } from "@std/assert";
import type { KvInput, KvOutput, Operation } from "../../porcupine/mod.ts";
import { risingVersions } from "./counter.ts";
import { logSessions } from "./log_sessions.ts";
import { registerSessions } from "./register_sessions.ts";
import type { Breach } from "./sessions.ts";
import { nothingMissed } from "./set.ts";
import { textSessions } from "./text_sessions.ts";
import { everyWriteInOrder } from "./watch.ts";

let now = 0;

/** An operation behind all others. */
function ok<Input, Output>(client: string, input: Input, output: Output): Operation<Input, Output> {
  return { client, input, callAt: ++now, outcome: { status: "ok", output, returnAt: ++now } };
}

function lawOf(found: Breach | null): string | null {
  return found?.violation.law ?? null;
}

Deno.test("of registers: a client that reads a value it knew to be replaced is let down, another client is not", () => {
  const key = "k";
  const write = (client: string, value: string) =>
    ok(client, { key, input: { f: "write", value } } as const, { f: "write" } as const);
  const read = (client: string, value: string | null) =>
    ok(client, { key, input: { f: "read" } } as const, { f: "read", value } as const);
  const swap = (from: string, to: string, swapped: boolean) =>
    ok("c1", { key, input: { f: "cas", from, to } } as const, { f: "cas", swapped } as const);
  const law = (...operations: Parameters<typeof registerSessions>[0]) => lawOf(registerSessions(operations));
  assertEquals(law(write("c1", "a"), read("c1", "a"), read("c1", "b"), read("c1", "b")), null);
  assertEquals(law(write("c1", "a"), read("c1", null)), "read-your-writes");
  assertEquals(law(read("c1", "b"), write("c1", "a"), read("c1", "b")), "read-your-writes");
  assertEquals(law(read("c1", "a"), read("c1", "b"), read("c1", "a")), "monotonic-reads");
  assertEquals(law(read("c1", "a"), read("c1", null)), "monotonic-reads");
  assertEquals(law(read("c1", "b"), read("c2", "a")), null);
  assertEquals(law(read("c1", "a"), swap("a", "b", true), read("c1", "a")), "read-your-writes");
  assertEquals(law(read("c1", "a"), swap("x", "b", false), read("c1", "a")), null);
});

Deno.test("of texts: what a client appended or read stays until it is replaced, and what was replaced does not come back", () => {
  const key = "k";
  const put = (client: string, value: string) =>
    ok<KvInput, KvOutput>(client, { f: "put", key, value }, { f: "put" });
  const append = (client: string, value: string) =>
    ok<KvInput, KvOutput>(client, { f: "append", key, value }, { f: "append" });
  const get = (client: string, value: string) =>
    ok<KvInput, KvOutput>(client, { f: "get", key }, { f: "get", value });
  const law = (...operations: Operation<KvInput, KvOutput>[]) => lawOf(textSessions(operations));
  assertEquals(law(append("c1", "a "), get("c1", "b a "), get("c1", "b a c ")), null);
  assertEquals(law(append("c1", "a "), get("c1", "b ")), "read-your-writes");
  assertEquals(law(append("c1", "a "), get("c1", "")), "read-your-writes");
  assertEquals(law(put("c1", "a "), get("c1", "")), "read-your-writes");
  assertEquals(law(get("c1", "b a "), get("c1", "b ")), "monotonic-reads");
  assertEquals(law(get("c1", "b a "), get("c1", "c b ")), "monotonic-reads");
  // Somebody else's put may have come between, before or after the append.
  assertEquals(law(put("c2", "p "), append("c1", "a "), get("c1", "p ")), null);
  assertEquals(
    law(put("c2", "p "), get("c1", "p "), append("c1", "a "), get("c1", "p ")),
    "read-your-writes",
  );
  const [one, two] = [put("c2", "p "), put("c2", "q ")];
  assertEquals(law(one, two, get("c1", "p "), get("c1", "q "), get("c1", "p ")), "monotonic-reads");
  assertEquals(law(one, put("c1", "r "), get("c1", "p ")), null);
  assertEquals(law(one, get("c1", "p "), put("c1", "r "), get("c1", "p ")), "read-your-writes");
  // c1.1 is no part of c1.11.
  assertEquals(law(append("c1", "c1.1 "), get("c1", "c1.11 ")), "read-your-writes");
});

Deno.test("of logs, counters and sets: nothing gets shorter, lower or fewer for who knew better", () => {
  const key = "";
  const append = (value: string, offset: number) =>
    ok("c1", { key, input: { f: "append", value } } as const, { f: "append", offset } as const);
  const length = (size: number) =>
    ok("c1", { key, input: { f: "length" } } as const, { f: "length", length: size } as const);
  const entry = (offset: number, value: string | null) =>
    ok(
      "c1",
      { key, input: { f: "read", offset } } as const,
      { f: "read", found: value === null ? "end" : { value } } as const,
    );
  const log = (...operations: Parameters<typeof logSessions>[0]) => lawOf(logSessions(operations));
  assertEquals(log(append("a", 3), length(4), entry(3, "a"), entry(4, null)), null);
  assertEquals(log(append("a", 3), length(3)), "read-your-writes");
  assertEquals(log(append("a", 3), entry(3, "b")), "read-your-writes");
  assertEquals(log(length(4), length(3)), "monotonic-reads");
  assertEquals(log(entry(2, "b"), entry(2, null)), "monotonic-reads");
  assertEquals(log(entry(2, "b"), entry(2, "c")), "monotonic-reads");

  const give = (value: number) =>
    ok("c1", { key, input: { f: "addAndGet", amount: 1 } } as const, { f: "addAndGet", value } as const);
  const look = (value: number) =>
    ok("c1", { key, input: { f: "read" } } as const, { f: "read", value } as const);
  assertEquals(lawOf(risingVersions([give(2), look(2), look(5), give(6)])), null);
  assertEquals(lawOf(risingVersions([give(2), look(1)])), "read-your-writes");
  assertEquals(lawOf(risingVersions([look(2), look(1)])), "monotonic-reads");

  const add = (value: string) =>
    ok("c1", { key, input: { f: "add", value } } as const, { f: "add", changed: true } as const);
  const list = (...values: string[]) =>
    ok("c1", { key, input: { f: "members" } } as const, { f: "members", values } as const);
  assertEquals(lawOf(nothingMissed([add("c1.1"), add("m1"), list("c1.1"), list("c1.1", "c2.1")])), null);
  assertEquals(lawOf(nothingMissed([add("c1.1"), list("m1")])), "read-your-writes");
  assertEquals(lawOf(nothingMissed([list("c2.1"), list("m1")])), "monotonic-reads");
});

Deno.test("of watches: a gap, a repetition and a step back are told, and when it was known", () => {
  const next = (after: number, revision: number) =>
    ok(
      "c2",
      { f: "next" } as const,
      {
        f: "next",
        after,
        write: { revision, key: "k", value: "v" },
      } as const,
    );
  assertEquals(everyWriteInOrder([next(0, 1), next(1, 2)]), null);
  for (const wrong of [next(1, 3), next(1, 1), next(1, 0)]) {
    const found = everyWriteInOrder([next(0, 1), wrong]);
    assert(found !== null && wrong.outcome.status === "ok");
    assertEquals([found.violation.law, found.atMs], ["watch-order", wrong.outcome.returnAt]);
  }
});

Deno.test("of watches: who is too far behind goes on behind what is no longer kept, and never behind what still is", () => {
  const put = (revision: number) =>
    ok("c1", { f: "put", key: "k", value: `${revision}` } as const, { f: "put", revision } as const);
  const next = (after: number, revision: number) =>
    ok(
      "c2",
      { f: "next" } as const,
      { f: "next", after, write: { revision, key: "k", value: "v" } } as const,
    );
  const puts = Array.from({ length: 1034 }, (_, at) => put(at + 1));
  assertEquals(everyWriteInOrder([next(0, 1), ...puts, next(10, 11), next(11, 12)]), null);
  for (const wrong of [next(11, 12), next(10, 12), next(0, 1)]) {
    assertEquals(lawOf(everyWriteInOrder([next(0, 1), ...puts, wrong])), "watch-order");
  }
});
