/**
 * A client's link to a group of servers: finds the leader, keeps it, tries again.
 *
 * Many calls at once share one end of the network and what is known of the leader.
 * @module
 */

import type { Clock } from "../runtime/clock.ts";
import type { Address } from "../runtime/network.ts";
import type { Random } from "../runtime/random.ts";
import { RpcError, RpcPeer, type RpcRuntime } from "../runtime/rpc.ts";
import { Turns } from "./turns.ts";
import { type Answer, type Caller, DEFAULT_GROUP, type MachineMethods, machineService } from "./protocol.ts";

/** What a link needs of its surroundings. */
export type LinkRuntime = Omit<RpcRuntime, "network">;

/** What a link is made of. */
export type LinkOptions =
  & LinkSettings
  & (
    /** The usual way: calls over the runtime's network. */
    | { readonly runtime: RpcRuntime }
    /** Calls that travel otherwise. */
    | { readonly runtime: LinkRuntime; readonly caller: Caller }
  );

/** What a link is told, whatever its calls travel on. */
export interface LinkSettings {
  /** Where the servers listen, in any order. */
  readonly servers: readonly Address[];
  /** The group's name, as its servers have it. @default {"kv"} */
  readonly group?: string;
  /** How long one server may take for its first answer; patience grows while nobody answers. @default {500} */
  readonly attemptMs?: number;
}

/** How long a call may go on. */
export interface AskOptions {
  /** On the runtime's clock; `Infinity` for ever. */
  readonly deadlineMs: number;
  /** Ends the call early. */
  readonly signal?: AbortSignal;
  /** How much longer than usual a server may take, because it waits for something itself. @default {0} */
  readonly patienceMs?: number;
}

/** How a call to the group ended. */
export type Asked =
  /** A leader executed it. */
  | { readonly kind: "applied"; readonly reply: Uint8Array }
  /** The session is gone. */
  | { readonly kind: "sessionUnknown" }
  /** The last server does not take it, or cannot tell what came of it. `mayBeExecuted`: it, or an earlier one, may have. */
  | { readonly kind: "invalid"; readonly message: string; readonly mayBeExecuted: boolean }
  /** The time was up, the signal fired, or this end died. `sent`: a request has left, and may yet be executed. */
  | { readonly kind: "ended"; readonly why: "timeout" | "aborted" | "closed"; readonly sent: boolean };

const DEFAULT_ATTEMPT_MS = 500;
/** The longest wait for one answer: a link of seconds must not look dead. */
const MAX_ATTEMPT_MS = 8000;
/** So long a server that seems to be gone is not gone to, whoever says that it leads: those who say so have not noticed yet. */
const GONE_MS = 250;
/** More than one grain of any clock. */
const LEAST_WAIT_MS = 1;
/** So many are not believed that a server leads that was silent: those who were cut off with it say so for good. */
const DOUBTS = 2;
const FIRST_PAUSE_MS = 8;
const MAX_PAUSE_MS = 250;

/** See the module's page. */
export class Link {
  readonly #runtime: LinkRuntime;
  readonly #servers: readonly Address[];
  readonly #caller: Caller;
  /** Fails the open calls to a server; null where calls travel in a way of their own. */
  readonly #giveUp: ((server: Address) => void) | null;
  readonly #random: Random;
  readonly #attemptMs: number;
  /** Whom to ask first: the leader as far as is known. */
  #target: Address;
  /** Where the search among the servers goes on. */
  #next: number;
  /** Servers that seem to be gone, and until when they count as such. */
  readonly #gone = new Map<Address, number>();
  /** Calls that wait a little before the next try. */
  readonly #pauses: Turns;
  readonly #wake = () => this.#pauses.wake(Infinity);
  #closed = false;

  /** Opens the client's end. Throws `TypeError` without servers, or if the runtime has such an end already. */
  constructor(options: LinkOptions) {
    const { runtime, servers } = options;
    if (servers.length === 0) throw new TypeError("Cannot reach a group without servers: name at least one");
    const group = options.group ?? DEFAULT_GROUP;
    this.#runtime = runtime;
    this.#servers = [...servers];
    this.#random = runtime.random.split(`link ${group}`);
    this.#attemptMs = options.attemptMs ?? DEFAULT_ATTEMPT_MS;
    if ("caller" in options) {
      this.#caller = options.caller;
      this.#giveUp = null;
    } else {
      const peer = new RpcPeer<MachineMethods>(options.runtime, machineService(group), null);
      this.#caller = peer;
      this.#giveUp = (server) => peer.giveUp(server);
    }
    this.#pauses = new Turns(runtime.clock);
    // Not everybody begins at the same server.
    this.#next = this.#random.below(servers.length);
    this.#target = this.#servers[this.#next];
  }

