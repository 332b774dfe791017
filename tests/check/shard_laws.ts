/**
 * Laws of shards over all groups, seen from machines that are wrapped around the real ones.
 *
 * - One owner: a copy of a shard, named by the map that made it, is served by one group; and nobody begins to serve a shard before
 *   the group that served it last has committed that it no longer does.
 * - Nothing lost, nothing doubled: what arrives is byte for byte what left; a shard begins empty only if nobody ever had it; an
 *   operation of a session changes a shard once, whoever owns it.
 * - What was kept is deleted only after its new owner has committed that it has it.
 * - Equal positions of one group mean equal states.
 *
 * An entry counts when the first member applies it: it is committed then. Later members, and lives that replay their logs, are
 * compared by their states.
 * @module
 */

import type {
  CheckedMachine,
  LogPosition,
  Machine,
  ShrinkingMachine,
  TimedMachine,
} from "../../kv/machine.ts";
import type { Index } from "../../raft/types.ts";
import { decodeGroupCommand, decodeGroupReply, type GroupCommand } from "../../shard/group_codec.ts";
import type { ShardGroup } from "../../shard/group.ts";
import type { GroupId } from "../../shard/map.ts";
import { nameOf } from "../../shard/transit.ts";
import { sameBytes } from "./stable_state.ts";
import type { Report } from "./violation.ts";

/** Who serves a shard, or served it last. */
interface Reign {
  readonly group: GroupId;
  readonly number: number;
  released: boolean;
}

/** How often what happened, for runs that must not be vacuous. */
export interface ShardTally {
  adopted: number;
  begun: number;
  arrived: number;
  /** Pieces of shards, without the last ones. */
  pieces: number;
  handedOn: number;
  deleted: number;
  refused: number;
  executed: number;
}

/** See the module's page. */
export class ShardLaws {
  /** What has happened. */
  readonly tally: ShardTally = {
    adopted: 0,
    begun: 0,
    arrived: 0,
    pieces: 0,
    handedOn: 0,
    deleted: 0,
    refused: 0,
    executed: 0,
  };
  readonly #report: Report;
  readonly #driven: boolean;
  readonly #reigns = new Map<number, Reign>();
  readonly #left = new Map<string, Uint8Array>();
  /** What left a shard's last owner, and under which map. */
  readonly #lastLeft = new Map<number, { readonly number: number; readonly contents: Uint8Array }>();
  readonly #arrived = new Set<string>();
  readonly #executed = new Set<string>();
  readonly #applied = new Map<GroupId, Index>();
  readonly #states = new Map<string, Uint8Array>();

  /**
   * @param report Hears of the first broken law.
   * @param options Whether drivers move the shards: what nobody owned for a while is then installed under the number of the map
   * that gives it away, and was frozen under that of the map that orphaned it.
   */
  constructor(report: Report, { driven }: { readonly driven: boolean }) {
    this.#report = report;
    this.#driven = driven;
  }

  /** A member's machine, watched. */
  watch(node: string, machine: ShardGroup): WatchedGroup {
    return new WatchedGroup(node, machine, this);
  }

  /** Whether nobody has applied that entry of the group before. */
  isNews(group: GroupId, index: Index): boolean {
    if (index <= (this.#applied.get(group) ?? 0)) return false;
    this.#applied.set(group, index);
    return true;
  }

  /** A group serves a shard no longer. `contents` are what it keeps. */
  onReleased(
    node: string,
    group: GroupId,
    shard: number,
    move: { number: number; contents: Uint8Array },
  ): void {
    const reign = this.#reigns.get(shard);
    if (reign?.group !== group) {
      this.#fail("one-owner", node, `let shard ${shard} go, which group ${reign?.group} serves`);
    } else reign.released = true;
    this.#left.set(nameOf(shard, move.number), move.contents);
    this.#lastLeft.set(shard, move);
  }

  /** A group begins to serve a shard: with `contents` that came, or with nothing, or with what it had kept itself. */
  onBegun(
    node: string,
    group: GroupId,
    shard: number,
    how: { number: number; contents: Uint8Array | null | "own" },
  ): void {
    const { number, contents } = how;
    const last = this.#reigns.get(shard);
    if (last !== undefined && !last.released) {
      this.#fail(
        "one-owner",
        node,
        `began to serve shard ${shard} by map ${number} while group ${last.group} serves it by map ${last.number}`,
      );
    }
    if (last !== undefined && last.number >= number) {
      this.#fail(
        "one-owner",
        node,
        `began to serve shard ${shard} by map ${number}, which is not after map ${last.number}`,
      );
    }
    if (contents === null && last !== undefined) {
      this.#fail("nothing-lost", node, `began shard ${shard} empty, although group ${last.group} had it`);
    }
    if (contents instanceof Uint8Array) this.onArrived(node, shard, number, contents);
    this.#reigns.set(shard, { group, number, released: false });
    this.tally.begun++;
  }

