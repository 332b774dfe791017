/**
 * One member of Raft on the workbench: a core without driver, disk and network, and what it says.
 *
 * After every input the laws of one node are checked, so that a test that looks at one answer sees a broken state, too.
 * @module
 */

import { checkInvariants } from "../../raft/core/invariants.ts";
import { type Core, createCore, type Leader, type Limits } from "../../raft/core/state.ts";
import { step } from "../../raft/core/step.ts";
import type { Progress } from "../../raft/core/progress.ts";
import type { Effect } from "../../raft/effect.ts";
import type { Input } from "../../raft/input.ts";
import type { Message } from "../../raft/message.ts";
import { DEFAULT_LIMITS } from "../../raft/timing.ts";
import type {
  Configuration,
  ConfigurationEntry,
  Entry,
  HardState,
  Index,
  Member,
  Snapshot,
  Standing,
} from "../../raft/types.ts";

/** What a test cares about; all else has a plain value. */
export interface Setting {
  readonly id: string;
  readonly members: readonly string[];
  readonly term: number;
  readonly vote: HardState["vote"];
  /** The terms of the entries behind the snapshot. Entry `i` holds the one byte `i` as its command. */
  readonly log: readonly number[];
  /** Those of the entries that hold a configuration, by index. */
  readonly configurations: ReadonlyMap<Index, Configuration>;
  readonly snapshot: Snapshot | null;
  readonly standing: Standing;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly limits: Partial<Limits>;
}

const PLAIN: Setting = {
  id: "a",
  members: ["a", "b", "c"],
  term: 1,
  vote: null,
  log: [],
  configurations: new Map(),
  snapshot: null,
  standing: "voter",
  preVote: true,
  checkQuorum: true,
  limits: {},
};

/** Entries of these terms, in order; their commands are one byte each and all different. */
export function entriesOf(...terms: readonly number[]): Entry[] {
  return terms.map((term, at) => ({ term, command: new Uint8Array([at + 1]) }));
}

/** A configuration of voters, of learners whose names begin with a tilde, and without those that are crossed out: `configurationOf("a", "b", "~d", "-c")`. */
export function configurationOf(...names: readonly string[]): Configuration {
  const [present, gone] = [false, true].map((crossed) =>
    names.filter((name) => name.startsWith("-") === crossed)
  );
  return {
    members: present.map((name): Member =>
      name.startsWith("~")
        ? { id: name.slice(1), role: "learner", address: "" }
        : { id: name, role: "voter", address: "" }
    ),
    retired: gone.map((name) => name.slice(1)),
  };
}

/** An entry that holds a configuration. */
export function configurationEntry(term: number, ...names: readonly string[]): ConfigurationEntry {
  return { term, command: new Uint8Array(0), configuration: configurationOf(...names) };
}

/** The configuration in effect, written as {@linkcode configurationOf} takes it. */
export function membersOf(core: Core): string[] {
  return core.membership.configuration.members.map(({ id, role }) => role === "voter" ? id : `~${id}`);
}

/** The terms of the entries in a log. */
export function termsOf(core: Core): number[] {
  return core.log.entries.map((entry) => entry.term);
}

/** A member just started from a disk that holds what `setting` says. */
export function memberOf(setting: Partial<Setting> = {}): Core {
  const { id, members, term, vote, log, configurations, snapshot, standing, preVote, checkQuorum, limits } = {
    ...PLAIN,
    ...setting,
  };
  const entries = entriesOf(...log).map((entry, at): Entry => {
    const configuration = configurations.get((snapshot?.index ?? 0) + 1 + at);
    return configuration === undefined
      ? entry
      : { term: entry.term, command: new Uint8Array(0), configuration };
  });
  const config = { id, members, preVote, checkQuorum, limits: { ...DEFAULT_LIMITS, ...limits } };
  return createCore(config, {
    hardState: { term, vote },
    snapshot,
    entries,
    incarnation: id.charCodeAt(0),
    standing,
  });
}

/** A member that was just elected: its term is one above the setting's, its vote is on the disk. */
export function leaderOf(setting: Partial<Setting> = {}): Core {
  const core = memberOf({ ...setting, preVote: false });
  happens(core, { type: "electionTimeout" });
  for (const from of core.membership.voters) {
    if (from === core.config.id || core.role.type === "leader") continue;
    hears(core, from, { type: "voteReply", term: core.term, granted: true });
  }
  diskCatchesUp(core);
  return core;
}

