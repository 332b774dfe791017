/**
 * Configurations name nodes: under a renaming of the nodes they say something else.
 *
 * What holds none stays the very same value, so scopes whose members never change pay nothing for it.
 * @module
 */

import type { Message } from "../../raft/message.ts";
import type { Persist, Recovered } from "../../raft/storage.ts";
import type { Configuration, Entry, NodeId } from "../../raft/types.ts";

/** Gives a node another name. */
export type Rename = (id: NodeId) => NodeId;

/** `configuration` under `rename`, in the order of the new names. */
export function renamedConfiguration(configuration: Configuration, rename: Rename): Configuration {
  const members = configuration.members.map((member) => ({ ...member, id: rename(member.id) }));
  const retired = configuration.retired.map(rename).sort();
  return { members: members.sort((left, right) => left.id < right.id ? -1 : 1), retired };
}

/** `entries` under `rename`. */
export function renamedEntries<E extends readonly Entry[]>(entries: E, rename: Rename): E | Entry[] {
  if (!entries.some((entry) => "configuration" in entry)) return entries;
  return entries.map((entry) =>
    "configuration" in entry
      ? { ...entry, configuration: renamedConfiguration(entry.configuration, rename) }
      : entry
  );
}

/** A snapshot, a message that brings one, or one on its way in, under `rename`. */
export function renamedHolder<T extends { readonly configuration: Configuration | null } | null>(
  holder: T,
  rename: Rename,
): T {
  if (holder === null || holder.configuration === null) return holder;
  return { ...holder, configuration: renamedConfiguration(holder.configuration, rename) };
}

/** A message under `rename`. */
export function renamedMessage(message: Message, rename: Rename): Message {
  if (message.type === "snapshotRequest") return renamedHolder(message, rename);
  if (message.type !== "appendRequest") return message;
  const entries = renamedEntries(message.entries, rename);
  return entries === message.entries ? message : { ...message, entries };
}

/** A disk, or what is on the way to it, under `rename`. Its vote is not looked at. */
export function renamedStored<T extends Persist | Recovered>(stored: T, rename: Rename): T {
  const entries = renamedEntries(stored.entries, rename);
  const snapshot = renamedHolder(stored.snapshot, rename);
  if (entries === stored.entries && snapshot === stored.snapshot) return stored;
  return { ...stored, entries, snapshot };
}
