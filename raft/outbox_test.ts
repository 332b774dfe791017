import { assertEquals } from "@std/assert";
import type { Message, VoteReply } from "./message.ts";
import { Outbox } from "./outbox.ts";

function voteReply(term: number): VoteReply {
  return { type: "voteReply", term, granted: true };
}

/** An outbox, and what left it: whom it went to and of which term it was. */
function bench() {
  const left: string[] = [];
  const outbox = new Outbox({
    send: (to: string, message: Message) => void left.push(`${to} ${message.term}`),
    receive() {},
  });
  /** A caller that waits for an answer under `name`. */
  const caller = (name: string) => (reply: Message | null) =>
    void left.push(`${name} ${reply?.term ?? "null"}`);
  return { outbox, left, caller };
}

Deno.test("what waits for nothing leaves at once: as a message, or as the answer to the call that asked", () => {
  const { outbox, left, caller } = bench();
  outbox.send("b", voteReply(1), null);
  outbox.send("b", voteReply(1), caller("call"));
  assertEquals(left, ["b 1", "call 1"]);
});

Deno.test("a held message leaves exactly when its own write is stored, and only once", () => {
  const { outbox, left } = bench();
  outbox.hold(3, "b", voteReply(1), null);
  outbox.release(2, 1);
  assertEquals(left, []);
  outbox.release(3, 1);
  assertEquals(left, ["b 1"]);
  outbox.release(4, 1);
  assertEquals(left, ["b 1"]);
});

Deno.test("one write that is stored releases all that waited for it or for earlier ones, in order", () => {
  const { outbox, left, caller } = bench();
  outbox.hold(2, "b", voteReply(1), null);
  outbox.hold(4, "c", voteReply(1), null);
  outbox.hold(1, "d", voteReply(1), caller("call"));
  outbox.hold(3, "e", voteReply(1), null);
  outbox.release(3, 1);
  assertEquals(left, ["b 1", "call 1", "e 1"]);
  outbox.release(9, 1);
  assertEquals(left, ["b 1", "call 1", "e 1", "c 1"]);
});

Deno.test("what was to be said in a term that is over is dropped, and who waits for it hears that there is nothing", () => {
  const { outbox, left, caller } = bench();
  outbox.hold(1, "b", voteReply(1), null);
  outbox.hold(1, "c", voteReply(1), caller("call"));
  outbox.hold(2, "d", voteReply(2), null);
  outbox.release(2, 2);
  assertEquals(left, ["call null", "d 2"]);
});

Deno.test("a yes to a preliminary question names the next term, and leaves all the same", () => {
  const { outbox, left } = bench();
  outbox.hold(1, "b", { type: "preVoteReply", term: 6, granted: true }, null);
  outbox.release(1, 5);
  assertEquals(left, ["b 6"]);
});

Deno.test("what is sent while the held ones leave does not come between them, and what is held then is kept", () => {
  const left: string[] = [];
  const outbox: Outbox = new Outbox({
    send(to) {
      left.push(to);
      if (to === "b") outbox.hold(2, "d", voteReply(1), null);
    },
    receive() {},
  });
  outbox.hold(1, "b", voteReply(1), null);
  outbox.hold(1, "c", voteReply(1), null);
  outbox.release(1, 1);
  assertEquals(left, ["b", "c"]);
  outbox.release(2, 1);
  assertEquals(left, ["b", "c", "d"]);
});

Deno.test("a dead node's outbox sends nothing more and leaves no caller waiting", () => {
  const { outbox, left, caller } = bench();
  outbox.hold(1, "b", voteReply(1), null);
  outbox.hold(2, "c", voteReply(1), caller("call"));
  outbox.drop();
  outbox.release(9, 1);
  assertEquals(left, ["call null"]);
});
