/**
 * Brings an operation to the group that owns its shard, wherever the shard goes meanwhile.
 * @module
 */

import { type RefusedCode, RefusedError, UnknownOutcomeError } from "../kv/errors.ts";
import type { LinkRuntime } from "../kv/link.ts";
import type { CallOptions } from "../kv/session_client.ts";
import { Turns } from "../kv/turns.ts";
import { decodeSessionId, type GroupCommand, type GroupQuestion, type GroupReply } from "./group_codec.ts";
import { type GroupLink, GroupLinks } from "./group_link.ts";
import type { Calls } from "./peer.ts";
import type { ShardId } from "./placement.ts";
import { type MapSource, Routes } from "./routes.ts";
import { MAX_SESSIONS, type Numbers, SESSION_TTL_MS, ShardSession } from "./shard_session.ts";

/** What a router is made of. */
export interface RouterOptions {
  /** Clock, chance and death of the client. */
  readonly runtime: LinkRuntime;
  /** How machines are called. */
  readonly calls: Calls;
  /** Where maps come from. */
  readonly maps: MapSource;
  /** How long an operation may take unless it says otherwise. */
  readonly timeoutMs: number;
  /** How long one server may take for its first answer. */
  readonly attemptMs: number;
}

/** A group that does not answer for so long may own the shard no more. */
const PATIENCE_MS = 600;
const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 80;
const RULES = { ttlMs: SESSION_TTL_MS, maxSessions: MAX_SESSIONS };

/** How long one operation may go on, and what has become of it so far. */
interface Course {
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  /** Whether a request has left that may yet be executed. */
  sent: boolean;
  pauses: number;
}

type Send = (
  link: GroupLink,
  options: { timeoutMs: number; signal?: AbortSignal },
) => ReturnType<GroupLink["ask"]>;

/** See the module's page. */
export class Router {
  /** What is known of the owners. */
  readonly routes: Routes;
  readonly #options: RouterOptions;
  readonly #links: GroupLinks;
  readonly #sessions = new Map<ShardId, ShardSession>();
  /** Who waits for a session that another operation opens. */
  readonly #opening = new Map<ShardId, Turns>();

  /** Knows nothing yet. */
  constructor(options: RouterOptions) {
    this.#options = options;
    this.routes = new Routes(options.maps);
    this.#links = new GroupLinks(options.runtime, options.calls, options.attemptMs);
  }

