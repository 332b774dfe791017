import { assertEquals } from "@std/assert";
import { Played, PLAYED_TIMING, settle } from "../tests/raft/played.ts";
import type { ChangeResult, MemberChange } from "./member_change.ts";

const ADD_D: MemberChange = { type: "addLearner", id: "d", address: "d:1" };
const REMOVE_D: MemberChange = { type: "remove", id: "d" };
const MIXED: ChangeResult = { type: "refused", reason: "mixedVersions" };

/** A leader that has committed an entry of its own: `b` answers, `c` is silent. */
async function leader() {
  const played = await Played.open();
  const term = await played.elect();
  played.node.start(new Uint8Array(0));
  await settle();
  await played.accepts("b", 1);
  return {
    played,
    node: played.node,
    shows: (from: string) => played.hears(from, { type: "versionReply", term }),
    /** Who was asked since this was looked at last. */
    asked: () => {
      const asked = played.sent.filter(({ message }) => message.type === "versionRequest").map(({ to }) =>
        to
      );
      played.sent.length = 0;
      return asked;
    },
  };
}

Deno.test("whoever wants a change again and again asks once a beat, and only those who have not answered", async () => {
  const { played, node, shows, asked } = await leader();
  for (let time = 0; time < 5; time++) assertEquals(node.changeMembers(ADD_D), MIXED);
  assertEquals(asked(), ["b", "c"]);
  await shows("b");
  await played.pass(PLAYED_TIMING.heartbeatMs);
  assertEquals(asked(), ["c"]);
  played.death.abort();
});

Deno.test("nobody is asked any more once the change is made", async () => {
  const { played, node, shows, asked } = await leader();
  assertEquals(node.changeMembers(ADD_D), MIXED);
  for (const from of ["b", "c"]) await shows(from);
  assertEquals(node.changeMembers(ADD_D).type, "proposed");
  asked();
  await played.pass(3 * PLAYED_TIMING.heartbeatMs);
  assertEquals(asked(), []);
  played.death.abort();
});

Deno.test("to remove a member takes what any change takes of the others: they have to read that it goes", async () => {
  const { played, node, shows } = await leader();
  const change: MemberChange = { type: "remove", id: "c" };
  assertEquals(node.changeMembers(change), MIXED);
  await shows("b");
  assertEquals(node.changeMembers(change).type, "proposed");
  played.death.abort();
});

Deno.test("after the first change only who answers, and does not say that it reads them, blocks the next; who is silent does not", async () => {
  const { played, node, shows } = await leader();
  assertEquals(node.changeMembers(ADD_D), MIXED);
  for (const from of ["b", "c"]) await shows(from);
  assertEquals(node.changeMembers(ADD_D).type, "proposed");
  // Nothing is committed behind it: nobody offers a command.
  await played.accepts("b", 2);
  assertEquals(node.configuration.committed, true);
  assertEquals(node.changeMembers(REMOVE_D), MIXED, "b may have gone back to an older version since");
  await shows("b");
  assertEquals(node.changeMembers(REMOVE_D).type, "proposed");
  played.death.abort();
});
