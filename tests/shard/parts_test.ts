import { assert, assertEquals, assertThrows } from "@std/assert";
import { SnapshotError } from "../../kv/errors.ts";
import { encodeStoreCommand } from "../../kv/store/command_codec.ts";
import {
  decodeGroupReply,
  encodeGroupCommand,
  encodeGroupQuestion,
  type GroupCommand,
  type GroupReply,
} from "../../shard/group_codec.ts";
import { commitPlan, emptyMap, type ShardMap } from "../../shard/map.ts";
import { firstBytePlacement, planJoin, planMove, ShardGroup } from "../../shard/mod.ts";
import { type Piece, PIECE_BYTES as USUAL_PIECE_BYTES } from "../../shard/parts.ts";
import { sailShards, type ShardStormResult } from "../cluster/shard_storm.ts";

/** Less than a shard has as soon as a client has opened its session. */
const PIECE_BYTES = 40;
const SEEDS = 10;

/** `deno test -A tests/shard/parts_test.ts -- SEED` repeats one seed. */
const only = Deno.args.length > 0 ? Number(Deno.args[0]) : null;

Deno.test(`shards that go in pieces of ${PIECE_BYTES} bytes, pulled by groups or brought by drivers that die, arrive whole through crashes, partitions and bad disks, and what clients saw is linearizable (${SEEDS} seeds)`, async () => {
  const results: ShardStormResult[] = [];
  for (const seed of only === null ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [only]) {
    try {
      results.push(await sailShards(seed, { pieceBytes: PIECE_BYTES }));
    } catch (cause) {
      throw new Error(`seed ${seed}; repeat it with: deno test -A tests/shard/parts_test.ts -- ${seed}`, {
        cause,
      });
    }
  }
  if (only !== null) return;
  for (const driven of [false, true]) {
    const some = results.filter((result) => result.driven === driven);
    const sum = (count: (result: ShardStormResult) => number) =>
      some.reduce((all, one) => all + count(one), 0);
    assert(sum(({ tally }) => tally.pieces) > 20 * some.length, "shards went in pieces");
    assert(sum(({ tally }) => tally.arrived) > 5 * some.length, "shards moved");
    assert(sum(({ tally }) => tally.deleted) > 5 * some.length, "old copies were deleted");
  }
});

const PLACEMENT = firstBytePlacement(1);

/** One member of a group, by hand. Between any two commands it starts again from a snapshot. */
class Hand {
  machine: ShardGroup;
  readonly #group: number;
  readonly #pieceBytes: number;
  #index = 0;

  constructor(group: number, pieceBytes: number) {
    this.#group = group;
    this.#pieceBytes = pieceBytes;
    this.machine = this.#born();
  }

