/**
 * A small Raft, straight from figure 2 of the paper and as good as it needs to be for the labs.
 *
 * It shares nothing with Flotilla's own: it is here to show what the suites ask of an implementation, and to keep them
 * fair to one that has no preliminary votes, no pipeline and no chunks.
 * @module
 */

import { decodeValue, encodeValue, type WireValue } from "../../../runtime/mod.ts";
import type { RaftPeer, RaftSeat, StartResult } from "../raft/seat.ts";

type Entry = { readonly term: number; readonly command: WireValue };
type VoteArgs = { term: number; candidate: number; lastIndex: number; lastTerm: number };
type VoteReply = { term: number; granted: boolean };
type AppendArgs = {
  term: number;
  leader: number;
  prevIndex: number;
  prevTerm: number;
  entries: Entry[];
  commit: number;
};
type AppendReply = { term: number; ok: boolean; tryNext: number };
type SnapshotArgs = { term: number; leader: number; index: number; indexTerm: number; data: Uint8Array };
type SnapshotReply = { term: number };

const HEARTBEAT_MS = 100;
const ELECTION_MS = 300;
const TICK_MS = 20;

/** One server. */
export class SmallRaft implements RaftPeer {
  readonly #seat: RaftSeat;
  #term = 0;
  #votedFor: number | null = null;
  /** What the snapshot covers; `#log[0]` is the entry behind it. */
  #base = 0;
  #baseTerm = 0;
  #log: Entry[] = [];
  #snapshot: Uint8Array | null = null;
  #role: "follower" | "candidate" | "leader" = "follower";
  #commit = 0;
  #applied = 0;
  #applying = false;
  #next: number[] = [];
  #match: number[] = [];
  #electionAt = 0;
  #heartbeatAt = 0;
  #replicatesSoon = false;

  /** Starts from what the persister holds. */
  constructor(seat: RaftSeat) {
    this.#seat = seat;
    this.#load();
    seat.serve({
      vote: (args: VoteArgs) => this.#onVote(args),
      append: (args: AppendArgs) => this.#onAppend(args),
      snapshot: (args: SnapshotArgs) => this.#onSnapshot(args),
    });
    this.#resetElection();
    this.#tick();
  }

