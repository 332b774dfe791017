import { assertEquals } from "@std/assert";
import type { ChangeRefusal, ChangeResult, MemberChange } from "../../raft/member_change.ts";
import type { Configuration } from "../../raft/types.ts";
import { Errand, type ErrandStep, type Office } from "./errand.ts";

/** An office in which whoever leads gives the answers that the test wants, one after another. */
class Desk implements Office {
  settled: Configuration;
  fateIs: "committed" | "lost" | "open" = "open";
  mayRenew = false;
  readonly asked: string[] = [];
  readonly done: string[] = [];
  readonly answers: (ChangeResult | null)[];

  constructor(members: string, answers: readonly (ChangeResult | null)[]) {
    this.settled = { members: [...members].map((id) => ({ id, role: "voter", address: id })), retired: [] };
    this.answers = [...answers];
  }

  ask({ type, id }: MemberChange): ChangeResult | null {
    this.asked.push(`${type} ${id}`);
    return this.answers.shift() ?? null;
  }

  fate(): "committed" | "lost" | "open" {
    return this.fateIs;
  }

  enlist(name: string): void {
    this.done.push(`enlist ${name}`);
  }

  renew(name: string): boolean {
    if (this.mayRenew) this.done.push(`renew ${name}`);
    return this.mayRenew;
  }

  onRefused(reason: ChangeRefusal): void {
    this.done.push(`refused ${reason}`);
  }

  onCommitted({ type }: MemberChange): void {
    this.done.push(`committed ${type}`);
  }
}

const PROPOSED: ChangeResult = { type: "proposed", index: 5, term: 1 };
const REMOVE: ErrandStep = { type: "ask", change: { type: "remove", id: "b" } };

Deno.test("a refusal is asked again, a proposal is waited for, and only what is committed counts", () => {
  const desk = new Desk("abc", [null, { type: "refused", reason: "notLeader" }, PROPOSED]);
  const errand = new Errand(desk, [REMOVE]);
  for (let look = 0; look < 5; look++) errand.look();
  assertEquals([desk.asked.length, errand.committed, errand.done], [3, 0, false]);
  desk.fateIs = "committed";
  assertEquals([errand.committed, errand.done], [1, false]);
  desk.settled = { retired: [], members: desk.settled.members.filter(({ id }) => id !== "b") };
  errand.look();
  assertEquals([desk.asked.length, errand.done], [3, true]);
  assertEquals(desk.done, ["refused notLeader", "committed remove"]);
});

Deno.test("what was lost is asked for once more, and so is what nobody has heard of for long", () => {
  const desk = new Desk("abc", [PROPOSED, PROPOSED, PROPOSED]);
  const errand = new Errand(desk, [REMOVE]);
  errand.look();
  desk.fateIs = "lost";
  errand.look();
  assertEquals(desk.asked.length, 2);
  desk.fateIs = "open";
  for (let look = 0; look < 14; look++) errand.look();
  assertEquals([desk.asked.length, errand.committed], [3, 0]);
});

Deno.test("a machine is set up anew only when nobody takes it for a member, and its old name must be refused", () => {
  const change: MemberChange = { type: "addLearner", id: "b", address: "b" };
  const desk = new Desk("ac", [{ type: "refused", reason: "underWay" }, {
    type: "refused",
    reason: "retired",
  }]);
  const errand = new Errand(desk, [{ type: "renew", name: "b" }, {
    type: "err",
    change,
    refusal: "retired",
  }]);
  errand.look();
  assertEquals([desk.asked.length, errand.done], [0, false]);
  desk.mayRenew = true;
  errand.look();
  assertEquals([desk.asked.length, errand.done], [1, false]);
  errand.look();
  assertEquals([errand.done, errand.committed, desk.done.length], [true, 0, 3]);
});