  /** Contents have come. */
  onArrived(node: string, shard: number, number: number, contents: Uint8Array): void {
    const last = this.#driven ? this.#lastLeft.get(shard) : undefined;
    const left = last?.contents ?? this.#left.get(nameOf(shard, number));
    if (left === undefined || !sameBytes(left, contents)) {
      this.#fail(
        "nothing-lost",
        node,
        `took shard ${shard} of map ${number} with other contents than those that left`,
      );
    }
    this.#arrived.add(nameOf(shard, last?.number ?? number));
    this.tally.arrived++;
  }

  /** What had come here goes on at once, under a later number. */
  onHandedOn(shard: number, from: number, to: number): void {
    const contents = this.#left.get(nameOf(shard, from));
    if (contents !== undefined) this.#left.set(nameOf(shard, to), contents);
    if (from !== to) this.tally.handedOn++;
  }

  /** A group deletes what it kept. */
  onDeleted(node: string, shard: number, number: number): void {
    this.tally.deleted++;
    if (this.#arrived.has(nameOf(shard, number))) return;
    this.#fail(
      "deleted-after-commit",
      node,
      `deleted shard ${shard} of map ${number} before its new owner had it`,
    );
  }

  /** An operation has changed a shard. */
  onChanged(node: string, command: GroupCommand & { readonly op: "execute" }): void {
    const { session, sequence } = command.call;
    const token = `${command.shard}/${session}/${sequence}`;
    if (this.#executed.has(token)) {
      this.#fail(
        "exactly-once",
        node,
        `executed operation ${sequence} of session ${session} in shard ${command.shard} again`,
      );
    }
    this.#executed.add(token);
    this.tally.executed++;
  }

  /** A member has this state after that entry. */
  onState(node: string, group: GroupId, index: Index, state: Uint8Array): void {
    const name = `${group} ${index}`;
    const known = this.#states.get(name);
    if (known === undefined) this.#states.set(name, state);
    else if (!sameBytes(known, state)) {
      this.#fail(
        "equal-state",
        node,
        `has another state after entry ${index} than a second member of group ${group}`,
      );
    }
  }

  #fail(law: string, node: string, what: string): void {
    this.#report({ law, node, sentence: `${node} ${what}.` });
  }
}

/** See the module's page. */
export class WatchedGroup implements Machine, CheckedMachine, TimedMachine, ShrinkingMachine {
  /** The machine itself. */
  readonly inner: ShardGroup;
  readonly #node: string;
  readonly #laws: ShardLaws;
  #index: Index = 0;

  /** @param node The member's name. */
  constructor(node: string, inner: ShardGroup, laws: ShardLaws) {
    this.inner = inner;
    this.#node = node;
    this.#laws = laws;
  }

  get dueMs(): number {
    return this.inner.dueMs;
  }

  get freedBytes(): number {
    return this.inner.freedBytes;
  }

  check(command: Uint8Array): void {
    this.inner.check(command);
  }