  start(command: unknown): StartResult {
    if (this.#role !== "leader") return { index: 0, term: this.#term, isLeader: false };
    this.#log.push({ term: this.#term, command: command as WireValue });
    this.save();
    this.#replicateSoon();
    return { index: this.#last, term: this.#term, isLeader: true };
  }

  getState(): { term: number; isLeader: boolean } {
    return { term: this.#term, isLeader: this.#role === "leader" };
  }

  snapshot(index: number, data: Uint8Array): void {
    if (index <= this.#base || index > this.#applied) return;
    const term = this.#termAt(index);
    this.#log = this.#log.slice(index - this.#base);
    this.#base = index;
    this.#baseTerm = term;
    this.#snapshot = data;
    this.save();
  }

  /** Makes everything stable that figure 2 calls persistent. */
  protected save(): void {
    const state = [this.#term, this.#votedFor, this.#base, this.#baseTerm, this.#log];
    this.#seat.persister.save(encodeValue(state), this.#snapshot);
  }

  #load(): void {
    const bytes = this.#seat.persister.readRaftState();
    if (bytes.length === 0) return;
    const [term, votedFor, base, baseTerm, log] = decodeValue(bytes) as [
      number,
      number,
      number,
      number,
      Entry[],
    ];
    this.#term = term;
    this.#votedFor = votedFor;
    this.#base = base;
    this.#baseTerm = baseTerm;
    this.#log = log;
    this.#snapshot = base === 0 ? null : this.#seat.persister.readSnapshot();
    this.#commit = this.#applied = base;
  }

  get #last(): number {
    return this.#base + this.#log.length;
  }

  #termAt(index: number): number {
    return index === this.#base ? this.#baseTerm : this.#log[index - this.#base - 1]?.term ?? -1;
  }

  async #tick(): Promise<void> {
    const { clock, signal } = this.#seat;
    while (!signal.aborted) {
      await clock.sleep(TICK_MS);
      const now = clock.now();
      if (this.#role === "leader") {
        if (now >= this.#heartbeatAt) this.#replicate();
      } else if (now >= this.#electionAt) this.#campaign();
    }
  }

  #resetElection(): void {
    this.#electionAt = this.#seat.clock.now() + ELECTION_MS * (1 + this.#seat.random.next());
  }

  #adopt(term: number): void {
    if (term <= this.#term) return;
    this.#term = term;
    this.#votedFor = null;
    this.#role = "follower";
    this.save();
  }

  get #others(): number[] {
    return this.#seat.peers.filter((peer) => peer !== this.#seat.me);
  }

  #campaign(): void {
    this.#term++;
    this.#role = "candidate";
    this.#votedFor = this.#seat.me;
    this.save();
    this.#resetElection();
    let votes = 1;
    const args: VoteArgs = {
      term: this.#term,
      candidate: this.#seat.me,
      lastIndex: this.#last,
      lastTerm: this.#termAt(this.#last),
    };
    for (const peer of this.#others) {
      this.#seat.call<VoteReply>(peer, "vote", args).then((reply) => {
        if (reply === null) return;
        this.#adopt(reply.term);
        if (!reply.granted || this.#role !== "candidate" || this.#term !== args.term) return;
        if (++votes * 2 > this.#seat.peers.length) this.#lead();
      });
    }
    // Nobody answers whoever is alone.
    if (this.#others.length === 0) this.#lead();
  }

  #lead(): void {
    this.#role = "leader";
    this.#next = this.#seat.peers.map(() => this.#last + 1);
    this.#match = this.#seat.peers.map(() => 0);
    this.#replicate();
  }

