/**
 * The shard controller: a replicated machine that makes one map after the other and forgets none.
 * @module
 */

import type { CheckedMachine, Machine, Watch, WatchableMachine } from "../kv/machine.ts";
import { SnapshotError } from "../kv/errors.ts";
import { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import { WireError } from "../runtime/wire_error.ts";
import {
  type ChangeResult,
  type ControllerCommand,
  decodeControllerCommand,
  decodeMapQuestion,
  encodeChangeResult,
  encodeMap,
} from "./controller_codec.ts";
import { commitPlan, emptyMap, type GroupId, type Groups, NOBODY, type Plan, type ShardMap } from "./map.ts";
import { readMap, writeMap } from "./map_codec.ts";
import { planJoin, planLeave, planMove } from "./rebalance.ts";

const SNAPSHOT_LAYOUT = 1;

/**
 * The controller. Replicate it with {@linkcode openController}; each change that changes something makes exactly one map.
 *
 * A change that comes twice is filtered by the client's session (`kv/`), so a late copy of an old leave cannot undo a join
 * (labs S4).
 */
export class ShardController implements Machine, CheckedMachine, WatchableMachine {
  /** All maps; `#maps[n]` is map n. */
  #maps: ShardMap[];
  /** Maps as bytes, for maps never change, and every group asks many times a second. */
  readonly #encoded = new WeakMap<ShardMap, Uint8Array>();

  /** A controller of this many shards and no groups. */
  constructor(shards: number) {
    this.#maps = [emptyMap(shards)];
  }

  /** The latest map. */
  get latest(): ShardMap {
    return this.#maps[this.#maps.length - 1];
  }

  /** Throws `WireError` for what is no command, `RangeError` for a group that cannot be. */
  check(command: Uint8Array): void {
    const decoded = decodeControllerCommand(command);
    if (decoded.op !== "join" && decoded.op !== "joinAfter") return;
    for (const [group, servers] of decoded.groups) {
      if (group === NOBODY) throw new RangeError("Cannot join group 0: that number means nobody");
      if (servers.length === 0) throw new RangeError(`Cannot join group ${group} without servers: name them`);
    }
  }

  /** Executes a change. */
  apply(command: Uint8Array): Uint8Array {
    return encodeChangeResult(this.#change(decodeControllerCommand(command)));
  }

  /** Gives the map of a number, the latest one for null or a number that is too large. */
  query(question: Uint8Array): Uint8Array {
    const number = decodeMapQuestion(question);
    return this.#encode(number === null ? this.latest : this.#maps[number] ?? this.latest);
  }

  /** Waits for the map of a number. Who has waited long enough is given the latest one. */
  watch(question: Uint8Array): Watch {
    const wanted = decodeMapQuestion(question) ?? 0;
    return {
      poll: () => this.latest.number < wanted ? null : this.query(question),
      idle: () => this.query(question),
    };
  }

  /** Every map. */
  snapshot(): Uint8Array {
    const writer = new ByteWriter(1024);
    writer.u8(SNAPSHOT_LAYOUT);
    writer.varint(this.#maps.length);
    for (const map of this.#maps) writeMap(writer, map);
    return writer.take();
  }

  /** Replaces every map. Throws `SnapshotError` for anything that `snapshot` did not give; nothing is changed then. */
  restore(data: Uint8Array): void {
    let layout = 0;
    try {
      const reader = new ByteReader(data);
      layout = reader.u8();
      if (layout <= SNAPSHOT_LAYOUT) {
        this.#maps = readMaps(reader, layout);
        return;
      }
    } catch (cause) {
      throw new SnapshotError("malformed", "Cannot restore maps that do not decode; nothing was changed", {
        cause,
      });
    }
    throw new SnapshotError("newer", `Cannot restore maps of layout ${layout}: upgrade this node`);
  }

  #encode(map: ShardMap): Uint8Array {
    let bytes = this.#encoded.get(map);
    if (bytes === undefined) this.#encoded.set(map, bytes = encodeMap(map));
    return bytes;
  }

  #change(command: ControllerCommand): ChangeResult {
    const { latest } = this;
    const reason = this.#obstacle(command);
    if (reason !== null) return { kind: "refused", number: latest.number, reason };
    if (command.op === "joinAfter" && command.after !== latest.number) {
      return { kind: "unchanged", number: latest.number };
    }
    const plan = this.#plan(command);
    if (isWhat(latest, plan)) return { kind: "unchanged", number: latest.number };
    this.#maps.push(commitPlan(plan, latest));
    return { kind: "changed", number: this.latest.number };
  }

  #obstacle(command: ControllerCommand): string | null {
    if (command.op !== "move") return null;
    const { shard, group } = command;
    if (shard >= this.latest.owners.length) return `there is no shard ${shard}`;
    return this.latest.groups.has(group) ? null : `group ${group} is no member: let it join first`;
  }

  #plan(command: ControllerCommand): Plan {
    switch (command.op) {
      case "join":
      case "joinAfter":
        return planJoin(this.latest, command.groups);
      case "leave":
        return planLeave(this.latest, command.groups);
      case "move":
        return planMove(this.latest, command.shard, command.group);
    }
  }
}

function readMaps(reader: ByteReader, layout: number): ShardMap[] {
  const maps: ShardMap[] = [];
  for (let left = reader.varint(); left > 0; left--) maps.push(readMap(reader));
  reader.end();
  // Map 0 is always there: without it there would be no latest one.
  if (layout !== SNAPSHOT_LAYOUT || maps.length === 0) {
    throw new WireError("malformed", `Cannot read ${maps.length} maps of layout ${layout}`);
  }
  return maps;
}

/** Whether a plan wants nothing but what is. */
function isWhat(map: ShardMap, plan: Plan): boolean {
  return plan.owners.every((owner, shard) => owner === map.owners[shard]) &&
    sameGroups(map.groups, plan.groups);
}

/** Whether both have the same members at the same addresses. */
export function sameGroups(left: Groups, right: Groups): boolean {
  if (left.size !== right.size) return false;
  const same = (group: GroupId, servers: readonly string[]) => {
    const others = right.get(group);
    return others?.length === servers.length && servers.every((server, at) => server === others[at]);
  };
  return [...left].every(([group, servers]) => same(group, servers));
}
