/**
 * One connection: its requests in order, its transaction, its protocol version.
 *
 * It touches no socket: requests go in, text comes out. Replies leave in the order of the requests, and a request sees whatever
 * those before it on the same connection have done, as with a server that does one thing at a time.
 * @module
 */

import type { Gateway, Settled } from "../gateway/gateway.ts";
import { type Guard, onlyLooks, sizeOfStep, type Step, type StepResult } from "../store/steps.ts";
import { MAX_BATCH } from "../store/types.ts";
import { type ClientAbout, clientReply, failureReply, helloReply, sameText } from "./client_reply.ts";
import { type Command, CommandError } from "./command.ts";
import { readCommand } from "./commands.ts";
import type { Cursors } from "./cursors.ts";
import { literalPrefix, matchesGlob } from "./glob.ts";
import { errorReply, isLongerThan, NULL, OK, renderReply, type Reply, type RespVersion } from "./reply.ts";
import { Watched } from "./watched.ts";

/** What all connections of one process share. */
export interface SessionServices {
  readonly gateway: Pick<Gateway, "look" | "write">;
  readonly cursors: Cursors;
  /** What a client must say before anything else is done for it; null on a loopback port. */
  readonly token: string | null;
  /** The text of `INFO`. */
  readonly info: (sections: readonly string[]) => string;
  /** What `HELLO` tells besides the protocol. */
  readonly about: { readonly version: string; readonly role: () => string };
}

/** What a session does with its connection. */
export interface SessionOutput {
  /** Takes replies, in order. */
  send(text: string): void;
  /** The client said goodbye: nothing more comes after what was sent. */
  end(): void;
}

interface Queued {
  readonly step: Step;
  readonly show: (result: StepResult) => Reply;
}

/** Between `MULTI` and `EXEC`. */
interface Transacting {
  readonly queue: Queued[];
  sizeBytes: number;
  /** A request made no sense: `EXEC` does nothing at all then. */
  spoiled: boolean;
}

/**
 * What is answered at once, and is no part of a transaction: a client that was given such an answer for its place in the queue would miss it in
 * the answer of `EXEC`, and take for failed what was executed. An `UNWATCH` there would take the guards from a transaction that counts on them.
 */
const OUTSIDE_ONLY: ReadonlySet<Command["kind"]> = new Set(["reply", "client", "info", "unwatch"]);

/** What `MULTI` may pile up. */
const MAX_TRANSACTION_BYTES = 16 << 20;
/** Most characters of one reply. */
const MAX_REPLY_LENGTH = 128 << 20;
/** Replies of one turn leave together up to about this. */
const MAX_TOGETHER = 1 << 20;
const TOO_LONG = errorReply("the answer is too long, though all was done; ask for less at once");

/** See the module's page. */
export class RespSession {
  readonly #about: ClientAbout;
  readonly #services: SessionServices;
  readonly #output: SessionOutput;
  /** Replies from the oldest request on that has none yet; null where it is still missing. */
  #replies: (string | null)[] = [];
  #firstReply = 0;
  /** Requests that wait for those before them. */
  #backlog: Command[] = [];
  #looking = 0;
  #writing = 0;
  #version: RespVersion = 2;
  #trusted: boolean;
  #transacting: Transacting | null = null;
  readonly #watched = new Watched();
  #ended = false;

  /** `id` is what `CLIENT ID` tells. */
  constructor(id: number, services: SessionServices, output: SessionOutput) {
    this.#about = { id, name: "" };
    this.#services = services;
    this.#output = output;
    this.#trusted = services.token === null;
  }

  /** Whether it has said what a client must say. */
  get trusted(): boolean {
    return this.#trusted;
  }

  /** Requests that have no reply yet. */
  get waiting(): number {
    return this.#replies.length + this.#backlog.length;
  }

  /** Takes a request. The words are not kept. */
  request(words: readonly Uint8Array[]): void {
    if (this.#ended) return;
    let command: Command;
    try {
      command = readCommand(words);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      command = { kind: "mistake", error };
    }
    if (this.#backlog.length > 0 || !this.#mayRun(command)) {
      this.#backlog.push(command);
      return;
    }
    this.#execute(command);
    this.#flush();
  }

  #run(): void {
    let done = 0;
    while (done < this.#backlog.length && !this.#ended && this.#mayRun(this.#backlog[done])) {
      this.#execute(this.#backlog[done++]);
    }
    if (done > 0) this.#backlog.splice(0, done);
    this.#flush();
  }

