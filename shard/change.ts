/**
 * Moves shards the way the labs of 2025 do: a driver outside the groups freezes, installs and deletes, shard by shard.
 *
 * It is thin: every step is an operation of the group that the pulling groups take themselves, with the same fence. What makes
 * a change resumable is the record in the store: whoever finds a plan there may carry it out, any number of drivers at once.
 * @module
 */

import { UnknownOutcomeError } from "../kv/errors.ts";
import type { LinkRuntime } from "../kv/link.ts";
import {
  type ChangeRecord,
  decodeRecord,
  encodeRecord,
  type RecordStore,
  type StoredRecord,
} from "./change_record.ts";
import type { GroupCommand, GroupReply } from "./group_codec.ts";
import { type GroupAsked, type GroupCallOptions, type GroupLink, GroupLinks } from "./group_link.ts";
import {
  commitPlan,
  emptyMap,
  type GroupId,
  type Holder,
  NOBODY,
  type Plan,
  type ShardMap,
  sourceOf,
} from "./map.ts";
import type { Piece } from "./parts.ts";
import type { Calls } from "./peer.ts";
import type { ShardId } from "./placement.ts";
import { planMove } from "./rebalance.ts";
import type { MapSource } from "./routes.ts";

/** What a driver is made of. */
export interface ChangeDriverOptions {
  /** Clock, chance and death of the driver. */
  readonly runtime: LinkRuntime;
  /** How groups are called. */
  readonly calls: Calls;
  /** Where the record is kept. */
  readonly store: RecordStore;
  /** How many shards there are. */
  readonly shards: number;
}

/** What came of a change. */
export type ChangeEnd =
  /** The plan has become this map. Another driver may have carried it out. */
  | { readonly kind: "committed"; readonly map: ShardMap }
  /** Another plan took its place: nothing was done. */
  | { readonly kind: "lost" };

/** What a plan becomes, and whether it was stored. */
interface Tried {
  readonly map: ShardMap;
  readonly stored: "written" | "mismatch" | "maybe";
}

/** Whom to ask for a group's part of a move. */
interface Holding {
  readonly group: GroupId;
  readonly servers: readonly string[];
}

/** How long one call to a group goes on before the record is looked at again: another driver may have finished. */
const STEP_MS = 1000;

/** See the module's page. */
export class ChangeDriver implements MapSource {
  readonly #options: ChangeDriverOptions;
  readonly #groups: GroupLinks;

  /** Nothing is sent before the first call. */
  constructor(options: ChangeDriverOptions) {
    this.#options = options;
    this.#groups = new GroupLinks(options.runtime, options.calls);
  }

  /** The committed map; map 0 before the first. */
  async current(): Promise<ShardMap> {
    return (await this.#read()).current;
  }

  /** For clerks: the committed map, or null if the store did not answer in time. */
  async latest(timeoutMs: number): Promise<ShardMap | null> {
    const { clock } = this.#options.runtime;
    const { promise, resolve } = Promise.withResolvers<null>();
    const timer = clock.setTimer(timeoutMs, () => resolve(null));
    try {
      return await Promise.race([this.current(), promise]);
    } finally {
      timer.cancel();
    }
  }

  /**
   * Carries out a plan. Several drivers may try at once: one plan for each map is stored, and the others are lost. Throws
   * `RangeError` for a plan of another number of shards, `UnknownOutcomeError` if nobody can tell whose plan it was.
   */
  async change(plan: Plan): Promise<ChangeEnd> {
    const wanted = encodeRecord({ current: emptyMap(0), next: plan });
    let tried = null as Tried | null;
    for (;;) {
      const record = await this.#read();
      if (record.current.number !== plan.after) return endOf(tried, record.current);
      if (record.next !== null) {
        const same = encodeRecord({ current: emptyMap(0), next: record.next }) === wanted;
        return same ? { kind: "committed", map: await this.#carryOut(record) } : { kind: "lost" };
      }
      // Before it is stored: a plan that becomes no map would stand there for ever, and no driver could go on.
      const map = commitPlan(plan, record.current);
      const next: ChangeRecord = { current: record.current, next: plan };
      const written = await this.#options.store.write(encodeRecord(next), record.version);
      // Whatever comes of it: the record says who has won, as long as nobody else has finished the change.
      tried = { map, stored: tried?.stored === "maybe" && written === "mismatch" ? "maybe" : written };
    }
  }

  /** Moves one shard; see `change`. */
  async move(shard: ShardId, group: number): Promise<ChangeEnd> {
    return await this.change(planMove(await this.current(), shard, group));
  }

  /** Finishes what another driver has begun, if anything. */
  async recover(): Promise<ShardMap> {
    const record = await this.#read();
    return record.next === null ? record.current : await this.#carryOut(record);
  }

  async #read(): Promise<StoredRecord> {
    const stored = await this.#options.store.read();
    if (stored === null) return { current: emptyMap(this.#options.shards), next: null, version: 0 };
    return { ...decodeRecord(stored.value), version: stored.version };
  }

  /** Every shard's move, then the map: a map that was published earlier would route to groups that have nothing (labs S22). */
  async #carryOut({ current, next }: ChangeRecord): Promise<ShardMap> {
    if (next === null) return current;
    const map = commitPlan(next, current);
    const shards = map.owners.map((_, shard) => shard).filter((shard) =>
      map.owners[shard] !== current.owners[shard]
    );
    const moved = await Promise.all(shards.map((shard) => this.#move(current, map, shard)));
    if (!moved.every((done) => done)) return await this.current();
    return await this.#publish(map);
  }

  async #publish(map: ShardMap): Promise<ShardMap> {
    for (;;) {
      const record = await this.#read();
      // Superseded: somebody else has published it, and perhaps later ones (labs S24).
      if (record.current.number >= map.number) return record.current;
      await this.#options.store.write(encodeRecord({ current: map, next: null }), record.version);
    }
  }

  /** Whether the shard is where the map wants it; false if the change is over, carried out by another driver. */
  async #move(current: ShardMap, map: ShardMap, shard: ShardId): Promise<boolean> {
    const { number } = map;
    const source = placeOf(sourceOf(current, shard, number), current, map);
    const to = map.owners[shard];
    let contents: Uint8Array | null = new Uint8Array(0);
    if (source !== null) {
      // A shard that nobody owns was frozen under the number of the map that orphaned it.
      const frozen = await this.#step(map, source, { op: "freeze", shard, number: source.number });
      if (frozen === null) return false;
      // Given back to whoever kept it, who has it already under this map, and so refuses the older number: a driver died there.
      if (frozen.kind === "stale") return await this.#clear(map, source, shard);
      contents = frozen.kind === "contents" ? frozen.contents : null;
      if (frozen.kind === "piece" && to !== NOBODY) {
        return await this.#ship(map, source, { shard, first: frozen }) &&
          await this.#clear(map, source, shard);
      }
    }
    if (to === NOBODY) return true;
    // Deleted already, so installed before that: there is nothing left to do but to publish.
    if (contents === null) return true;
    const installed = await this.#step(map, ownerOf(map, shard), {
      op: "install",
      shard,
      number,
      contents,
    });
    if (installed === null) return false;
    return source === null || await this.#clear(map, source, shard);
  }

