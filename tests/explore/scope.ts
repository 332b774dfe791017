/**
 * How far an exploration goes: everything within a scope is visited, nothing beyond it.
 * @module
 */

import type { MemberChange } from "../../raft/member_change.ts";
import type { MarkName } from "./marks.ts";

/** The bounds of an exploration, and which parts of the protocol it turns on. `null` means without a bound. */
export interface Scope {
  /** What it is called on the command line. */
  readonly name: string;
  /** What it is for, as a sentence. */
  readonly title: string;
  readonly nodes: number;
  /** How many of them were there from the beginning; the others join, if anybody lets them. */
  readonly founders: number;
  /** Changes of the members in all, and which kinds of them. */
  readonly changes: number;
  readonly changeKinds: readonly MemberChange["type"][];
  /** Nobody enters a later term than this. Bounds the elections, and with them everything else. */
  readonly terms: number;
  /** Times that somebody stands for election, in all. */
  readonly campaigns: number | null;
  /** Commands offered in all, numbered from 1. */
  readonly proposals: number;
  /** Crashes in all; each loses any unsynced suffix of the writes under way. */
  readonly crashes: number;
  /** Restarts with an empty disk in all; the node comes back as an amnesiac. */
  readonly wipes: number;
  /** Heartbeats in all. */
  readonly heartbeats: number | null;
  /** Linearizable reads asked for in all. */
  readonly reads: number;
  /** Any node may take a snapshot of what it has committed; it travels in chunks of one byte. */
  readonly compaction: boolean;
  /** A leader may give up leadership within its term: a hung disk, or a majority that stopped answering. */
  readonly resigning: boolean;
  readonly preVote: boolean;
  /**
   * `leader`: what a leader writes stays under way until a flush of its own; others finish a write before they do
   * anything else, or crash. `everyone`: all writes stay under way, as with the production driver.
   */
  readonly lateFlush: "leader" | "everyone";
  /** Appends that may be under way to one follower. */
  readonly window: number;
  /** The rare situations that it is for: an exploration that has not seen them all has proved nothing about them. */
  readonly shows: readonly MarkName[];
}

const ELECTIONS: readonly MarkName[] = ["vote-granted", "split-vote", "second-leader", "two-leaders"];

const SMALL: Scope = {
  name: "small",
  title: "two terms, one command, one crash",
  nodes: 3,
  founders: 3,
  changes: 0,
  changeKinds: [],
  terms: 2,
  campaigns: null,
  proposals: 1,
  crashes: 1,
  wipes: 0,
  heartbeats: null,
  reads: 0,
  compaction: false,
  resigning: false,
  preVote: false,
  lateFlush: "leader",
  window: 2,
  shows: [
    ...ELECTIONS,
    "vote-refused",
    "step-down",
    "commit",
    "commit-after-crash",
    "rejected",
    "leader-crash",
    "write-lost",
  ],
};

const COMMANDS: readonly MarkName[] = ["second-commit", "inherited-commit", "cut"];

const MEMBERS: Scope = {
  ...SMALL,
  name: "members",
  title: "two candidacies, two commands; a member is removed, perhaps the leader by itself; no heartbeats",
  changes: 1,
  changeKinds: ["remove"],
  campaigns: 2,
  proposals: 2,
  crashes: 0,
  heartbeats: 0,
  window: 1,
  shows: ["second-leader", "commit", "members-changed", "members-cut", "left-office"],
};

