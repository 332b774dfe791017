/**
 * The smallest service on bare Raft: a log that can be appended to and read. It proposes, waits for its entry, and answers.
 *
 * It does what the labs ask of a service and no more: an entry of its own for a new leader, a snapshot when the log is long, and
 * reads behind a confirmed index.
 * @module
 */

import { ChannelTransport } from "../../raft/channel_transport.ts";
import { messageCodec } from "../../raft/codec.ts";
import type { Committed } from "../../raft/committed.ts";
import type { Core } from "../../raft/core/state.ts";
import type { ChangeResult, MemberChange } from "../../raft/member_change.ts";
import { RaftNode } from "../../raft/node.ts";
import type { Term } from "../../raft/types.ts";
import { defineService, RpcPeer, type Service } from "../../runtime/mod.ts";
import type { LogPosition, Machine } from "../../kv/machine.ts";
import type { ServerOptions } from "../../kv/server.ts";

/** What a server answers. */
export type LogAnswer =
  | { readonly kind: "done"; readonly number: number; readonly value: string | null }
  /** Not executed, and never will be. */
  | { readonly kind: "refused"; readonly leader: string | null }
  | { readonly kind: "unknown" };

/** What clients may ask. */
export type LogMethods = {
  readonly ask: {
    readonly request: {
      readonly f: "append" | "read" | "length";
      readonly value: string;
      readonly offset: number;
    };
    readonly reply: LogAnswer;
  };
};

/** The service by name. */
export const logService: Service<LogMethods> = defineService<LogMethods>("log", ["ask"]);

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const PIECE_BYTES = 100;
/** What a new leader proposes, so that it can commit anything. */
const NOTHING = new Uint8Array();

/** The machine: all entries. Its replies are offsets. */
export class LogMachine implements Machine {
  #entries: string[] = [];
  readonly #offsets = new Map<string, number>();

  /** How many entries there are. */
  get length(): number {
    return this.#entries.length;
  }

  /** The entry at `offset`, or null. */
  at(offset: number): string | null {
    return this.#entries[offset] ?? null;
  }

  /** An entry that is there already keeps its offset: a message that came twice must not append twice. */
  apply(command: Uint8Array, _at: LogPosition): Uint8Array {
    const entry = decoder.decode(command);
    const known = this.#offsets.get(entry);
    if (known !== undefined) return encoder.encode(`${known}`);
    const offset = this.#entries.push(entry) - 1;
    this.#offsets.set(entry, offset);
    return encoder.encode(`${offset}`);
  }

  query(question: Uint8Array): Uint8Array {
    return encoder.encode(this.at(Number(decoder.decode(question))) ?? "");
  }