  /** Brings a shard that is too large for one message to its new owner; false if the change is over. */
  async #ship(
    map: ShardMap,
    source: Holder,
    { shard, first }: { readonly shard: ShardId; readonly first: Piece },
  ): Promise<boolean> {
    const { number } = map;
    for (let piece = first;;) {
      const { offset, sizeBytes, contents } = piece;
      const step = { op: "installPart", shard, number, offset, sizeBytes, contents } as const;
      const taken = await this.#step(map, ownerOf(map, shard), step);
      if (taken === null) return false;
      // It is there, or was before this piece came.
      if (taken.kind !== "piece") return true;
      const question = { op: "fetch", shard, number: source.number, offset: taken.offset } as const;
      const next = await this.#call(map, source, (link, options) => link.ask(question, options));
      if (next === null) return false;
      // Deleted meanwhile, so installed before that, by another driver.
      if (next.kind !== "piece") return true;
      piece = next;
    }
  }

  /** The new owner has the shard: the old one deletes what it kept. */
  async #clear(map: ShardMap, source: Holder, shard: ShardId): Promise<boolean> {
    return await this.#step(map, source, { op: "delete", shard, number: source.number }) !== null;
  }

  /** Has a group take one step, however long that takes; null if the change was finished by somebody else meanwhile. */
  async #step(map: ShardMap, holder: Holding, command: GroupCommand): Promise<GroupReply | null> {
    const reply = await this.#call(map, holder, (link, options) => link.execute(command, options));
    if (reply === null) return null;
    const { group } = holder;
    if (reply.kind === "stale" && !await this.#isUnderWay(map, group, command)) return null;
    if (reply.kind !== "absent" && reply.kind !== "notYet") return reply;
    throw new TypeError(
      `Group ${group} cannot ${command.op} a shard for map ${map.number}: it answered ${reply.kind}`,
    );
  }

  /** Asks a group until it answers; null if the change was finished by somebody else meanwhile. */
  async #call(
    map: ShardMap,
    { group, servers }: Holding,
    ask: (link: GroupLink, options: GroupCallOptions) => Promise<GroupAsked>,
  ): Promise<GroupReply | null> {
    const { signal } = this.#options.runtime;
    for (;;) {
      const asked = await ask(this.#groups.to(group, servers), { timeoutMs: STEP_MS, signal });
      if (asked.kind === "answered") return asked.reply;
      if (asked.kind === "invalid") throw new TypeError(asked.message);
      if (asked.why !== "timeout") throw new DOMException("the driver died", "AbortError");
      const record = await this.#read();
      if (record.current.number >= map.number) return null;
    }
  }

  /** Whether a group refuses a freeze only because it has this map's install behind it: the change itself is not superseded. */
  async #isUnderWay(map: ShardMap, group: GroupId, command: GroupCommand): Promise<boolean> {
    if (command.op !== "freeze" || map.owners[command.shard] !== group) return false;
    return (await this.#read()).current.number < map.number;
  }
}

/** How a change ended that has become `current` or gone into it: another driver may have finished it before this one looked. */
function endOf(tried: Tried | null, current: ShardMap): ChangeEnd {
  if (tried === null) return { kind: "lost" };
  const { map, stored } = tried;
  // What is stored is carried out, by whomever.
  if (stored === "written") return { kind: "committed", map };
  const textOf = (one: ShardMap) => encodeRecord({ current: one, next: null });
  if (current.number === map.number && textOf(current) === textOf(map)) return { kind: "committed", map };
  if (current.number === map.number || stored === "mismatch") return { kind: "lost" };
  throw new UnknownOutcomeError(`Nobody can tell any more whether map ${map.number} is of this plan`);
}

/** Who has a shard by a map. */
function ownerOf({ owners, groups }: ShardMap, shard: ShardId): Holding {
  return { group: owners[shard], servers: groups.get(owners[shard]) ?? [] };
}

/**
 * An old owner where the plan has it, if the plan replaces its servers: no later one can, before this one is carried out. One that
 * had left and joins again may be a new group of that number.
 */
function placeOf(source: Holder | null, current: ShardMap, map: ShardMap): Holder | null {
  if (source === null || !current.groups.has(source.group)) return source;
  return { ...source, servers: map.groups.get(source.group) ?? source.servers };
}