  /** A write would otherwise overtake the looks before it, and they would see it. */
  #mayRun(command: Command): boolean {
    if (this.#looking === 0 && this.#writing === 0) return true;
    switch (command.kind) {
      case "step":
        return this.#transacting !== null || this.#looking === 0 || onlyLooks(command.step);
      // What they find decides how the requests behind them are understood.
      case "watch":
      case "unwatch":
      case "exec":
      case "discard":
      case "scan":
        return false;
      default:
        return true;
    }
  }

  #execute(command: Command): void {
    const slot = this.#slot();
    if (!this.#trusted && !["hello", "auth", "quit"].includes(command.kind)) {
      return this.#answer(slot, errorReply("Authentication required: AUTH <token>", "NOAUTH"));
    }
    if (this.#transacting !== null && OUTSIDE_ONLY.has(command.kind)) {
      return this.#mistake(slot, "only commands on keys can stand inside MULTI");
    }
    const { kind } = command;
    switch (kind) {
      case "step":
        return this.#step(slot, command);
      case "reply":
        return this.#answer(slot, command.reply);
      case "mistake":
        return this.#mistake(slot, command.error.message, command.error.code);
      case "hello":
        return this.#hello(slot, command);
      case "auth":
        return this.#answer(slot, this.#authenticate(command.token) ?? OK);
      case "client":
        return this.#answer(slot, clientReply(this.#about, command.words));
      case "info":
        return this.#answer(slot, { kind: "text", value: this.#services.info(command.sections) });
      case "scan":
        return this.#scan(slot, command);
      case "watch":
        return this.#watch(slot, command.keys);
      case "multi":
        if (this.#transacting !== null) {
          return this.#answer(slot, errorReply("MULTI calls can not be nested"));
        }
        this.#transacting = { queue: [], sizeBytes: 0, spoiled: false };
        return this.#answer(slot, OK);
      case "exec":
        return this.#exec(slot);
      case "discard":
        if (this.#transacting === null) return this.#answer(slot, errorReply("DISCARD without MULTI"));
        this.#transacting = null;
        this.#watched.forget();
        return this.#answer(slot, OK);
      case "unwatch":
        this.#watched.forget();
        return this.#answer(slot, OK);
      case "quit":
        this.#ended = true;
        return this.#answer(slot, OK);
    }
  }