  /** The server that is asked first at present: the leader, as far as is known. */
  get target(): Address {
    return this.#target;
  }

  /** The client's clock. */
  get clock(): Clock {
    return this.#runtime.clock;
  }

  /** Fires when the client's end dies: nothing is asked any more. */
  get signal(): AbortSignal {
    return this.#runtime.signal;
  }

  /** Milliseconds on the client's clock. */
  now(): number {
    return this.#runtime.clock.now();
  }

  /** Milliseconds until `deadlineMs`; 0 if it is so near that a wait could end without time having passed. */
  leftMs(deadlineMs: number): number {
    const leftMs = deadlineMs - this.now();
    return leftMs < LEAST_WAIT_MS ? 0 : leftMs;
  }

  /** A hint that `server` is gone: what waits for its answers is tried elsewhere at once, and so is what comes next. */
  suspect(server: Address): void {
    this.#lose(server);
    this.#giveUp?.(server);
  }

  /** News that `server` leads, from whoever has been told so: what waits for an answer of another is tried there at once. */
  follow(server: Address): void {
    this.#gone.delete(server);
    this.#target = server;
    for (const other of this.#servers) if (other !== server) this.#giveUp?.(other);
    this.#wake();
  }

  /** Fails every open call and releases the end. */
  close(): void {
    this.#closed = true;
    // Who pauses between two tries has no call that would fail.
    this.#wake();
    this.#caller.close();
  }

  /** Asks until a leader has answered. */
  async ask<M extends keyof MachineMethods & string>(
    method: M,
    request: MachineMethods[M]["request"],
    options: AskOptions,
  ): Promise<Asked> {
    const attempt = new Attempt(this.#attemptMs, this.#servers.length);
    for (;;) {
      const leftMs = this.leftMs(options.deadlineMs);
      if (leftMs === 0) return attempt.end("timeout");
      if (options.signal?.aborted) return attempt.end("aborted");
      // Before it counts as a try: what was never sent is not said to have an unknown outcome, which some try again, at once, without end.
      if (this.#closed || this.#runtime.signal.aborted) return attempt.end("closed");
      const target = this.#target;
      attempt.tries++;
      const timeoutMs = Math.min(attempt.patienceMs + (options.patienceMs ?? 0), leftMs);
      try {
        const answer = await this.#caller.call(
          target,
          method,
          request,
          options.signal === undefined ? { timeoutMs } : { timeoutMs, signal: options.signal },
        );
        const asked = this.#judge(target, answer, attempt);
        if (asked !== null) return asked;
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        // Perhaps it does not understand it; perhaps it has executed it, and the reply is too long to travel.
        if (error.code === "refused") return attempt.invalid(error.message, true);
        if (error.code === "aborted" || error.code === "closed") return attempt.end(error.code);
        if (error.code === "gone") {
          // Unless another one is known to lead by now, which is why nobody waits for its answer any more.
          if (this.#target === target) this.#lose(target);
          attempt.redirected = true;
        } else attempt.waitedInVain(target);
        this.#leave(target);
      }
      await this.#pause(attempt, options);
    }
  }

  /** What an answer means; null if the search goes on. */
  #judge(target: Address, answer: Answer, attempt: Attempt): Asked | null {
    this.#gone.delete(target);
    switch (answer.kind) {
      case "applied":
        this.#target = target;
        return answer;
      case "unknown":
        // It lost leadership meanwhile: the next one tells, by the session, what became of it.
        this.#leave(target);
        return null;
      case "invalid":
        return attempt.invalid(answer.reason, attempt.tries > 1);
      case "refused":
        if (answer.code === "sessionUnknown") return { kind: "sessionUnknown" };
        if (answer.code === "overloaded" || answer.code === "windowExceeded" || answer.ask === target) {
          return null;
        }
        if (
          answer.ask === null || this.#isGone(answer.ask) || attempt.isHearsay(answer.ask) ||
          attempt.isSentInCircles()
        ) {
          this.#leave(target);
        } else if (this.#target === target) {
          this.#target = answer.ask;
          attempt.redirected = true;
        }
        return null;
    }
  }

  /** Somebody else, unless another call has found somebody already. */
  #leave(target: Address): void {
    if (this.#target !== target) return;
    const others = this.#servers.filter((server) => server !== target);
    const there = others.filter((server) => !this.#isGone(server));
    // If all others are gone as well, one of them may be back.
    const open = there.length > 0 ? there : others;
    do this.#next = (this.#next + 1) % this.#servers.length; while (
      open.length > 0 && !open.includes(this.#servers[this.#next])
    );
    this.#target = this.#servers[this.#next];
  }

  #lose(server: Address): void {
    this.#gone.set(server, this.now() + GONE_MS);
    this.#leave(server);
  }

  #isGone(server: Address): boolean {
    const untilMs = this.#gone.get(server);
    if (untilMs === undefined || this.now() < untilMs) return untilMs !== undefined;
    this.#gone.delete(server);
    return false;
  }

  /** Waits a little before the next try, or until its caller or its own end wakes it: whoever goes on looks at both. */
  async #pause(attempt: Attempt, options: AskOptions): Promise<void> {
    const ms = attempt.nextPauseMs(this.#random);
    // Dead in the very turn in which the call failed: no timer of this end goes off any more.
    if (ms === 0 || this.signal.aborted) return;
    // Only while somebody pauses: a link that nobody uses any more, since its group has other servers, must leave nothing behind.
    this.signal.addEventListener("abort", this.#wake);
    await this.#pauses.wait(Math.min(ms, this.leftMs(options.deadlineMs)), options.signal);
    if (this.#pauses.size === 0) this.signal.removeEventListener("abort", this.#wake);
  }
}

/** The course of one call. */
class Attempt {
  /** How many requests have left. */
  tries = 0;
  /** How long the next server may take. */
  patienceMs: number;
  /** The last server named somebody: the next try need not wait, but two redirects in a row may be a circle. */
  redirected = false;
  #redirectedBefore = false;
  #failures = 0;
  /** Who gave no answer in time last, and how many more that name it are not believed. */
  #silent: Address | null = null;
  #doubts = 0;
  /** Names given since a server was asked of this end's own accord. */
  #names = 0;
  readonly #servers: number;
  /** How many were silent since patience grew. */
  #silences = 0;

  /** `servers`: how many there are to ask. */
  constructor(patienceMs: number, servers: number) {
    this.patienceMs = patienceMs;
    this.#servers = servers;
  }

  end(why: "timeout" | "aborted" | "closed"): Asked {
    return { kind: "ended", why, sent: this.tries > 0 };
  }

  invalid(message: string, mayBeExecuted: boolean): Asked {
    return { kind: "invalid", message, mayBeExecuted };
  }

  /**
   * A server gave no answer in time, and the first who say that it leads have not noticed. When half of them were silent it may be
   * the way to them that takes longer. (Not with each: patience doubled by every server that is down, six of nine kept a client from
   * the leader, which came last, for ten seconds.)
   */
  waitedInVain(server: Address): void {
    if (2 * ++this.#silences >= this.#servers) {
      this.#silences = 0;
      this.patienceMs = Math.min(this.patienceMs * 2, MAX_ATTEMPT_MS);
    }
    this.#silent = server;
    this.#doubts = DOUBTS;
  }

  /** Whether `name` is that of a server that was silent, given by one who may not know; it may only be slow, so some are believed. */
  isHearsay(name: Address): boolean {
    return name === this.#silent && this.#doubts-- > 0;
  }

  /**
   * Counts a name that was given; true if that makes more in a row than it takes to go from each server to the next. Two that were
   * removed may name each other for good: whoever went by names alone would never come to a third.
   */
  isSentInCircles(): boolean {
    if (++this.#names <= this.#servers) return false;
    this.#names = 0;
    return true;
  }

  /** 0 after a first redirect; otherwise longer each time, by chance, so that clients do not march in step. */
  nextPauseMs(random: Random): number {
    const atOnce = this.redirected && !this.#redirectedBefore;
    this.#redirectedBefore = this.redirected;
    this.redirected = false;
    if (atOnce) return 0;
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(this.#failures++, 10), MAX_PAUSE_MS);
    return longest * (0.5 + random.next() / 2);
  }
}