  #onVote(args: VoteArgs): VoteReply {
    this.#adopt(args.term);
    const lastTerm = this.#termAt(this.#last);
    const upToDate = args.lastTerm > lastTerm || (args.lastTerm === lastTerm && args.lastIndex >= this.#last);
    const free = this.#votedFor === null || this.#votedFor === args.candidate;
    const granted = args.term === this.#term && free && upToDate;
    if (granted) {
      this.#votedFor = args.candidate;
      this.save();
      this.#resetElection();
    }
    return { term: this.#term, granted };
  }

  /** All that start() brings in one turn travels together. */
  #replicateSoon(): void {
    if (this.#replicatesSoon) return;
    this.#replicatesSoon = true;
    Promise.resolve().then(() => {
      this.#replicatesSoon = false;
      this.#replicate();
    });
  }

  #replicate(): void {
    if (this.#role !== "leader") return;
    this.#heartbeatAt = this.#seat.clock.now() + HEARTBEAT_MS;
    for (const peer of this.#others) this.#sendTo(peer);
    if (this.#others.length === 0) this.#onMatch(this.#seat.me, this.#last);
  }

  #sendTo(peer: number): void {
    if (this.#role !== "leader") return;
    if (this.#next[peer] <= this.#base) return this.#sendSnapshot(peer);
    const prevIndex = this.#next[peer] - 1;
    const args: AppendArgs = {
      term: this.#term,
      leader: this.#seat.me,
      prevIndex,
      prevTerm: this.#termAt(prevIndex),
      entries: this.#log.slice(prevIndex - this.#base),
      commit: this.#commit,
    };
    this.#seat.call<AppendReply>(peer, "append", args).then((reply) => {
      if (reply === null) return;
      this.#adopt(reply.term);
      if (this.#role !== "leader" || this.#term !== args.term) return;
      if (reply.ok) return this.#onMatch(peer, prevIndex + args.entries.length);
      // A refusal that is older than what is known by now says nothing.
      if (this.#next[peer] !== prevIndex + 1) return;
      this.#next[peer] = Math.max(this.#match[peer] + 1, Math.min(reply.tryNext, prevIndex));
      this.#sendTo(peer);
    });
  }

  #sendSnapshot(peer: number): void {
    const args: SnapshotArgs = {
      term: this.#term,
      leader: this.#seat.me,
      index: this.#base,
      indexTerm: this.#baseTerm,
      data: this.#snapshot ?? new Uint8Array(0),
    };
    this.#seat.call<SnapshotReply>(peer, "snapshot", args).then((reply) => {
      if (reply === null) return;
      this.#adopt(reply.term);
      if (this.#role === "leader" && this.#term === args.term) this.#onMatch(peer, args.index);
    });
  }

  #onMatch(peer: number, index: number): void {
    this.#match[peer] = Math.max(this.#match[peer], index);
    this.#next[peer] = Math.max(this.#next[peer], this.#match[peer] + 1);
    const held = this.#seat.peers.map((one) => one === this.#seat.me ? this.#last : this.#match[one]);
    const byMajority = held.sort((a, b) => b - a)[Math.floor(held.length / 2)];
    // Only an entry of its own term: figure 8 shows why.
    if (byMajority > this.#commit && this.#termAt(byMajority) === this.#term) this.#commitUpTo(byMajority);
  }

  #onAppend(args: AppendArgs): AppendReply {
    this.#adopt(args.term);
    if (args.term < this.#term) return { term: this.#term, ok: false, tryNext: 0 };
    this.#role = "follower";
    this.#resetElection();
    // What the snapshot covers is known to agree.
    const skip = Math.max(0, this.#base - args.prevIndex);
    const prevIndex = args.prevIndex + skip;
    const prevTerm = skip === 0 ? args.prevTerm : this.#baseTerm;
    const entries = args.entries.slice(skip);
    if (this.#termAt(prevIndex) !== prevTerm) {
      return { term: this.#term, ok: false, tryNext: this.#firstOfConflict(prevIndex) };
    }
    entries.forEach((entry, at) => {
      const index = prevIndex + 1 + at;
      if (this.#termAt(index) === entry.term) return;
      this.#log = [...this.#log.slice(0, index - this.#base - 1), entry];
    });
    if (entries.length > 0) this.save();
    this.#commitUpTo(Math.min(args.commit, prevIndex + entries.length));
    return { term: this.#term, ok: true, tryNext: 0 };
  }

  #firstOfConflict(index: number): number {
    if (index > this.#last) return this.#last + 1;
    const term = this.#termAt(index);
    let first = index;
    while (first - 1 > this.#base && this.#termAt(first - 1) === term) first--;
    return first;
  }

  #onSnapshot(args: SnapshotArgs): SnapshotReply {
    this.#adopt(args.term);
    if (args.term < this.#term) return { term: this.#term };
    this.#role = "follower";
    this.#resetElection();
    if (args.index <= this.#commit) return { term: this.#term };
    const keeps = this.#termAt(args.index) === args.indexTerm;
    this.#log = keeps ? this.#log.slice(args.index - this.#base) : [];
    this.#base = args.index;
    this.#baseTerm = args.indexTerm;
    this.#snapshot = args.data;
    this.save();
    this.#commitUpTo(args.index);
    return { term: this.#term };
  }

  #commitUpTo(index: number): void {
    this.#commit = Math.max(this.#commit, index);
    if (!this.#applying) this.#apply();
  }

  async #apply(): Promise<void> {
    this.#applying = true;
    while (this.#applied < this.#commit) {
      if (this.#applied < this.#base && this.#snapshot !== null) {
        const [index, term] = [this.#base, this.#baseTerm];
        this.#applied = index;
        await this.#seat.apply({ type: "snapshot", index, term, snapshot: this.#snapshot });
      } else {
        const index = ++this.#applied;
        await this.#seat.apply({
          type: "command",
          index,
          command: this.#log[index - this.#base - 1].command,
        });
      }
    }
    this.#applying = false;
  }
}

/** Starts a server. */
export function makeRaft(seat: RaftSeat): SmallRaft {
  return new SmallRaft(seat);
}