/** Every scope that has a name. */
export const SCOPES: readonly Scope[] = [
  SMALL,
  {
    ...SMALL,
    name: "full",
    title: "three terms, two commands, one crash",
    terms: 3,
    proposals: 2,
    shows: [...SMALL.shows, ...COMMANDS, "third-leader", "pipelined"],
  },
  {
    ...SMALL,
    name: "commands",
    title: "two terms, two commands",
    proposals: 2,
    crashes: 0,
    shows: [...ELECTIONS, ...COMMANDS, "pipelined", "rejected"],
  },
  {
    ...SMALL,
    name: "figure8",
    title: "three candidacies with two commands, as in the paper's figure 8; no heartbeats",
    terms: 3,
    campaigns: 3,
    proposals: 2,
    crashes: 0,
    heartbeats: 0,
    window: 1,
    shows: [...ELECTIONS, ...COMMANDS, "third-leader"],
  },
  {
    ...SMALL,
    name: "late",
    title: "two terms, one command, one crash; every disk takes its time; no heartbeats",
    lateFlush: "everyone",
    heartbeats: 0,
    shows: [...ELECTIONS, "commit-after-crash", "write-lost", "withheld"],
  },
  {
    ...SMALL,
    name: "late-commands",
    title: "two terms, two commands; every disk takes its time; no heartbeats",
    lateFlush: "everyone",
    proposals: 2,
    crashes: 0,
    heartbeats: 0,
    window: 1,
    shows: [...ELECTIONS, ...COMMANDS, "withheld"],
  },
  {
    ...SMALL,
    name: "four",
    title: "four nodes, which can split evenly; two terms, one command; no heartbeats",
    nodes: 4,
    founders: 4,
    crashes: 0,
    heartbeats: 0,
    shows: [...ELECTIONS, "commit"],
  },
  {
    ...SMALL,
    name: "prevote",
    title: "three terms, one command, one crash, with preliminary votes",
    terms: 3,
    preVote: true,
    shows: [...SMALL.shows, "pre-vote-refused", "third-leader"],
  },
  {
    ...SMALL,
    name: "resign",
    title: "two terms, one command, one crash; leaders give up within their terms",
    resigning: true,
    shows: [...SMALL.shows, "resigned"],
  },
  {
    ...SMALL,
    name: "snapshot",
    title: "two terms, two commands, snapshots in two chunks; no heartbeats",
    campaigns: 2,
    proposals: 2,
    crashes: 0,
    heartbeats: 0,
    compaction: true,
    window: 1,
    shows: ["second-leader", ...COMMANDS, "compacted", "chunk", "installed"],
  },
  {
    ...SMALL,
    name: "snapshot-crash",
    title: "two terms, one command, one crash, snapshots",
    compaction: true,
    shows: [...SMALL.shows, "compacted", "installed"],
  },
  {
    ...SMALL,
    name: "snapshot-late",
    title: "one leader, two commands, snapshots in two chunks that overtake and are overtaken by appends",
    terms: 1,
    campaigns: 1,
    proposals: 2,
    crashes: 0,
    compaction: true,
    window: 1,
    shows: ["second-commit", "rejected", "compacted", "chunk", "installed"],
  },
  {
    ...SMALL,
    name: "read",
    title: "two candidacies, two commands, a read; no heartbeats",
    campaigns: 2,
    proposals: 2,
    crashes: 0,
    heartbeats: 0,
    reads: 1,
    window: 1,
    shows: ["second-leader", "two-leaders", ...COMMANDS, "read", "read-waited"],
  },
  {
    ...SMALL,
    name: "read-crash",
    title: "two terms, one command, two reads, one crash",
    reads: 2,
    shows: [...SMALL.shows, "read", "read-waited"],
  },
  {
    ...SMALL,
    name: "amnesia",
    title: "two terms, one command; one disk is lost; no heartbeats",
    crashes: 0,
    wipes: 1,
    heartbeats: 0,
    shows: [...ELECTIONS, "commit", "amnesia", "amnesiac-asked"],
  },
  MEMBERS,
  {
    ...MEMBERS,
    name: "join",
    title: "two founders, a third node that is added and promoted; two candidacies, a command; no heartbeats",
    founders: 2,
    proposals: 1,
    changes: 2,
    changeKinds: ["addLearner", "promote"],
    shows: ["second-leader", "commit", "members-changed", "joined"],
  },
  {
    ...MEMBERS,
    name: "members-crash",
    title: "two candidacies, a command, a removal and a crash; no heartbeats",
    proposals: 1,
    crashes: 1,
    shows: ["commit-after-crash", "members-changed", "left-office"],
  },
  {
    ...MEMBERS,
    name: "members-pair",
    title: "two candidacies, a command, two removals; no heartbeats",
    proposals: 1,
    changes: 2,
    shows: ["commit", "members-changed", "left-office"],
  },
  {
    ...MEMBERS,
    name: "members-snapshot",
    title: "two candidacies, a command, a voter that becomes a learner, snapshots; no heartbeats",
    changeKinds: ["demote"],
    proposals: 1,
    compaction: true,
    shows: ["compacted", "installed", "members-changed", "members-installed"],
  },
  {
    ...MEMBERS,
    name: "members-none",
    title:
      "four nodes, three candidacies, no command: no leader may change the members (the bug of 2015); no heartbeats",
    nodes: 4,
    founders: 4,
    changes: 2,
    terms: 3,
    campaigns: 3,
    proposals: 0,
    shows: ["second-leader", "third-leader", "two-leaders"],
  },
];

/** The scope called `name`, or undefined. */
export function scopeNamed(name: string): Scope | undefined {
  return SCOPES.find((scope) => scope.name === name);
}
