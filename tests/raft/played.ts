/**
 * One node whose clock, disk and peers are played by the test: what the asynchronous files of Raft make of the core.
 * @module
 */

import { MemoryStorage } from "../../raft/memory_storage.ts";
import type { AppendRequest, Message, ReplyMessage } from "../../raft/message.ts";
import { RaftNode } from "../../raft/node.ts";
import type { RaftOptions } from "../../raft/options.ts";
import type { Persist, Recovered, SnapshotReader } from "../../raft/storage.ts";
import type { Receiver } from "../../raft/transport.ts";
import type { Index, NodeId } from "../../raft/types.ts";
import { seededRandom } from "../../runtime/mod.ts";
import { HandClock } from "./clock.ts";

/** How long the node waits for what. */
export const PLAYED_TIMING = { heartbeatMs: 10, electionMs: 50, diskStallMs: 200 };

/** A disk that can hang, and that counts what is open on it. */
export class PlayedStorage extends MemoryStorage {
  /** While true no write ends. */
  hangs = false;
  /** How many writes were begun. */
  writes = 0;
  /** How often it was closed. */
  closed = 0;
  /** The snapshots that somebody holds open. */
  readonly open = new Set<Index>();
  #free = Promise.withResolvers<void>();

  /** Lets the write go on that hangs, and all that follow. */
  recover(): void {
    this.hangs = false;
    this.#free.resolve();
    this.#free = Promise.withResolvers();
  }

  override async write(batches: readonly Persist[]): Promise<void> {
    this.writes++;
    if (this.hangs) await this.#free.promise;
    return super.write(batches);
  }

  override openSnapshot(index: Index): SnapshotReader {
    const reader = super.openSnapshot(index);
    this.open.add(index);
    return {
      read: (offset, length) => reader.read(offset, length),
      close: () => void this.open.delete(index),
    };
  }

  override close(): Promise<void> {
    this.closed++;
    return super.close();
  }
}

/** The node `a` of `a`, `b` and `c`; the other two say what the test says. */
export class Played {
  readonly clock = new HandClock();
  readonly death = new AbortController();
  readonly storage: PlayedStorage;
  /** What the node sent, oldest first. */
  readonly sent: { readonly to: NodeId; readonly message: Message }[] = [];
  /** What it told of its own accord. */
  readonly told: string[] = [];
  #receiver: Receiver = () => {};
  #node: RaftNode | null = null;

  private constructor(image: Recovered) {
    this.storage = new PlayedStorage(image);
  }

  /** Starts it from a disk that holds `image`. Nobody reads its apply channel yet. */
  static async open(image: Partial<Recovered> = {}, options: Partial<RaftOptions> = {}): Promise<Played> {
    const played = new Played({ ...new MemoryStorage().image, ...image });
    played.#node = await RaftNode.open({
      id: "a",
      members: ["a", "b", "c"],
      storage: played.storage,
      transport: {
        send: (to, message) => void played.sent.push({ to, message }),
        receive: (receiver) => void (played.#receiver = receiver),
      },
      clock: played.clock,
      random: seededRandom(1),
      signal: played.death.signal,
      timing: PLAYED_TIMING,
      onRole: ({ term, isLeader }) => void played.told.push(`${isLeader ? "leads" : "follows"} in ${term}`),
      onLeader: (leader) => void played.told.push(`hears ${leader}`),
      ...options,
    });
    return played;
  }

  get node(): RaftNode {
    if (this.#node === null) throw new Error("It is not open yet");
    return this.#node;
  }

  /** The messages of a kind that it has sent so far. */
  all<T extends Message["type"]>(type: T): Extract<Message, { type: T }>[] {
    return this.sent.map(({ message }) => message).filter((message) => message.type === type) as Extract<
      Message,
      { type: T }
    >[];
  }

  /** `message` comes, one way. */
  async hears(from: NodeId, message: Message): Promise<void> {
    this.#receiver(from, message, null);
    await settle();
  }

  /** `message` comes as a call. Returns the answers to it, one if all is well, as they come. */
  calls(from: NodeId, message: Message): (ReplyMessage | null)[] {
    const answers: (ReplyMessage | null)[] = [];
    this.#receiver(from, message, (answer) => void answers.push(answer));
    return answers;
  }

  /** The leader of `term` shows that it is there. */
  beat(from: NodeId, term: number, more: Partial<AppendRequest> = {}): Promise<void> {
    return this.hears(from, heartbeat(term, more));
  }

  /** Time passes, in small steps; the node does what it then has to. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1) {
      this.clock.advance(1);
      await settle();
    }
  }

  /** Time passes until it has asked for votes. Returns how many milliseconds it took. */
  async passUntilItStands(): Promise<number> {
    const asked = this.all("preVoteRequest").length;
    const from = this.clock.now();
    while (this.all("preVoteRequest").length === asked) {
      if (this.clock.now() - from > 1_000) throw new Error("It never stands");
      await this.pass(1);
    }
    return this.clock.now() - from;
  }

  /** Has it elected, with the votes of `b`. Returns its term. */
  async elect(): Promise<number> {
    await this.passUntilItStands();
    const term = this.node.core.term + 1;
    await this.hears("b", { type: "preVoteReply", term, granted: true });
    await this.hears("b", { type: "voteReply", term, granted: true });
    if (!this.node.state().isLeader) throw new Error("It was not elected");
    return term;
  }

  /** `from` says that it holds everything up to `matchIndex`. */
  accepts(from: NodeId, matchIndex: Index, round = 0): Promise<void> {
    const { term } = this.node.state();
    const incarnation = from.charCodeAt(0);
    return this.hears(from, { type: "appendAccepted", term, matchIndex, round, incarnation, counts: true });
  }
}

/** An append without entries. */
export function heartbeat(term: number, more: Partial<AppendRequest> = {}): AppendRequest {
  return {
    type: "appendRequest",
    term,
    prevIndex: 0,
    prevTerm: 0,
    entries: [],
    commit: 0,
    round: 0,
    ...more,
  };
}

/** Lets everything that waits for nothing outside come to its end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await null;
}