/** Lets something happen; returns what the member asks for. */
export function happens(core: Core, input: Input): Effect[] {
  const effects: Effect[] = [];
  step(core, input, effects);
  // Proposals gather until the turn ends: only then is the state one that anybody can see.
  if (input.type !== "propose") checkInvariants(core);
  return effects;
}

/** Lets a message arrive; returns what the member asks for. */
export function hears(core: Core, from: string, message: Message): Effect[] {
  return happens(core, { type: "message", from, message });
}

/** Every write asked for so far is stored. */
export function diskCatchesUp(core: Core): Effect[] {
  return happens(core, { type: "flushed", sequence: core.nextSequence - 1 });
}

/** What is asked from the disk comes at once, from `data`; gives all that the member asks for, then and before. */
export function diskAnswers(core: Core, effects: readonly Effect[], data: Uint8Array): Effect[] {
  return effects.flatMap((effect) => {
    if (effect.type !== "readSnapshot") return [effect];
    const { to, index, offset, length } = effect;
    const part = data.subarray(offset, offset + length);
    return happens(core, { type: "snapshotRead", to, index, offset, data: part });
  });
}

/** The leader takes commands of these sizes into its log and ends its turn; the disk does not move. */
export function proposes(core: Core, ...sizesBytes: readonly number[]): Effect[] {
  const effects = happens(core, {
    type: "propose",
    commands: sizesBytes.map((size) => new Uint8Array(size)),
  });
  return [...effects, ...happens(core, { type: "replicate" })];
}

/** What a member sent: to whom, what, and behind which write. */
export interface Sent<M extends Message> {
  readonly to: string;
  readonly message: M;
  readonly after: number;
}

/** The messages of one type among `effects`. */
export function sent<T extends Message["type"]>(
  effects: readonly Effect[],
  type: T,
): Sent<Extract<Message, { readonly type: T }>>[] {
  const found: Sent<Extract<Message, { readonly type: T }>>[] = [];
  for (const effect of effects) {
    if (effect.type !== "send") continue;
    const { to, message, after } = effect;
    if (isOfType(message, type)) found.push({ to, message, after });
  }
  return found;
}

/** The only message among `effects`, which must be of `type`. */
export function answer<T extends Message["type"]>(
  effects: readonly Effect[],
  type: T,
): Sent<Extract<Message, { readonly type: T }>> {
  const said = effects.filter((effect) => effect.type === "send").map(({ message }) => message.type);
  if (said.length !== 1 || said[0] !== type) {
    throw new Error(`One ${type} was expected, and this was sent: ${said.join(", ") || "nothing"}`);
  }
  return sent(effects, type)[0];
}

function isOfType<T extends Message["type"]>(
  message: Message,
  type: T,
): message is Extract<Message, { readonly type: T }> {
  return message.type === type;
}

/** What happens besides sending, by name. */
export function deeds(effects: readonly Effect[]): string[] {
  return effects.filter(({ type }) => type !== "send").map(({ type }) => type);
}

/** The leader's own state. Throws unless the member leads. */
export function leadership(core: Core): Leader {
  if (core.role.type !== "leader") throw new Error(`The member is a ${core.role.type} and should lead`);
  return core.role;
}

/** What the leader knows of one follower. */
export function progressOf(core: Core, member: string): Progress {
  const progress = leadership(core).progress.get(member);
  if (progress === undefined) throw new Error(`The leader knows of no member ${member}`);
  return progress;
}

/** `from` tells the leader that it holds the log up to `matchIndex`. */
export function accepts(
  core: Core,
  from: string,
  matchIndex: number,
  { round = 0, counts = true, incarnation = 7 }: {
    readonly round?: number;
    readonly counts?: boolean;
    readonly incarnation?: number;
  } = {},
): Effect[] {
  return hears(core, from, {
    type: "appendAccepted",
    term: core.term,
    matchIndex,
    round,
    incarnation,
    counts,
  });
}

/** `from` tells the leader that it could not place the append behind `prevIndex`. */
export function rejects(
  core: Core,
  from: string,
  prevIndex: number,
  hint: { readonly index: number; readonly term: number },
): Effect[] {
  return hears(core, from, {
    type: "appendRejected",
    term: core.term,
    prevIndex,
    hintIndex: hint.index,
    hintTerm: hint.term,
    round: 0,
    incarnation: 7,
    counts: true,
  });
}
