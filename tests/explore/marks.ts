/**
 * Rare situations. A scope in which one that it is made for was never seen has proved nothing about it.
 * @module
 */

/** Every situation that is watched for, with what it means. At most 31: they are bits of a number. */
export const MARKS = {
  "vote-granted": "a vote was given",
  "vote-refused": "a vote was refused because of the asker's log",
  "split-vote": "all votes of a term were given and nobody won",
  "second-leader": "a second term had a leader",
  "third-leader": "a third term had a leader",
  "two-leaders": "two nodes led at once, in different terms",
  "step-down": "a leader heard of a later term",
  "resigned": "a leader gave up within its term",
  "commit": "an entry was committed",
  "second-commit": "two entries were committed",
  "commit-after-crash": "an entry was committed after a crash",
  "inherited-commit": "a later leader committed an earlier leader's entry",
  "rejected": "a follower could not place an append",
  "cut": "a follower cut conflicting entries off its log",
  "pipelined": "two appends were under way to one follower",
  "leader-crash": "a leader crashed",
  "write-lost": "a crash took back what had been written and not synced",
  "withheld": "a message was never sent because its term was over when the disk was ready",
  "pre-vote-refused": "a preliminary vote was refused",
  "compacted": "a log was compacted",
  "chunk": "a part of a snapshot arrived",
  "installed": "a snapshot was installed",
  "read": "a read was answered",
  "read-waited": "a read waited for its leader's first commit",
  "amnesia": "a node lost its disk",
  "amnesiac-asked": "a node that lost its disk was asked for its vote",
  "members-changed": "a change of the members was committed",
  "members-cut": "a change of the members was in effect and was cut off a log again",
  "members-installed": "a snapshot brought the members",
  "left-office": "a leader that had removed itself stepped down",
  "joined": "a node that was no founder acknowledged its own promotion",
} as const;

/** A situation's name. */
export type MarkName = keyof typeof MARKS;

const NAMES = Object.keys(MARKS) as MarkName[];
const BITS = new Map(NAMES.map((name, at) => [name, 1 << at]));

/** The situations as bits of one number. */
export function markBits(...names: readonly MarkName[]): number {
  return names.reduce((bits, name) => bits | (BITS.get(name) as number), 0);
}

/** The situations whose bits are set. */
export function markNames(bits: number): MarkName[] {
  return NAMES.filter((name) => (bits & markBits(name)) !== 0);
}
