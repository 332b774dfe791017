/**
 * Moves shards the way the labs of 2024 do: each group asks the controller for the next map, and pulls what it gains.
 *
 * It runs on every member of a group and acts where that member leads. It remembers nothing: what is to be done stands in the
 * group's replicated state, so a crash between any two steps is taken up by whoever leads next.
 * @module
 */

import { type Asked, Link, type LinkRuntime } from "../kv/link.ts";
import type { Timer } from "../runtime/clock.ts";
import type { Replica } from "../kv/replica.ts";
import type { Address } from "../runtime/network.ts";
import { WireError } from "../runtime/wire_error.ts";
import { decodeMap, encodeMapQuestion, mapNumberOf } from "./controller_codec.ts";
import type { ShardGroup } from "./group.ts";
import { encodeGroupCommand, type GroupCommand } from "./group_codec.ts";
import { GroupLinks } from "./group_link.ts";
import type { Piece } from "./parts.ts";
import { type Calls, CONTROLLER_NAME } from "./peer.ts";
import type { ShardId } from "./placement.ts";
import { type Debt, type Expected, nameOf } from "./transit.ts";

/** What a mover needs. */
export interface MoverOptions {
  /** Clock, chance and death of the member. */
  readonly runtime: LinkRuntime;
  /** How other machines are called. */
  readonly calls: Calls;
  /** This member's replica. */
  readonly replica: Replica;
  /** Its machine. For reading only. */
  readonly machine: ShardGroup;
  /** Where the controller listens. */
  readonly controllers: readonly Address[];
  /** How often it is looked what there is to do. */
  readonly pollMs: number;
  /** How long a question for the next map waits at the controller until there is one; 0 for not at all, as in the labs. */
  readonly waitMs: number;
}

/** How long one step may take before it is begun anew. */
const STEP_MS = 1000;
/** Without the runtime's signal: whatever calls travel on dies with it, and ends them. */
const LIMITS = { timeoutMs: STEP_MS } as const;

/** See the module's page. */
export class Mover {
  readonly #options: MoverOptions;
  readonly #controller: Link;
  readonly #groups: GroupLinks;
  /** Steps under way, by name: one of a kind at a time. */
  readonly #busy = new Set<string>();
  /** Until the next turn; null before the first. */
  #timer: Timer | null = null;
  #ended = false;

  /** A mover at rest. */
  constructor(options: MoverOptions) {
    const { runtime, calls, controllers } = options;
    this.#options = options;
    this.#groups = new GroupLinks(runtime, calls);
    const caller = calls.to(CONTROLLER_NAME);
    this.#controller = new Link({ runtime, caller, servers: controllers, group: CONTROLLER_NAME });
  }

  /** Begins. It ends with the runtime. */
  start(): void {
    this.#look();
  }

  /** Ends it. */
  stop(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  /** Looks from time to time. A timer and no sleep: an idle group does nothing else, and there may be hundreds of groups. */
  #look(): void {
    const { runtime, pollMs } = this.#options;
    if (runtime.signal.aborted || this.#ended) return;
    this.#turn();
    this.#timer = runtime.clock.setTimer(pollMs, () => this.#look());
  }

  #turn(): void {
    const { replica, machine, runtime } = this.#options;
    if (runtime.signal.aborted || this.#ended || !replica.node.state().isLeader) return;
    this.#once("map", () => this.#follow());
    // Each on its own: one dead group must not keep the others' shards from arriving (labs S16, challenge 2).
    for (const expected of machine.transit.expected.all) {
      this.#once(`bring ${nameOf(expected.shard, expected.number)}`, () => this.#bring(expected));
    }
    for (const debt of machine.transit.debts.all) {
      this.#once(`settle ${nameOf(debt.shard, debt.number)}`, () => this.#settle(debt));
    }
  }

  /** Takes on map after map, until there is no next one. */
  async #follow(): Promise<boolean> {
    const { machine, waitMs } = this.#options;
    const wanted = machine.map.number + 1;
    const sinceMs = this.#controller.now();
    const asked = await this.#ask(encodeMapQuestion(wanted));
    if (asked.kind !== "applied") return false;
    // Mostly there is no next one, and the latest comes instead: whoever waited for it in vain waits again, without a gap.
    if (mapNumberOf(asked.reply) !== wanted) return waitMs > 0 && this.#controller.now() - sinceMs >= waitMs;
    // A map that was not taken on, another controller's, stays the next one: who took it for done would propose it again at once, without end.
    return await this.#propose({ op: "adopt", map: decodeMap(asked.reply) }) && machine.map.number >= wanted;
  }

  /** Brings one shard here from its old owner. */
  async #bring({ shard, number, from }: Expected): Promise<boolean> {
    const old = this.#groups.to(from.group, from.servers);
    const offset = this.#receivedBytes(shard, number);
    const asked = await old.ask({ op: "fetch", shard, number, offset }, LIMITS);
    if (asked.kind !== "answered") return false;
    if (asked.reply.kind === "piece") return await this.#add(shard, number, asked.reply);
    if (asked.reply.kind !== "contents") return false;
    const { expected } = this.#options.machine.transit;
    const install = { op: "install", shard, number, contents: asked.reply.contents } as const;
    // What is not taken, though it was asked for, would be asked for again at once, without end.
    return await this.#propose(install) && expected.get(shard, number) === undefined;
  }

  /** Adds one piece to what has come. */
  async #add(shard: ShardId, number: number, { offset, sizeBytes, contents }: Piece): Promise<boolean> {
    if (!await this.#propose({ op: "installPart", shard, number, offset, sizeBytes, contents })) return false;
    // A piece that brought it no further would be asked for again at once, without end.
    const { expected } = this.#options.machine.transit;
    return expected.get(shard, number) === undefined || this.#receivedBytes(shard, number) > offset;
  }

  #receivedBytes(shard: ShardId, number: number): number {
    return this.#options.machine.transit.parts.get(shard, number)?.receivedBytes ?? 0;
  }

  /** The install is committed here, so the old owner may delete what it kept: never before (labs S13). */
  async #settle({ shard, number, from }: Debt): Promise<boolean> {
    const old = this.#groups.to(from.group, from.servers);
    const asked = await old.execute({ op: "delete", shard, number }, LIMITS);
    if (asked.kind !== "answered") return false;
    return await this.#propose({ op: "forget", shard, number });
  }

  async #propose(command: GroupCommand): Promise<boolean> {
    const outcome = await this.#options.replica.propose(encodeGroupCommand(command));
    return outcome.kind === "applied";
  }

  /** Does something unless it is being done; when it is done, there may be more to do at once. */
  #once(name: string, step: () => Promise<boolean>): void {
    if (this.#busy.has(name)) return;
    this.#busy.add(name);
    step().then((done) => {
      this.#busy.delete(name);
      if (done) this.#turn();
    }, (error) => {
      this.#busy.delete(name);
      // Words of a later version, or of a stranger: thrown here they would end the process with all of its groups. It is asked again.
      if (error instanceof WireError) return;
      if (!this.#options.runtime.signal.aborted && !this.#ended) throw error;
    });
  }

  /** A question that waits costs the controller a tenth of ten questions, and its answer comes as soon as there is a map. */
  #ask(question: Uint8Array): Promise<Asked> {
    const { waitMs } = this.#options;
    const deadlineMs = this.#controller.now() + STEP_MS + waitMs;
    if (waitMs === 0) return this.#controller.ask("query", question, { deadlineMs });
    const request = { question, timeoutMs: waitMs };
    return this.#controller.ask("watch", request, { deadlineMs, patienceMs: waitMs });
  }
}