  #step(slot: number, { step, show }: Command & { readonly kind: "step" }): void {
    const transacting = this.#transacting;
    if (transacting !== null) {
      transacting.sizeBytes += sizeOfStep(step);
      if (transacting.queue.length === MAX_BATCH) {
        return this.#mistake(slot, `a transaction has at most ${MAX_BATCH} commands`);
      }
      if (transacting.sizeBytes > MAX_TRANSACTION_BYTES) {
        return this.#mistake(slot, `a transaction has at most ${MAX_TRANSACTION_BYTES} bytes`);
      }
      transacting.queue.push({ step, show });
      return this.#answer(slot, { kind: "simple", text: "QUEUED" });
    }
    if (onlyLooks(step) && this.#writing === 0) {
      return this.#look(slot, [step], (results) => show(results[0]));
    }
    this.#write(slot, [], [step], (results) => results === null ? NULL : show(results[0]));
  }

  #look(slot: number, steps: readonly Step[], show: (results: readonly StepResult[]) => Reply): void {
    this.#looking++;
    let now = true;
    this.#services.gateway.look(steps, (settled) => {
      this.#looking--;
      this.#settle(slot, settled, show);
      if (!now) this.#run();
    });
    now = false;
  }

  #write(
    slot: number,
    guards: readonly Guard[],
    steps: readonly Step[],
    show: (results: readonly StepResult[] | null) => Reply,
  ): void {
    this.#writing++;
    let now = true;
    this.#services.gateway.write({ guards, steps }, (settled) => {
      this.#writing--;
      this.#settle(slot, settled, (result) => show(result.kind === "done" ? result.results : null));
      if (!now) this.#run();
    });
    now = false;
  }

  #settle<T>(slot: number, settled: Settled<T>, show: (value: T) => Reply): void {
    if (settled.kind === "failed") return this.#answer(slot, failureReply(settled.error));
    const reply = show(settled.value);
    // No string is as long as the longest answers could be: to try would end in an error where nobody expects one.
    this.#answer(slot, isLongerThan(reply, MAX_REPLY_LENGTH) ? TOO_LONG : reply);
  }

  #exec(slot: number): void {
    const transacting = this.#transacting;
    if (transacting === null) return this.#answer(slot, errorReply("EXEC without MULTI"));
    this.#transacting = null;
    const guards = this.#watched.take();
    if (transacting.spoiled || guards === null) {
      const why = "Transaction discarded because of previous errors.";
      return this.#answer(slot, errorReply(why, "EXECABORT"));
    }
    const { queue } = transacting;
    if (queue.length === 0 && guards.length === 0) return this.#answer(slot, { kind: "list", items: [] });
    const steps = queue.map((queued) => queued.step);
    this.#write(
      slot,
      guards,
      steps,
      (results) =>
        results === null
          ? { kind: "nullList" }
          : { kind: "list", items: results.map((result, at) => queue[at].show(result)) },
    );
  }

  #watch(slot: number, keys: readonly string[]): void {
    if (this.#transacting !== null) {
      return this.#answer(slot, errorReply("WATCH inside MULTI is not allowed"));
    }
    if (!this.#watched.begin(keys)) {
      return this.#answer(slot, errorReply(`at most ${MAX_BATCH} keys can be watched at once`));
    }
    this.#look(slot, keys.map((key) => ({ op: "revisionOf", key })), (results) => {
      results.forEach((result, at) => {
        this.#watched.saw(keys[at], result.kind === "integer" ? Number(result.value) : 0);
      });
      return OK;
    });
  }

  #scan(slot: number, { cursor, count, match }: Command & { readonly kind: "scan" }): void {
    if (this.#transacting !== null) return this.#mistake(slot, "SCAN inside MULTI is not supported");
    const { cursors } = this.#services;
    const after = cursors.after(cursor);
    if (after === null) {
      const why = "invalid cursor: it is too old, or another node gave it; begin again at 0";
      return this.#answer(slot, errorReply(why));
    }
    const prefix = match === null ? "" : literalPrefix(match);
    this.#look(slot, [{ op: "keys", prefix, after, limit: count }], ([result]) => {
      const { keys, more } = result.kind === "keys" ? result : { keys: [], more: false };
      const next = more ? cursors.give(keys[keys.length - 1]) : 0n;
      const found = match === null ? keys : keys.filter((key) => matchesGlob(match, key));
      return {
        kind: "list",
        items: [
          { kind: "text", value: next.toString() },
          { kind: "list", items: found.map((value) => ({ kind: "text", value })) },
        ],
      };
    });
  }

  #authenticate(token: string): Reply | null {
    const wanted = this.#services.token;
    if (wanted === null) {
      return errorReply("AUTH <password> called without any password configured for the default user");
    }
    this.#trusted = sameText(token, wanted);
    return this.#trusted ? null : errorReply("invalid token", "WRONGPASS");
  }

  #hello(slot: number, { version, token }: Command & { readonly kind: "hello" }): void {
    const refusal = token === null ? null : this.#authenticate(token);
    if (refusal !== null) return this.#answer(slot, refusal);
    if (!this.#trusted) {
      return this.#answer(slot, errorReply("HELLO must be called with AUTH <user> <token>", "NOAUTH"));
    }
    if (version !== null) this.#version = version === 3 ? 3 : 2;
    this.#answer(slot, helloReply(this.#about, this.#services.about, this.#version));
  }

  /** A request that cannot be done; in a transaction it takes the whole of it along. */
  #mistake(slot: number, message: string, code?: string): void {
    if (this.#transacting !== null) this.#transacting.spoiled = true;
    this.#answer(slot, errorReply(message, code));
  }

  #slot(): number {
    return this.#firstReply + this.#replies.push(null) - 1;
  }

  #answer(slot: number, reply: Reply): void {
    this.#replies[slot - this.#firstReply] = renderReply(reply, this.#version);
  }

  #flush(): void {
    let count = 0;
    let text = "";
    for (; count < this.#replies.length; count++) {
      const reply = this.#replies[count];
      if (reply === null) break;
      text += reply;
      if (text.length < MAX_TOGETHER) continue;
      this.#output.send(text);
      text = "";
    }
    if (count === 0) return;
    this.#replies.splice(0, count);
    this.#firstReply += count;
    if (text !== "") this.#output.send(text);
    if (this.#ended && this.#replies.length === 0) this.#output.end();
  }
}