  /** Executes a store's command in a shard exactly once, and gives the store's reply. */
  async submit(shard: ShardId, command: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    const course = this.#begin(options);
    const { session, numbers } = await this.#take(shard, course);
    try {
      const call = { ...numbers, command };
      const reply = await this.#bring(shard, course, (link, limits) => {
        course.sent = true;
        return link.execute({ op: "execute", shard, call }, limits);
      });
      return this.#finish(shard, session, reply);
    } finally {
      session.settle(numbers.sequence);
    }
  }

  /** Asks a shard's store. */
  async query(shard: ShardId, question: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    const asked: GroupQuestion = { op: "read", shard, question };
    const reply = await this.#bring(shard, this.#begin(options), (link, limits) => link.ask(asked, limits));
    return this.#finish(shard, null, reply);
  }

  get #nowMs(): number {
    return this.#options.runtime.clock.now();
  }

  #begin({ timeoutMs = this.#options.timeoutMs, signal }: CallOptions): Course {
    return { deadlineMs: this.#nowMs + timeoutMs, signal, sent: false, pauses: 0 };
  }

  #finish(shard: ShardId, session: ShardSession | null, reply: GroupReply): Uint8Array {
    if (reply.kind === "done") return reply.reply;
    if (session !== null && this.#sessions.get(shard) === session) this.#sessions.delete(shard);
    throw new UnknownOutcomeError("The shard no longer knows this session: read back what became of it");
  }

  /** Numbers of a session with room. Operations that begin together share one opening. */
  async #take(shard: ShardId, course: Course): Promise<{ session: ShardSession; numbers: Numbers }> {
    for (;;) {
      const session = this.#sessions.get(shard);
      const room = session?.mayTake(this.#nowMs) ?? "stale";
      // In the same turn: of a thousand that waited for one opening each would find all the room still there, and what is beyond the
      // shard's window is put off until its time is up, since nobody tells the shard any more what is settled.
      if (session !== undefined && room === "yes") return { session, numbers: session.take(this.#nowMs) };
      if (room === "full") {
        await this.#pause(course);
        continue;
      }
      const opening = this.#opening.get(shard);
      if (opening === undefined) await this.#open(shard, course);
      // Whoever opens it may have more time than this operation, or less: then one of those who wait opens it anew.
      else await opening.wait(this.#checkTime(course), course.signal);
    }
  }

  async #open(shard: ShardId, course: Course): Promise<void> {
    const waiting = new Turns(this.#options.runtime.clock);
    this.#opening.set(shard, waiting);
    try {
      const command: GroupCommand = { op: "open", shard, rules: RULES };
      const reply = await this.#bring(shard, { ...course }, (link, limits) => link.execute(command, limits));
      if (reply.kind !== "done") throw new UnknownOutcomeError("The shard did not open a session");
      this.#sessions.set(shard, new ShardSession(decodeSessionId(reply.reply), this.#nowMs));
    } finally {
      this.#opening.delete(shard);
      waiting.wake(Infinity);
    }
  }

  /** Until a group that owns the shard has answered. */
  async #bring(shard: ShardId, course: Course, send: Send): Promise<GroupReply> {
    for (;;) {
      const leftMs = this.#checkTime(course);
      const route = this.routes.of(shard);
      if (route === null) {
        await this.#refresh(course);
        if (this.routes.of(shard) === null) await this.#pause(course);
        continue;
      }
      const signal = course.signal === undefined ? {} : { signal: course.signal };
      const link = this.#links.to(route.group, route.servers);
      const sentBefore = course.sent;
      const asked = await send(link, { timeoutMs: Math.min(leftMs, PATIENCE_MS), ...signal });
      if (asked.kind === "invalid") {
        if (!course.sent || !(sentBefore || asked.mayBeExecuted)) {
          throw new RefusedError("invalid", asked.message);
        }
        throw new UnknownOutcomeError(`The last server that was asked says: ${asked.message}`);
      }
      if (asked.kind === "ended") {
        if (asked.why === "closed") throw this.#gaveUp(course, "closed");
        // Nobody there: perhaps the shard has moved on.
        await this.#refresh(course);
        continue;
      }
      switch (asked.reply.kind) {
        case "arriving":
        case "windowExceeded":
          await this.#pause(course);
          break;
        case "wrongGroup":
          if (this.routes.offer(asked.reply.map)) break;
          await this.#refresh(course);
          // The group may be behind: it will take on this map in a moment.
          if (this.routes.of(shard)?.number === route.number) await this.#pause(course);
          break;
        default:
          return asked.reply;
      }
    }
  }

  async #refresh(course: Course): Promise<void> {
    const leftMs = this.#checkTime(course);
    const patience = new Turns(this.#options.runtime.clock);
    try {
      // The question is shared: whoever asked it first may have more time than this operation, whose signal it does not know either.
      await Promise.race([
        this.routes.refresh(Math.min(PATIENCE_MS, leftMs)),
        patience.wait(leftMs, course.signal),
      ]);
    } finally {
      patience.wake(1);
    }
  }

  async #pause(course: Course): Promise<void> {
    const { clock, random } = this.#options.runtime;
    const longestMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(course.pauses++, 10), MAX_PAUSE_MS);
    const ms = Math.min(longestMs * (0.5 + random.next() / 2), this.#checkTime(course));
    try {
      await clock.sleep(ms, course.signal);
    } catch (error) {
      // Woken by the caller's signal, or by this end's death, which is told like any other end of the operation.
      this.#checkTime(course);
      throw error;
    }
  }

  /** Milliseconds left. Throws if there are none, or nobody waits any more. */
  #checkTime(course: Course): number {
    if (course.signal?.aborted) throw this.#gaveUp(course, "aborted");
    if (this.#options.runtime.signal.aborted) throw this.#gaveUp(course, "closed");
    const leftMs = course.deadlineMs - this.#nowMs;
    if (leftMs < 1) throw this.#gaveUp(course, "timeout");
    return leftMs;
  }

  #gaveUp({ sent, signal }: Course, why: RefusedCode): Error {
    const cause = { cause: signal?.reason };
    if (sent) {
      return new UnknownOutcomeError(`Gave up (${why}) on an operation that may yet be executed`, cause);
    }
    return new RefusedError(why, `Cannot execute: ${why}`, cause);
  }
}
