import { assertEquals, assertThrows } from "@std/assert";
import { encodeQuestion } from "../../kv/store/question_codec.ts";
import { decodeEntry } from "../../kv/store/question_codec.ts";
import { encodeStoreCommand } from "../../kv/store/command_codec.ts";
import {
  decodeGroupReply,
  decodeSessionId,
  encodeGroupCommand,
  encodeGroupQuestion,
  type GroupCommand,
  type GroupReply,
} from "../../shard/group_codec.ts";
import { commitPlan, emptyMap, type ShardMap } from "../../shard/map.ts";
import { firstBytePlacement, planJoin, planLeave, planMove, ShardGroup } from "../../shard/mod.ts";

const SHARDS = 2;
const RULES = { ttlMs: 1_000_000, maxSessions: 10 };
/** In shard 0. */
const KEY = "d";

/** One member of a group, by hand. */
class Hand {
  machine: ShardGroup;
  index = 0;
  timeMs = 0;

  constructor(group: number) {
    this.machine = new ShardGroup({
      group,
      placement: firstBytePlacement(SHARDS),
      store: { historyEvents: 0 },
    });
  }

  do(command: GroupCommand): GroupReply {
    const bytes = encodeGroupCommand(command);
    this.machine.check(bytes);
    const reply = decodeGroupReply(this.machine.apply(bytes, { index: ++this.index, timeMs: this.timeMs }));
    // A crash anywhere: what is done stands in the snapshot.
    const snapshot = this.machine.snapshot();
    const { group } = this.machine;
    this.machine = new ShardGroup({
      group,
      placement: firstBytePlacement(SHARDS),
      store: { historyEvents: 0 },
    });
    this.machine.restore(snapshot);
    assertEquals(this.machine.snapshot(), snapshot);
    return reply;
  }

  adopt(map: ShardMap): string {
    return this.do({ op: "adopt", map }).kind;
  }

  fetch(number: number): GroupReply {
    return decodeGroupReply(this.machine.query(encodeGroupQuestion({ op: "fetch", shard: 0, number })));
  }

  contents(number: number): Uint8Array {
    const reply = this.fetch(number);
    if (reply.kind !== "contents") throw new Error(reply.kind);
    return reply.contents;
  }

  session(): number {
    const reply = this.do({ op: "open", shard: 0, rules: RULES });
    if (reply.kind !== "done") throw new Error(reply.kind);
    return decodeSessionId(reply.reply);
  }

  append(session: number, sequence: number, value = "x"): string {
    const command = encodeStoreCommand({
      op: "batch",
      conditions: [],
      writes: [{ op: "append", key: KEY, value }],
    });
    return this.do({ op: "execute", shard: 0, call: { session, sequence, settledBelow: 1, command } }).kind;
  }

  get(): string {
    const question = encodeQuestion({ op: "get", key: KEY });
    const reply = decodeGroupReply(
      this.machine.query(encodeGroupQuestion({ op: "read", shard: 0, question })),
    );
    return reply.kind === "done" ? decodeEntry(reply.reply)?.value ?? "" : reply.kind;
  }

  state(): string {
    return this.machine.statesOf(0).join("+");
  }
}

/** Map 0: nobody. Map 1: groups 1, 2 and 3, shard 0 at 1. Then shard 0 moves along `owners`. */
function maps(...owners: number[]): ShardMap[] {
  const members = new Map([1, 2, 3].map((group) => [group, [`server ${group}`]]));
  const all = [emptyMap(SHARDS)];
  all.push(commitPlan(planJoin(all[0], members), all[0]));
  for (const owner of owners) {
    const last = all[all.length - 1];
    all.push(commitPlan(planMove(last, 0, owner), last));
  }
  return all;
}

