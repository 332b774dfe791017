import { assertEquals } from "@std/assert";
import { RefusedError } from "../../kv/errors.ts";
import type { Gateway, Settle } from "../../kv/gateway/gateway.ts";
import { Cursors, RespSession } from "../../kv/resp/mod.ts";
import type { Step, StepResult, TransactionResult } from "../../kv/store/steps.ts";

type Asked =
  | { readonly kind: "look"; readonly steps: readonly Step[]; readonly settle: Settle<readonly StepResult[]> }
  | { readonly kind: "write"; readonly steps: readonly Step[]; readonly settle: Settle<TransactionResult> };

/** A session whose store answers when the test says so. */
function session() {
  const asked: Asked[] = [];
  const said: string[] = [];
  const gateway: Pick<Gateway, "look" | "write"> = {
    look: (steps, settle) => void asked.push({ kind: "look", steps, settle }),
    write: ({ steps }, settle) => void asked.push({ kind: "write", steps, settle }),
  };
  const services = {
    gateway,
    cursors: new Cursors(1),
    token: null,
    info: () => "",
    about: { version: "7.0.0", role: () => "master" },
  };
  const subject = new RespSession(1, services, { send: (text) => void said.push(text), end: () => {} });
  const ask = (text: string) =>
    subject.request(text.split(" ").map((word) => new TextEncoder().encode(word)));
  const settle = (one: Asked | undefined, result: StepResult) => {
    if (one?.kind === "look") one.settle({ kind: "done", value: one.steps.map(() => result) });
    else one?.settle({ kind: "done", value: { kind: "done", results: [result] } });
  };
  return {
    ask,
    answer: (value: string) => settle(asked.shift(), { kind: "text", value }),
    answerLast: (value: string) => settle(asked.pop(), { kind: "text", value }),
    answerWith: (result: StepResult) => settle(asked.shift(), result),
    fail: () => asked.shift()?.settle({ kind: "failed", error: new RefusedError("timeout", "No majority") }),
    said,
    waiting: () => asked.map(({ kind, steps }) => `${kind} ${steps.map(({ op }) => op)}`),
  };
}

Deno.test("a write waits for the looks before it, and what is behind it waits too", () => {
  const { ask, answer, said, waiting } = session();
  for (const text of ["GET a", "GET b", "SET a 1", "GET a", "PING"]) ask(text);
  assertEquals(waiting(), ["look get", "look get"]);
  answer("old a");
  assertEquals(waiting(), ["look get"]);
  answer("old b");
  assertEquals(
    waiting(),
    ["write set", "write get"],
    "a look behind a write is a step in the log, in its order",
  );
  assertEquals(said.join(""), "$5\r\nold a\r\n$5\r\nold b\r\n");
});

Deno.test("replies leave in the order of the requests, whatever is answered first", () => {
  const { ask, answer, said } = session();
  for (const text of ["SET a 1", "PING", "SET b 2"]) ask(text);
  assertEquals(said, []);
  answer("first");
  assertEquals(said.join(""), "$5\r\nfirst\r\n+PONG\r\n");
});

Deno.test("WATCH, SCAN and EXEC wait for what is before them", () => {
  const { ask, answer, waiting } = session();
  for (const text of ["SET a 1", "WATCH a", "MULTI", "GET a", "EXEC"]) ask(text);
  assertEquals(waiting(), ["write set"]);
  answer("x");
  assertEquals(waiting(), ["look revisionOf"]);
  answer("x");
  assertEquals(waiting(), ["write get"]);
});

Deno.test("an answer that no string could hold is an error that says what to do, and the connection goes on", () => {
  const { ask, answerWith, said } = session();
  const value = "x".repeat(8 << 20);
  ask("MGET k");
  answerWith({ kind: "list", values: Array(100).fill(value) });
  ask("PING");
  assertEquals(said.map((text) => text.slice(0, 29)), ["-ERR the answer is too long, ", "+PONG\r\n"]);
});

Deno.test("replies that become ready together leave in pieces of about a megabyte", () => {
  const { ask, answerLast, said } = session();
  const value = "x".repeat(1 << 20);
  for (let at = 0; at < 3; at++) ask("GET k");
  for (let at = 0; at < 3; at++) answerLast(value);
  assertEquals(said, Array(3).fill(`$${1 << 20}\r\n${value}\r\n`));
});

Deno.test("what a WATCH was to guard is not executed unguarded, whether it could not look or was refused; a later WATCH makes it good", () => {
  const ABORTED = "-EXECABORT Transaction discarded because of previous errors.\r\n";
  const { ask, answerWith, fail, said, waiting } = session();
  const transact = () => {
    said.length = 0;
    for (const text of ["MULTI", "SET a 1", "EXEC"]) ask(text);
    return said.join("");
  };
  ask("WATCH a");
  fail();
  assertEquals([transact(), waiting()], [`+OK\r\n+QUEUED\r\n${ABORTED}`, []]);
  // Nobody watches any more.
  assertEquals([transact(), waiting()], ["+OK\r\n+QUEUED\r\n", ["write set"]]);
  answerWith({ kind: "text", value: "done" });
  ask("WATCH a");
  fail();
  ask("WATCH a");
  answerWith({ kind: "integer", value: 7n });
  assertEquals([transact(), waiting()], ["+OK\r\n+QUEUED\r\n", ["write set"]]);
  answerWith({ kind: "text", value: "done" });
  ask(`WATCH ${Array.from({ length: 1000 }, (_, at) => `k${at}`).join(" ")}`);
  answerWith({ kind: "integer", value: 7n });
  ask("WATCH a");
  assertEquals(said.at(-1), "-ERR at most 1000 keys can be watched at once\r\n");
  assertEquals([transact(), waiting()], [`+OK\r\n+QUEUED\r\n${ABORTED}`, []]);
  for (const forgets of ["UNWATCH", "MULTI", "DISCARD"]) {
    if (forgets === "UNWATCH" || forgets === "MULTI") ask("WATCH a");
    if (forgets !== "DISCARD") fail();
    ask(forgets);
  }
  assertEquals([transact(), waiting()], ["+OK\r\n+QUEUED\r\n", ["write set"]]);
});

Deno.test("an UNWATCH waits for the WATCH before it, whose answer would otherwise bring back what it forgot", () => {
  const { ask, answerWith, said, waiting } = session();
  for (const text of ["WATCH a", "UNWATCH"]) ask(text);
  assertEquals(said, []);
  answerWith({ kind: "integer", value: 7n });
  for (const text of ["MULTI", "EXEC"]) ask(text);
  assertEquals([said.join(""), waiting()], ["+OK\r\n+OK\r\n+OK\r\n*0\r\n", []]);
});

Deno.test("what is answered at once cannot stand in a transaction, whose answer would lack it: nothing of it is done", () => {
  for (const text of ["PING", "ECHO x", "INFO", "CLIENT ID", "UNWATCH"]) {
    const { ask, said, waiting } = session();
    for (const one of ["MULTI", text, "SET a 1", "EXEC"]) ask(one);
    assertEquals(
      said.join(""),
      [
        "+OK\r\n",
        "-ERR only commands on keys can stand inside MULTI\r\n",
        "+QUEUED\r\n",
        "-EXECABORT Transaction discarded because of previous errors.\r\n",
      ].join(""),
      text,
    );
    assertEquals(waiting(), []);
  }
});
