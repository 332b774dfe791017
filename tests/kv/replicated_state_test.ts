import { assert, assertEquals, assertThrows } from "@std/assert";
import { SnapshotError } from "../../kv/mod.ts";
import { encodeTick, NOOP } from "../../kv/envelope.ts";
import { LogTime } from "../../kv/log_time.ts";
import { ReplicatedState } from "../../kv/replicated_state.ts";
import { MAX_WINDOW, SessionTable } from "../../kv/sessions.ts";
import { Waiters } from "../../kv/waiters.ts";
import { ByteReader, ByteWriter } from "../../runtime/mod.ts";
import { bytes, Journal } from "./counter.ts";

const NO_COMMAND = new Uint8Array(0);

Deno.test("a proposal that only this node has lost is unknown: another node may yet commit it", async () => {
  const waiters = new Waiters();
  const first = waiters.add(7, 1);
  const second = waiters.add(7, 3);
  assertEquals(await first, { kind: "unknown" });
  waiters.settle(7, { term: 3, outcome: { kind: "applied", reply: NOOP }, leader: null });
  assertEquals((await second).kind, "applied");
  assertEquals(waiters.size, 0);
});

Deno.test("another leader's entry at the index is a refusal, not a success (labs K7)", async () => {
  const waiters = new Waiters();
  const lost = waiters.add(7, 1);
  waiters.settle(7, { term: 2, outcome: { kind: "applied", reply: NOOP }, leader: "b" });
  const outcome = await lost;
  assert(outcome.kind === "refused" && outcome.code === "superseded" && outcome.leader === "b");
});

Deno.test("an entry that a snapshot covers is unknown to who waits for it; those behind it go on waiting", async () => {
  const waiters = new Waiters();
  const covered = waiters.add(7, 1);
  waiters.add(8, 1);
  waiters.abandonUpTo(7);
  assertEquals([await covered, waiters.size], [{ kind: "unknown" }, 1]);
});

Deno.test(`a session may be ${MAX_WINDOW} operations ahead of its oldest open one, not more`, () => {
  const table = new SessionTable();
  table.open(1, 0, { ttlMs: 1000, maxSessions: 10 });
  const look = (sequence: number, settledBelow: number) =>
    table.lookUp({ session: 1, sequence, settledBelow, command: NO_COMMAND }, 0).kind;
  assertEquals([look(MAX_WINDOW, 1), look(MAX_WINDOW + 1, 1)], ["new", "windowExceeded"]);
  assertEquals([look(MAX_WINDOW + 1, 2), look(1, 1)], ["new", "settled"]);
});

Deno.test("a table of sessions goes on after a snapshot as if nothing had been", () => {
  const rules = { ttlMs: 100, maxSessions: 3 };
  const table = new SessionTable();
  for (const id of [1, 2, 3]) table.open(id, 0, rules);
  const call = { session: 1, sequence: 4, settledBelow: 3, command: NO_COMMAND };
  table.lookUp(call, 50);
  table.record(call, bytes("reply"));
  const writer = new ByteWriter();
  table.encode(writer);
  const copy = SessionTable.decode(new ByteReader(writer.take()));
  for (const one of [table, copy]) {
    one.open(9, 60, rules);
    // The second was unused for longest; the third is idle from 100 on, the first only from 150 on.
    assertEquals(one.lookUp({ ...call, session: 2 }, 60).kind, "sessionUnknown");
    assertEquals(one.lookUp({ ...call, session: 3 }, 100).kind, "sessionUnknown");
    assertEquals(one.lookUp(call, 120), { kind: "done", reply: bytes("reply") });
    assertEquals(one.lookUp({ ...call, sequence: 2, settledBelow: 1 }, 120).kind, "settled");
    assertEquals(one.size, 2);
  }
});

Deno.test("log time adds up what each leader has led, never goes back, and survives a snapshot", () => {
  const time = new LogTime();
  const at = (term: number, ledMs: number) => {
    time.advance(term, ledMs);
    return time.nowMs;
  };
  assertEquals([at(1, 0), at(1, 500), at(1, 400), at(1, 600)], [0, 500, 500, 600]);
  assertEquals([at(3, 0), at(3, 10), at(4, 7)], [600, 610, 617]);
  const writer = new ByteWriter();
  time.encode(writer);
  const copy = LogTime.decode(new ByteReader(writer.take()));
  copy.advance(4, 8);
  assertEquals(copy.nowMs, 618);
});

Deno.test("a snapshot that does not decode is a typed error, and the state is what it was", () => {
  const machine = new Journal();
  const state = new ReplicatedState(machine);
  state.apply(1, { term: 1, command: encodeTick(50) });
  for (
    const data of [new Uint8Array([2, 1]), new Uint8Array(0), new Uint8Array([1]), new Uint8Array([200])]
  ) {
    let code = "";
    try {
      state.restore({ index: 9, term: 1, data });
    } catch (error) {
      assert(error instanceof SnapshotError);
      code = error.code;
    }
    assertEquals(code, data[0] === 200 ? "newer" : "malformed");
  }
  // The machine's own part is bad: sessions and time must not have changed either.
  const good = state.encode();
  assert(good instanceof Uint8Array);
  const other = new ReplicatedState(new Journal());
  try {
    other.restore({ index: 9, term: 1, data: new Uint8Array([...good, 33]) });
  } catch (error) {
    assert(error instanceof SyntaxError);
  }
  assertEquals([other.applied, other.time.nowMs], [0, 0]);
});

Deno.test("a snapshot that is older than the state is refused, and the state is what it was", () => {
  const state = new ReplicatedState(new Journal());
  state.apply(1, { term: 1, command: encodeTick(50) });
  const old = state.encode();
  assert(old instanceof Uint8Array);
  state.apply(2, { term: 1, command: encodeTick(80) });
  const error = assertThrows(() => state.restore({ index: 1, term: 1, data: old }), SnapshotError);
  assertEquals([error.code, state.applied, state.time.nowMs], ["stale", 2, 80]);
  // One up to the very same entry is harmless.
  state.restore({ index: 2, term: 1, data: old });
});