Deno.test("a shard moves with its data and its sessions: an append that was executed before is not executed again", () => {
  const [, one, two] = maps(2);
  const [old, next] = [new Hand(1), new Hand(2)];
  for (const hand of [old, next]) assertEquals(hand.adopt(one), "done");
  const session = old.session();
  assertEquals(old.append(session, 1), "done");
  assertEquals(next.append(session, 1), "wrongGroup");
  assertEquals(old.adopt(two), "done");
  assertEquals(old.append(session, 2), "wrongGroup");
  assertEquals([old.get(), old.state()], ["wrongGroup", "gone+leaving"]);
  assertEquals(next.fetch(2).kind, "notYet");
  assertEquals(next.adopt(two), "done");
  assertEquals([next.get(), next.append(session, 2), next.state()], ["arriving", "arriving", "arriving"]);
  assertEquals(next.do({ op: "install", shard: 0, number: 2, contents: old.contents(2) }).kind, "done");
  assertEquals([next.append(session, 1), next.append(session, 2, "y"), next.get()], ["done", "done", "xy"]);
  assertEquals(next.machine.transit.debts.all.map(({ from }) => from.group), [1]);
  assertEquals(old.do({ op: "delete", shard: 0, number: 2 }).kind, "done");
  assertEquals([old.state(), old.fetch(2).kind], ["gone", "gone"]);
  assertEquals(next.do({ op: "forget", shard: 0, number: 2 }).kind, "done");
  assertEquals(next.machine.transit.debts.size, 0);
});

Deno.test("maps are taken one number at a time, and one that was taken changes nothing when it comes again", () => {
  const all = maps(2, 3, 1);
  const hand = new Hand(1);
  assertEquals(hand.adopt(all[2]), "notYet");
  assertEquals([hand.adopt(all[1]), hand.adopt(all[3]), hand.adopt(all[1])], ["done", "notYet", "stale"]);
  assertEquals([hand.adopt(all[2]), hand.state()], ["done", "gone+leaving"]);
  assertEquals([hand.adopt(all[2]), hand.state()], ["stale", "gone+leaving"]);
});

Deno.test("a group that follows one controller takes no map of another", () => {
  const all = maps(2);
  const zero = emptyMap(SHARDS);
  const other = commitPlan(planJoin(zero, new Map([[1, ["another server"]]])), zero);
  const hand = new Hand(1);
  hand.adopt(all[1]);
  assertEquals([hand.adopt(commitPlan(planMove(other, 0, 2), other)), hand.state()], ["absent", "serve"]);
});

Deno.test("a shard that is moved on before it came is handed on when it comes, and one that comes back waits for its newer copy", () => {
  const all = maps(2, 3, 1);
  const [one, two, three] = [new Hand(1), new Hand(2), new Hand(3)];
  for (const map of all.slice(1)) for (const hand of [one, two, three]) assertEquals(hand.adopt(map), "done");
  assertEquals([one.state(), two.state(), three.state()], ["arriving+leaving", "gone", "gone"]);
  assertEquals(two.fetch(3).kind, "notYet");
  two.do({ op: "install", shard: 0, number: 2, contents: one.contents(2) });
  assertEquals(one.do({ op: "delete", shard: 0, number: 2 }).kind, "done");
  assertEquals([one.state(), two.state()], ["arriving", "gone+leaving"]);
  three.do({ op: "install", shard: 0, number: 3, contents: two.contents(3) });
  one.do({ op: "install", shard: 0, number: 4, contents: three.contents(4) });
  assertEquals([one.state(), one.get()], ["serve", ""]);
  // A late copy of the first move's install.
  assertEquals(two.do({ op: "install", shard: 0, number: 2, contents: new Uint8Array(0) }).kind, "stale");
  assertEquals(two.state(), "gone+leaving");
});