  #born(): ShardGroup {
    return new ShardGroup({
      group: this.#group,
      placement: PLACEMENT,
      store: { historyEvents: 0 },
      pieceBytes: this.#pieceBytes,
    });
  }

  do(command: GroupCommand): GroupReply {
    const bytes = encodeGroupCommand(command);
    this.machine.check(bytes);
    const reply = decodeGroupReply(this.machine.apply(bytes, { index: ++this.#index, timeMs: 0 }));
    const snapshot = this.machine.snapshot();
    this.machine = this.#born();
    this.machine.restore(snapshot);
    assertEquals(this.machine.snapshot(), snapshot);
    return reply;
  }

  put(length: number): void {
    const writes = [{ op: "put", key: "k", value: "x".repeat(length), lease: 0 }] as const;
    const command = encodeStoreCommand({ op: "batch", conditions: [], writes });
    const opened = this.do({ op: "open", shard: 0, rules: { ttlMs: 1000, maxSessions: 10 } });
    assertEquals(opened.kind, "done");
    this.do({
      op: "execute",
      shard: 0,
      call: { session: 1, sequence: 1, settledBelow: 1, command },
    });
  }

  fetch(offset?: number): GroupReply {
    const place = offset === undefined ? {} : { offset };
    return decodeGroupReply(
      this.machine.query(encodeGroupQuestion({ op: "fetch", shard: 0, number: 2, ...place })),
    );
  }

  piece(offset: number): Piece {
    const { kind, ...piece } = this.fetch(offset) as GroupReply & { readonly kind: "piece" };
    assertEquals(kind, "piece");
    return piece;
  }

  install(piece: Piece): GroupReply {
    return this.do({ op: "installPart", shard: 0, number: 2, ...piece });
  }

  state(): string {
    return this.machine.statesOf(0).join("+");
  }
}

/** Map 1: groups 1, 2 and 3, the shard at 1. Map 2: at 2. Map 3: at 3. */
function maps(): ShardMap[] {
  const all = [emptyMap(1)];
  const members = new Map([1, 2, 3].map((group) => [group, [`server ${group}`]]));
  all.push(commitPlan(planJoin(all[0], members), all[0]));
  for (const owner of [2, 3]) {
    all.push(commitPlan(planMove(all[all.length - 1], 0, owner), all[all.length - 1]));
  }
  return all;
}

/** A group that has a shard of `length` bytes and more to give away, and one that expects it. */
function pair(length: number, pieceBytes: number): { old: Hand; next: Hand; third: ShardMap } {
  const [, first, second, third] = maps();
  const [old, next] = [new Hand(1, pieceBytes), new Hand(2, pieceBytes)];
  for (const hand of [old, next]) hand.do({ op: "adopt", map: first });
  old.put(length);
  for (const hand of [old, next]) hand.do({ op: "adopt", map: second });
  return { old, next, third };
}

Deno.test("a shard of 3 MiB is given away 1 MiB at a time, to whoever can take pieces; an earlier version gets all of it", () => {
  const { old } = pair(3 << 20, USUAL_PIECE_BYTES);
  const first = old.piece(0);
  assertEquals([first.offset, first.contents.length], [0, 1 << 20]);
  const last = old.piece(3 << 20);
  assertEquals(last.offset + last.contents.length, last.sizeBytes);
  const whole = old.fetch();
  assert(whole.kind === "contents" && whole.contents.length === first.sizeBytes);
});

Deno.test("pieces are taken in order, each once, over restarts; the shard is served from the last one on", () => {
  const { old, next } = pair(250, 100);
  const next0 = (reply: GroupReply) => reply.kind === "piece" ? reply.offset : reply.kind;
  const { sizeBytes } = old.piece(0);
  assertEquals(next0(next.install(old.piece(100))), 0, "the second one before the first");
  assertEquals(next0(next.install(old.piece(0))), 100);
  assertEquals(next0(next.install(old.piece(0))), 100, "the first one twice");
  assertEquals(
    next0(next.install({ ...old.piece(100), contents: new Uint8Array(sizeBytes) })),
    100,
    "too long",
  );
  assertEquals(next.state(), "arriving");
  assertEquals(next0(next.install(old.piece(100))), 200);
  assertEquals(next0(next.install(old.piece(200))), sizeBytes > 300 ? 300 : "done");
  if (sizeBytes > 300) assertEquals(next0(next.install(old.piece(300))), "done");
  assertEquals([next.state(), next.machine.transit.parts.size], ["serve", 0]);
  assertEquals(next.machine.revisionOf(0), 1);
  for (const late of [0, 100]) {
    assertEquals(next.install(old.piece(late)).kind, "gone", "it is there already");
  }
});

Deno.test("a shard that comes in one piece after all, from an earlier version, leaves no half of it behind", () => {
  const { old, next } = pair(250, 100);
  next.install(old.piece(0));
  assertEquals(next.machine.transit.parts.size, 1);
  const whole = old.fetch();
  assert(whole.kind === "contents");
  assertEquals(next.do({ op: "install", shard: 0, number: 2, contents: whole.contents }).kind, "done");
  assertEquals([next.state(), next.machine.transit.parts.size], ["serve", 0]);
});

Deno.test("a shard that is moved on while its pieces come is kept for its next owner when the last one has", () => {
  const { old, next, third } = pair(250, 100);
  next.install(old.piece(0));
  next.do({ op: "adopt", map: third });
  assertEquals(next.state(), "gone");
  for (const offset of [100, 200, 300]) if (offset < old.piece(0).sizeBytes) next.install(old.piece(offset));
  assertEquals(next.state(), "gone+leaving");
  const [kept] = next.machine.transit.kept.all;
  const whole = old.fetch();
  assert(whole.kind === "contents");
  assertEquals([kept.number, kept.contents], [3, whole.contents]);
});

Deno.test("a snapshot with pieces in it says that it is of a newer layout, and is none where it is cut short", () => {
  const { old, next } = pair(250, 100);
  assertEquals(next.machine.snapshot()[0], 1);
  next.install(old.piece(0));
  const snapshot = next.machine.snapshot();
  assertEquals(snapshot[0], 2);
  for (const length of [snapshot.length - 1, snapshot.length - 50]) {
    assertThrows(() => next.machine.restore(snapshot.subarray(0, length)), SnapshotError);
  }
  assertEquals(next.machine.snapshot(), snapshot);
});
