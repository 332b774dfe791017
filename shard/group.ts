/**
 * The machine of one group: the shards that it serves, and those that come and go.
 *
 * Ownership is judged when an entry is applied, never when a request arrives (labs S6): between the two the group may have let
 * the shard go. A shard is, at one group, in one of five states:
 *
 * - `gone`: not here.
 * - `arriving`: owned, but its contents have not come yet. Clients wait.
 * - `serve`: here, and served.
 * - `frozen`: kept, not served; nobody is to have it yet.
 * - `leaving`: kept, not served, until its new owner has it.
 *
 * The last two are about a copy that an older map took away, so they can be beside one of the first three.
 * @module
 */

import type { CheckedMachine, LogPosition, Machine, ShrinkingMachine, TimedMachine } from "../kv/machine.ts";
import type { StoreOptions } from "../kv/store/store.ts";
import { ShardCopy } from "./copy.ts";
import { checkGroupCommand } from "./check.ts";
import {
  decodeGroupCommand,
  decodeGroupQuestion,
  encodeGroupReply,
  encodeSessionId,
  type GroupCommand,
  type GroupReply,
} from "./group_codec.ts";
import { decodeGroupState, encodeGroupState, type GroupState, type Held } from "./group_state.ts";
import { emptyMap, type GroupId, NOBODY, type ShardMap, sourceOf } from "./map.ts";
import { addPiece, cutPiece, joinPieces, PIECE_BYTES } from "./parts.ts";
import type { Placement, ShardId } from "./placement.ts";
import { type KeptState, Transit } from "./transit.ts";

/** What a group is made of. The same on every member. */
export interface GroupMachineOptions {
  /** The group's number. */
  readonly group: GroupId;
  /** Which key is in which shard. */
  readonly placement: Placement;
  /** What each shard's store remembers for watchers. */
  readonly store?: StoreOptions;
  /** How much of a shard goes in one message. @default {1 MiB} */
  readonly pieceBytes?: number;
}

/** The state of a shard at a group. */
export type ShardState = "gone" | "arriving" | "serve" | KeptState;

const GONE: Held = { state: "gone" };
const DONE: GroupReply = { kind: "done", reply: new Uint8Array(0) };

/** See the module's page. */
export class ShardGroup implements Machine, CheckedMachine, TimedMachine, ShrinkingMachine {
  /** The group's number. */
  readonly group: GroupId;
  readonly #placement: Placement;
  readonly #storeOptions: StoreOptions;
  readonly #pieceBytes: number;
  #state: GroupState;
  #freedBytes = 0;