  snapshot(): Uint8Array {
    return encoder.encode(JSON.stringify(this.#entries));
  }

  restore(data: Uint8Array): void {
    this.#entries = JSON.parse(decoder.decode(data));
    this.#offsets.clear();
    this.#entries.forEach((entry, offset) => this.#offsets.set(entry, offset));
  }
}

interface Waiter {
  readonly term: Term;
  readonly resolve: (answer: LogAnswer) => void;
}

interface Reader {
  readonly index: number;
  readonly resolve: () => void;
}

/** One member. `watched` is `log` as the laws see it. */
export class LogServer {
  readonly #node: RaftNode;
  readonly #log: LogMachine;
  readonly #watched: Machine;
  readonly #most: number;
  readonly #waiters = new Map<number, Waiter>();
  #readers: Reader[] = [];
  #applied = 0;
  readonly #streams: boolean;
  /** Whether a snapshot is on its way to the disk. */
  #storing = false;
  #failure: unknown = null;
  /** Resolves when the member is dead. */
  readonly done: Promise<void>;

  /** Starts a member. Throws what `RaftNode.open` throws. */
  static async open(log: LogMachine, watched: Machine, options: ServerOptions): Promise<LogServer> {
    const { runtime, id, members, founders, storage, timing, limits, speaks } = options;
    // The laws listen to a channel of this name.
    const transport = new ChannelTransport(runtime.network, "raft:kv", messageCodec, members);
    const opened: { node: RaftNode | null } = { node: null };
    const node = await RaftNode.open({
      id,
      members: founders ?? [...members.keys()],
      ...(speaks === undefined ? {} : { speaks }),
      storage,
      transport,
      onConfiguration: (configuration) => transport.learn(configuration),
      clock: runtime.clock,
      random: runtime.random.split("raft log"),
      signal: runtime.signal,
      ...(timing === undefined ? {} : { timing }),
      limits: limits ?? {},
      preVote: options.preVote ?? true,
      checkQuorum: options.checkQuorum ?? true,
      onRole: ({ isLeader }) => {
        if (isLeader) opened.node?.start(NOTHING);
      },
    });
    opened.node = node;
    return new LogServer(node, { log, watched }, options);
  }

  private constructor(
    node: RaftNode,
    { log, watched }: { readonly log: LogMachine; readonly watched: Machine },
    { runtime, maxRaftStateBytes, id, members }: ServerOptions,
  ) {
    this.#node = node;
    this.#streams = [...members.keys()].indexOf(id) % 2 === 0;
    this.#log = log;
    this.#watched = watched;
    this.#most = maxRaftStateBytes ?? Infinity;
    this.done = this.#applyAll();
    new RpcPeer(runtime, logService, { ask: (request) => this.#ask(request) });
  }

  /** The protocol's state, for the laws. */
  get core(): Readonly<Core> {
    return this.#node.core;
  }

  /** Asks it to change who belongs to the cluster. */
  changeMembers(change: MemberChange): ChangeResult {
    return this.#node.changeMembers(change);
  }

  /** Why it died. */
  get cause(): unknown {
    return this.#node.stopReason ?? this.#failure;
  }

  #ask({ f, value, offset }: LogMethods["ask"]["request"]): Promise<LogAnswer> | LogAnswer {
    if (f !== "append") return this.#read(f, offset);
    const { index, term, isLeader } = this.#node.start(encoder.encode(value));
    if (!isLeader) return { kind: "refused", leader: this.#node.state().leader };
    return new Promise((resolve) => this.#waiters.set(index, { term, resolve }));
  }

  async #read(f: "read" | "length", offset: number): Promise<LogAnswer> {
    try {
      const index = await this.#node.readIndex();
      if (index > this.#applied) {
        await new Promise<void>((resolve) => this.#readers.push({ index, resolve }));
      }
    } catch {
      return { kind: "refused", leader: null };
    }
    return { kind: "done", number: this.#log.length, value: f === "read" ? this.#log.at(offset) : null };
  }

  async #applyAll(): Promise<void> {
    const reader = this.#node.committed.getReader();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        this.#apply(value);
        if (this.#node.logSizeBytes > this.#most && !this.#storing) this.#compact();
      }
    } catch (error) {
      this.#failure = error;
    }
  }

  /** One member in two hands its state over in pieces, and goes on meanwhile. */
  #compact(): void {
    const state = this.#watched.snapshot();
    if (!this.#streams) return this.#node.snapshot(this.#applied, state);
    this.#storing = true;
    void this.#node.storeSnapshot(this.#applied, piecesOf(state)).then(() => this.#storing = false);
  }

  #apply(chunk: Committed): void {
    if (chunk.type === "snapshot") {
      this.#watched.restore(chunk.snapshot.data);
      this.#reach(chunk.snapshot.index);
      return;
    }
    if (chunk.type === "configuration") {
      // Who waits for a command here will never see it.
      this.#waiters.get(chunk.index)?.resolve({ kind: "refused", leader: null });
      this.#waiters.delete(chunk.index);
      return this.#reach(chunk.index);
    }
    chunk.entries.forEach(({ term, command }, at) => {
      const index = chunk.firstIndex + at;
      const reply = command.length === 0 ? NOTHING : this.#watched.apply(command, { index, timeMs: 0 });
      const waiter = this.#waiters.get(index);
      this.#waiters.delete(index);
      // Another leader's entry stands in its place: what was proposed there is gone for good.
      if (waiter?.term !== term) waiter?.resolve({ kind: "refused", leader: null });
      else waiter.resolve({ kind: "done", number: Number(decoder.decode(reply)), value: null });
      this.#reach(index);
    });
  }

  #reach(index: number): void {
    this.#applied = index;
    // What a snapshot has jumped over: nobody can tell any more whose entries those were.
    for (const [waiting, { resolve }] of this.#waiters) {
      if (waiting > index) continue;
      this.#waiters.delete(waiting);
      resolve({ kind: "unknown" });
    }
    const ready = this.#readers.filter((reader) => reader.index <= index);
    this.#readers = this.#readers.filter((reader) => reader.index > index);
    for (const { resolve } of ready) resolve();
  }
}

/** `bytes` in pieces, each in a turn of its own. */
async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    await Promise.resolve();
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}