  apply(bytes: Uint8Array, at: LogPosition): Uint8Array {
    const command = decodeGroupCommand(bytes);
    const { inner } = this;
    const shards = inner.map.owners.length;
    const isNews = this.#laws.isNews(inner.group, at.index);
    const before = isNews ? look(inner, shards) : null;
    const reply = inner.apply(bytes, at);
    this.#index = at.index;
    if (before === null) return reply;
    const { tally } = this.#laws;
    if (decodeGroupReply(reply).kind === "wrongGroup") tally.refused++;
    if (command.op === "execute") {
      if (inner.revisionOf(command.shard) > before.revisions[command.shard]) {
        this.#laws.onChanged(this.#node, command);
      }
      return reply;
    }
    if (command.op === "adopt" && decodeGroupReply(reply).kind === "done") tally.adopted++;
    if (command.op === "installPart" && decodeGroupReply(reply).kind === "piece") tally.pieces++;
    if (command.op !== "open" && command.op !== "forget") this.#compare(before, look(inner, shards), command);
    return reply;
  }

  query(question: Uint8Array): Uint8Array {
    return this.inner.query(question);
  }

  elapse(at: LogPosition): void {
    this.inner.elapse(at);
  }

  snapshot(): Uint8Array {
    const state = this.inner.snapshot();
    this.#laws.onState(this.#node, this.inner.group, this.#index, state);
    return state;
  }

  restore(data: Uint8Array): void {
    this.inner.restore(data);
  }

  #compare(before: Look, after: Look, command: GroupCommand): void {
    const { group } = this.inner;
    const laws = this.#laws;
    for (let shard = 0; shard < after.served.length; shard++) {
      const was = before.served[shard];
      const is = after.served[shard];
      if (was !== 0 && was !== is) {
        const kept = [...after.kept.values()].find((one) =>
          one.shard === shard && !before.kept.has(nameOf(shard, one.number))
        );
        laws.onReleased(this.#node, group, shard, kept ?? { number: 0, contents: new Uint8Array(0) });
      }
    }
    for (const [name, { shard, number, contents }] of after.kept) {
      if (before.kept.has(name) || before.served[shard] !== 0) continue;
      // It came and goes on, or it was frozen for nobody and is somebody's now.
      if (command.op === "install" || command.op === "installPart") {
        laws.onArrived(this.#node, shard, command.number, contents);
        laws.onHandedOn(shard, command.number, number);
      } else {
        const old = [...before.kept.values()].find((one) =>
          one.shard === shard && !after.kept.has(nameOf(shard, one.number))
        );
        if (old !== undefined) laws.onHandedOn(shard, old.number, number);
      }
    }
    for (let shard = 0; shard < after.served.length; shard++) {
      const number = after.served[shard];
      if (number === 0 || number === before.served[shard]) continue;
      laws.onBegun(this.#node, group, shard, {
        number,
        contents: this.#source(before, after, { shard, command }),
      });
    }
    if (command.op !== "delete") return;
    for (const [name, { shard, number }] of before.kept) {
      if (!after.kept.has(name)) laws.onDeleted(this.#node, shard, number);
    }
  }

  #source(
    before: Look,
    after: Look,
    { shard, command }: { readonly shard: number; readonly command: GroupCommand },
  ): Uint8Array | null | "own" {
    if (command.op === "install") return command.contents.length === 0 ? null : command.contents;
    if (command.op === "installPart") {
      return joined([...before.pieces.get(nameOf(shard, command.number)) ?? [], command.contents]);
    }
    for (const [name, kept] of before.kept) {
      if (kept.shard === shard && !after.kept.has(name)) return "own";
    }
    return null;
  }
}

interface Look {
  /** By shard: the map that gave it, 0 if it is not served. */
  readonly served: readonly number[];
  readonly revisions: readonly number[];
  readonly kept: ReadonlyMap<
    string,
    { readonly shard: number; readonly number: number; readonly contents: Uint8Array }
  >;
  /** What has come of shards that come piece by piece. */
  readonly pieces: ReadonlyMap<string, readonly Uint8Array[]>;
}

function look(machine: ShardGroup, shards: number): Look {
  const served: number[] = [];
  const revisions: number[] = [];
  for (let shard = 0; shard < shards; shard++) {
    served.push(machine.statesOf(shard)[0] === "serve" ? machine.numberOf(shard) : 0);
    revisions.push(machine.revisionOf(shard));
  }
  return {
    served,
    revisions,
    kept: new Map(machine.transit.kept.all.map((one) => [nameOf(one.shard, one.number), one])),
    pieces: new Map(machine.transit.parts.all.map((one) => [nameOf(one.shard, one.number), one.pieces])),
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}