  /** A group that knows no map and has no shards. */
  constructor(options: GroupMachineOptions) {
    const { group, placement } = options;
    this.group = group;
    this.#placement = placement;
    this.#storeOptions = options.store ?? {};
    this.#pieceBytes = options.pieceBytes ?? PIECE_BYTES;
    this.#state = {
      map: emptyMap(placement.shards),
      held: Array.from({ length: placement.shards }, () => GONE),
      fences: new Array<number>(placement.shards).fill(0),
      transit: new Transit(),
    };
  }

  /** The latest map taken on; map 0 before the first. */
  get map(): ShardMap {
    return this.#state.map;
  }

  /** Bytes of shards deleted since the last snapshot: what moved away must not stay on the disk (challenge 1). */
  get freedBytes(): number {
    return this.#freedBytes;
  }

  /** What is on its way. For reading only. */
  get transit(): Transit {
    return this.#state.transit;
  }

  /** Every state that a shard is in: first whether it is served, then what is kept of it. */
  statesOf(shard: ShardId): ShardState[] {
    const kept = this.#state.transit.kept.all.filter((one) => one.shard === shard);
    return [this.#state.held[shard].state, ...kept.map(({ state }) => state)];
  }

  /** The map that gave the group the copy of `shard` that it serves or waits for; 0 if there is none. */
  numberOf(shard: ShardId): number {
    const held = this.#state.held[shard];
    return held.state === "gone" ? 0 : held.number;
  }

  /** How many commands have changed a shard, at all owners; 0 if it is not served here. */
  revisionOf(shard: ShardId): number {
    const held = this.#state.held[shard];
    return held.state === "serve" ? held.copy.revision : 0;
  }

  /** The log time at which a lease of any shard ends. */
  get dueMs(): number {
    let dueMs = Infinity;
    for (const held of this.#state.held) {
      if (held.state === "serve") dueMs = Math.min(dueMs, held.copy.dueMs);
    }
    return dueMs;
  }

  /** Throws for a command that no group should apply; its message reaches the client. */
  check(command: Uint8Array): void {
    checkGroupCommand(decodeGroupCommand(command), this.#placement);
  }

  /** Takes one step; see `GroupCommand`. */
  apply(command: Uint8Array, at: LogPosition): Uint8Array {
    return encodeGroupReply(this.#execute(decodeGroupCommand(command), at));
  }

  /** Answers a `GroupQuestion`. */
  query(question: Uint8Array): Uint8Array {
    const asked = decodeGroupQuestion(question);
    if (asked.shard >= this.#placement.shards) throw new RangeError(`Cannot find shard ${asked.shard}`);
    if (asked.op === "fetch") {
      return encodeGroupReply(this.#fetch(asked.shard, asked.number, asked.offset ?? null));
    }
    const copy = this.#served(asked.shard);
    if (!(copy instanceof ShardCopy)) return encodeGroupReply(copy);
    return encodeGroupReply({ kind: "done", reply: copy.query(asked.question) });
  }

  /** Ends every lease that is due. */
  elapse(at: LogPosition): void {
    for (const held of this.#state.held) {
      if (held.state === "serve" && held.copy.dueMs <= at.timeMs) held.copy.elapse(at.timeMs);
    }
  }

  /** Everything, half-done moves included: a restart must not forget them (labs S11). */
  snapshot(): Uint8Array {
    this.#freedBytes = 0;
    return encodeGroupState(this.#state);
  }

  /** Replaces everything. Throws `SnapshotError` for anything that `snapshot` did not give; nothing is changed then. */
  restore(data: Uint8Array): void {
    this.#state = decodeGroupState(data, this.#storeOptions);
  }

  #execute(command: GroupCommand, at: LogPosition): GroupReply {
    switch (command.op) {
      case "open": {
        const copy = this.#served(command.shard);
        if (!(copy instanceof ShardCopy)) return copy;
        return { kind: "done", reply: encodeSessionId(copy.openSession(at.timeMs, command.rules)) };
      }
      case "execute": {
        const copy = this.#served(command.shard);
        // Not a word of it in the session table: it was not executed, and may be elsewhere (labs S17).
        return copy instanceof ShardCopy ? copy.execute(command.call, at.timeMs) : copy;
      }
      case "adopt":
        return this.#adopt(command.map, at);
      case "freeze":
        return this.#freeze(command.shard, command.number, at);
      case "install":
        return this.#install(command.shard, command.number, { contents: command.contents, at });
      case "installPart":
        return this.#installPart(command, at);
      case "delete":
        return this.#delete(command.shard, command.number);
      case "forget":
        this.transit.debts.take(command.shard, command.number);
        return DONE;
    }
  }

  /** The shard's copy if it is served, or what to say instead. */
  #served(shard: ShardId): ShardCopy | GroupReply {
    const held = this.#state.held[shard];
    if (held.state === "serve") return held.copy;
    if (held.state === "arriving") return { kind: "arriving" };
    return { kind: "wrongGroup", map: this.map.number === 0 ? null : this.map };
  }

  /** One number at a time: a map that was skipped would leave shards at owners that nobody asks any more (labs S9). */
  #adopt(map: ShardMap, at: LogPosition): GroupReply {
    const { number } = map;
    if (number <= this.map.number) return { kind: "stale" };
    if (number > this.map.number + 1 || map.owners.length !== this.map.owners.length) {
      return { kind: "notYet" };
    }
    const before = this.map;
    // Another controller's map, as of one that was set up anew under the old addresses: nothing in it is about this data.
    if (before.number > 0 && map.origin !== before.origin) return { kind: "absent" };
    this.#state.map = map;
    for (let shard = 0; shard < map.owners.length; shard++) {
      const from = before.owners[shard];
      const to = map.owners[shard];
      const holder = before.holders.get(shard);
      if (from === to) continue;
      if (from === this.group) {
        this.#release(shard, number, { state: to === NOBODY ? "frozen" : "leaving", at });
      } else if (from === NOBODY && holder?.group === this.group) this.#handOut(shard, holder.number, at);
      else if (to === this.group) this.#expect(shard, before, at);
    }
    this.transit.follow(before.groups, map.groups);
    return DONE;
  }

  /** A shard goes: from this entry on nothing is executed on it. */
  #release(
    shard: ShardId,
    number: number,
    how: { readonly state: KeptState; readonly at: LogPosition },
  ): void {
    const { transit, held, fences } = this.#state;
    const present = held[shard];
    if (present.state === "serve") {
      const contents = present.copy.take(how.at.timeMs);
      transit.kept.set({ shard, number, state: how.state, contents });
    } else if (present.state === "arriving") {
      const expected = transit.expected.get(shard, present.number);
      if (expected !== undefined) transit.expected.set({ ...expected, onward: { number, state: how.state } });
    }
    held[shard] = GONE;
    fences[shard] = number;
  }

  /** A shard comes that another group has, or that nobody ever had. */
  #expect(shard: ShardId, before: ShardMap, at: LogPosition): void {
    const { number } = this.map;
    const { transit, held, fences } = this.#state;
    const from = sourceOf(before, shard, number);
    fences[shard] = number;
    if (from === null) {
      held[shard] = { state: "serve", number, copy: new ShardCopy(at.timeMs, this.#storeOptions) };
    } else {
      held[shard] = { state: "arriving", number };
      transit.expected.set({ shard, number, from, onward: null });
    }
  }

  /** A shard that was frozen here for nobody, since map `since`, is somebody's again. */
  #handOut(shard: ShardId, since: number, at: LogPosition): void {
    const { transit, held, fences } = this.#state;
    const { number } = this.map;
    const mine = this.map.owners[shard] === this.group;
    const kept = transit.kept.take(shard, since);
    const passing = transit.passing(shard, since);
    if (mine) fences[shard] = number;
    if (kept !== undefined && mine) {
      const copy = ShardCopy.arrive(kept.contents, at.timeMs, this.#storeOptions);
      held[shard] = { state: "serve", number, copy };
    } else if (kept !== undefined) transit.kept.set({ ...kept, number, state: "leaving" });
    else if (passing !== undefined && mine) {
      held[shard] = { state: "arriving", number: passing.number };
      transit.expected.set({ ...passing, onward: null });
    } else if (passing !== undefined) {
      transit.expected.set({ ...passing, onward: { number, state: "leaving" } });
    }
  }

  /** The first step of a move that is driven from outside. */
  #freeze(shard: ShardId, number: number, at: LogPosition): GroupReply {
    const { fences, held } = this.#state;
    if (number < fences[shard]) return { kind: "stale" };
    // After its deletion the shard is at its new owner: an empty one in its place would be installed over it (labs S21).
    if (number === fences[shard]) return this.#fetch(shard, number);
    if (held[shard].state !== "serve") return { kind: "absent" };
    this.#release(shard, number, { state: "leaving", at });
    return this.#fetch(shard, number);
  }

  /** What is kept, from `offset` on; null for all of it, whatever that comes to. */
  #fetch(shard: ShardId, number: number, offset: number | null = 0): GroupReply {
    const kept = this.transit.kept.get(shard, number);
    if (kept !== undefined) {
      const { contents } = kept;
      const whole = offset === null || (offset === 0 && contents.length <= this.#pieceBytes);
      if (whole) return { kind: "contents", contents };
      return { kind: "piece", ...cutPiece(contents, offset, this.#pieceBytes) };
    }
    const onItsWay = this.transit.passing(shard, number) !== undefined;
    return { kind: this.#state.fences[shard] >= number && !onItsWay ? "gone" : "notYet" };
  }

  #install(
    shard: ShardId,
    number: number,
    { contents, at }: { readonly contents: Uint8Array; readonly at: LogPosition },
  ): GroupReply {
    const { transit, held, fences } = this.#state;
    transit.parts.take(shard, number);
    const expected = transit.expected.get(shard, number);
    if (expected === undefined) {
      // A late copy of an install must not put old data over newer (labs S19, S26).
      if (number <= fences[shard]) return { kind: number === fences[shard] ? "gone" : "stale" };
      if (held[shard].state !== "gone") return { kind: "absent" };
    }
    // Only a driver brings shards that nobody had.
    const isNew = expected === undefined && contents.length === 0;
    const copy = isNew
      ? new ShardCopy(at.timeMs, this.#storeOptions)
      : ShardCopy.tryArrive(contents, at.timeMs, this.#storeOptions);
    // Nothing is changed, and its old owner keeps it still: it can be asked for again.
    if (copy === null) return { kind: "absent" };
    if (expected !== undefined) {
      transit.expected.take(shard, number);
      transit.debts.set({ shard, number, from: expected.from });
      if (expected.onward !== null) {
        transit.kept.set({ shard, ...expected.onward, contents: contents.slice() });
        return DONE;
      }
    } else fences[shard] = number;
    held[shard] = { state: "serve", number, copy };
    return DONE;
  }

  /** The shard is not there before its last piece is, whoever leads when that comes. */
  #installPart(
    command: Extract<GroupCommand, { readonly op: "installPart" }>,
    at: LogPosition,
  ): GroupReply {
    const { shard, number } = command;
    const { transit, held, fences } = this.#state;
    const wanted = transit.expected.get(shard, number) !== undefined ||
      (number > fences[shard] && held[shard].state === "gone");
    // The same words as to a late copy of the whole; what had come of it is of no use any more.
    if (!wanted) return this.#install(shard, number, { contents: command.contents, at });
    const part = addPiece(transit.parts.get(shard, number), command);
    if (part.receivedBytes === part.sizeBytes) {
      return this.#install(shard, number, { contents: joinPieces(part), at });
    }
    transit.parts.set(part);
    const { receivedBytes: offset, sizeBytes } = part;
    return { kind: "piece", offset, sizeBytes, contents: new Uint8Array(0) };
  }

  /** Only what that very map took away: a late deletion must not hit what came back since. */
  #delete(shard: ShardId, number: number): GroupReply {
    const kept = this.transit.kept.take(shard, number);
    if (kept !== undefined) {
      this.#freedBytes += kept.contents.length;
      return DONE;
    }
    return { kind: this.#state.fences[shard] >= number ? "gone" : "absent" };
  }
}