Deno.test("driven from outside: freeze, install and delete bear repetition, and a step of an older map does nothing", () => {
  const [old, next] = [new Hand(1), new Hand(2)];
  const empty = new Uint8Array(0);
  const step = (hand: Hand, op: "freeze" | "delete", number: number) =>
    hand.do({ op, shard: 0, number }).kind;
  const install = (hand: Hand, number: number, contents: Uint8Array) =>
    hand.do({ op: "install", shard: 0, number, contents }).kind;
  assertEquals([install(old, 1, empty), install(old, 1, empty), old.state()], ["done", "gone", "serve"]);
  assertEquals(step(next, "freeze", 2), "absent");
  const session = old.session();
  old.append(session, 1);
  assertEquals([step(old, "freeze", 2), step(old, "freeze", 2)], ["contents", "contents"]);
  assertEquals(old.append(session, 2), "wrongGroup");
  const contents = old.contents(2);
  assertEquals([install(next, 2, contents), next.append(session, 2), next.get()], ["done", "done", "xx"]);
  assertEquals([install(next, 2, contents), next.get()], ["gone", "xx"]);
  assertEquals([step(old, "delete", 2), step(old, "delete", 2), step(old, "freeze", 2)], [
    "done",
    "gone",
    "gone",
  ]);
  // It goes back by map 3; then everything of map 2 comes once more.
  assertEquals(step(next, "freeze", 3), "contents");
  assertEquals([install(old, 3, next.contents(3)), old.get()], ["done", "xx"]);
  assertEquals([step(old, "freeze", 2), install(next, 2, contents), step(next, "delete", 2)], [
    "stale",
    "stale",
    "gone",
  ]);
  assertEquals([old.state(), next.state(), next.contents(3).length > 0], ["serve", "gone+leaving", true]);
  assertEquals([step(next, "delete", 3), next.state()], ["done", "gone"]);
});

Deno.test("a shard that is nobody's stays with its last owner, who takes it up again or hands it out", () => {
  for (const taker of [1, 2]) {
    const zero = emptyMap(SHARDS);
    const one = commitPlan(planJoin(zero, new Map([[1, ["server 1"]]])), zero);
    const none = commitPlan(planLeave(one, [1]), one);
    const last = commitPlan(planJoin(none, new Map([[taker, [`server ${taker}`]]])), none);
    const [old, next] = [new Hand(1), new Hand(2)];
    for (const hand of [old, next]) hand.adopt(one);
    old.append(old.session(), 1);
    for (const hand of [old, next]) hand.adopt(none);
    assertEquals(old.state(), "gone+frozen");
    for (const hand of [old, next]) hand.adopt(last);
    assertEquals([old.state(), next.state()], taker === 1 ? ["serve", "gone"] : ["gone+leaving", "arriving"]);
    if (taker === 2) next.do({ op: "install", shard: 0, number: 3, contents: old.contents(3) });
    // Whatever comes late under that map finds it there.
    const late = { op: "install", shard: 0, number: 3, contents: new Uint8Array(0) } as const;
    assertEquals((taker === 1 ? old : next).do(late).kind, "gone");
    assertEquals((taker === 1 ? old : next).get(), "x");
  }
});

Deno.test("leases go on where they were at the new owner, whose clock says something else", () => {
  const [, one, two] = maps(2);
  const [old, next] = [new Hand(1), new Hand(2)];
  for (const hand of [old, next]) hand.adopt(one);
  const session = old.session();
  old.timeMs = 5_000;
  const grant = encodeStoreCommand({ op: "grantLease", ttlMs: 1000 });
  old.do({ op: "execute", shard: 0, call: { session, sequence: 1, settledBelow: 1, command: grant } });
  assertEquals(old.machine.dueMs, 6_001);
  old.timeMs = 5_400;
  old.adopt(two);
  next.timeMs = 90_000;
  next.adopt(two);
  next.do({ op: "install", shard: 0, number: 2, contents: old.contents(2) });
  assertEquals(next.machine.dueMs, 90_601);
});

Deno.test("a command whose keys are in another shard does not enter the log", () => {
  const command = encodeStoreCommand({ op: "batch", conditions: [], writes: [{ op: "delete", key: "e" }] });
  const call = { session: 1, sequence: 1, settledBelow: 1, command };
  assertThrows(() => new Hand(1).do({ op: "execute", shard: 0, call }), Error, "only keys of one shard");
});
