import { assert, assertEquals } from "@std/assert";
import type { Gateway, Settle } from "../../kv/gateway/gateway.ts";
import { Cursors, RespSession } from "../../kv/resp/mod.ts";
import { BadInputError } from "../../kv/store/bad_input.ts";
import type { Step, StepResult } from "../../kv/store/steps.ts";

/** A session whose store answers at once: a key `bad` is refused, anything else is as `found` says. */
function session(token: string | null, found: (step: Step) => StepResult = () => ({ kind: "nothing" })) {
  const said: string[] = [];
  const done: string[] = [];
  const held: (() => void)[] = [];
  let ends = 0;
  let holds = false;
  const carryOut = <T>(steps: readonly Step[], settle: Settle<T>, wrap: (all: StepResult[]) => T) => {
    done.push(...steps.map(({ op }) => op));
    const isBad = steps.some((step) => "key" in step && step.key === "bad");
    const tell = () => {
      if (isBad) settle({ kind: "failed", error: new BadInputError("keyTooLong", "Cannot take that key") });
      else settle({ kind: "done", value: wrap(steps.map(found)) });
    };
    if (holds && !isBad) held.push(tell);
    else tell();
  };
  const gateway: Pick<Gateway, "look" | "write"> = {
    look: (steps, settle) => carryOut(steps, settle, (results) => results),
    write: ({ steps }, settle) => carryOut(steps, settle, (results) => ({ kind: "done" as const, results })),
  };
  const about = { version: "7.0.0", role: () => "master" };
  const subject = new RespSession(
    1,
    { gateway, cursors: new Cursors(6), token, info: () => "", about },
    { send: (text) => void said.push(text), end: () => void ends++ },
  );
  return {
    done,
    /** What is said to these requests. */
    ask(...texts: string[]): string {
      said.length = 0;
      for (const text of texts) {
        subject.request(text.split(" ").map((word) => new TextEncoder().encode(word)));
      }
      return said.join("");
    },
    /** Answers wait from now on, but for what is refused at once. */
    hold: () => void (holds = true),
    release(): string {
      holds = false;
      said.length = 0;
      for (const tell of held.splice(0)) tell();
      return said.join("");
    },
    ends: () => ends,
    trusted: () => subject.trusted,
  };
}

Deno.test("HELLO says which protocol is spoken from then on, and without a number it stays as it is", () => {
  const { ask } = session(null);
  assertEquals(ask("GET k"), "$-1\r\n");
  assert(ask("HELLO").startsWith("*"));
  assertEquals(ask("GET k"), "$-1\r\n");
  assert(ask("HELLO 3").startsWith("%"));
  assertEquals(ask("GET k"), "_\r\n");
  assert(ask("HELLO").startsWith("%"));
  assert(ask("HELLO 2").startsWith("*"));
  assertEquals(ask("GET k"), "$-1\r\n");
});

Deno.test("before the token has been said nothing is done, by AUTH or by HELLO it is, and a wrong one takes it back", () => {
  for (const right of ["AUTH secret", "HELLO 2 AUTH default secret"]) {
    const { ask, done, trusted } = session("secret");
    assert(ask("GET k").startsWith("-NOAUTH "));
    assert(ask("HELLO 2").startsWith("-NOAUTH "));
    assert(ask("AUTH wrong").startsWith("-WRONGPASS "));
    assert(ask("HELLO 2 AUTH default wrong").startsWith("-WRONGPASS "));
    assertEquals([done, trusted()], [[], false]);
    assert(!ask(right).startsWith("-"), right);
    assertEquals([ask("GET k"), done], ["$-1\r\n", ["get"]]);
    assert(ask("AUTH wrong").startsWith("-WRONGPASS "));
    assert(ask("GET k").startsWith("-NOAUTH "));
  }
  const open = session(null);
  assert(open.ask("AUTH any").startsWith("-ERR AUTH <password> called without"));
  assertEquals(session("secret").ask("AUTH secret"), "+OK\r\n");
});

Deno.test("a scan gives a cursor while there is more, asks for what its pattern begins with, and leaves out what does not match", () => {
  const asked: Step[] = [];
  const { ask } = session(null, (step) => {
    asked.push(step);
    return { kind: "keys", keys: ["kaa", "kab", "kba"], more: asked.length === 1 };
  });
  assertEquals(
    ask("SCAN 0 MATCH k?a COUNT 3"),
    "*2\r\n$1\r\n7\r\n*2\r\n$3\r\nkaa\r\n$3\r\nkba\r\n",
  );
  assertEquals(ask("SCAN 7 COUNT 3"), "*2\r\n$1\r\n0\r\n*3\r\n$3\r\nkaa\r\n$3\r\nkab\r\n$3\r\nkba\r\n");
  assertEquals(asked, [
    { op: "keys", prefix: "k", after: "", limit: 3 },
    { op: "keys", prefix: "", after: "kba", limit: 3 },
  ]);
  assert(ask("SCAN 99").startsWith("-ERR invalid cursor"));
});

Deno.test("a SCAN inside MULTI takes the transaction along: a client counts on an answer for each of its commands", () => {
  const { ask, done } = session(null);
  assertEquals(
    ask("MULTI", "SCAN 0", "EXEC").split("\r\n").map((line) => line.split(" ")[0]),
    ["+OK", "-ERR", "-EXECABORT", ""],
  );
  assertEquals(done, []);
});

Deno.test("after QUIT nothing is done any more, and the connection ends when the last answer has left", () => {
  const { ask, hold, release, done, ends } = session(null);
  hold();
  assertEquals([ask("GET a", "QUIT", "GET b"), ends()], ["", 0]);
  assertEquals([release(), ends(), done], ["$-1\r\n+OK\r\n", 1, ["get"]]);
  assertEquals([ask("GET a"), ends(), done], ["", 1, ["get"]]);
});

Deno.test("what waited behind a look, and is refused at once when its turn comes, is asked for once, and so is what comes behind it", () => {
  for (const bad of ["SET bad 1", "GET bad"]) {
    const { ask, hold, release, done } = session(null);
    hold();
    assertEquals(ask("GET a", "SET b 1"), "");
    ask(bad, "PING");
    assertEquals(done, ["get"]);
    const said = release().split("\r\n");
    assertEquals([said[0], said[1], said[2].slice(0, 4), said[3]], ["$-1", "$-1", "-ERR", "+PONG"]);
    assertEquals(done, ["get", "set", bad === "GET bad" ? "get" : "set"]);
  }
});
