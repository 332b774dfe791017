/**
 * Whose folder it is: a node must never start on another's promises.
 * @module
 */

import type { Disk } from "../../runtime/disk.ts";

/** What a node's folder says of its owner. */
export interface Identity {
  /** Nodes of one cluster have the same. */
  readonly cluster: string;
  readonly id: string;
  /** All members' names, in order. */
  readonly members: readonly string[];
}

interface Written extends Identity {
  /** The logs that are kept in the folder; none while they are being made, or if an earlier version made them. */
  readonly logs: readonly string[];
}

/** A folder that this node must not use. Nothing in it was changed. */
export class FolderError extends Error {
  /** The class, for logs. */
  override readonly name = "FolderError";
  /** What is wrong. */
  readonly code: "foreign" | "newer" | "damaged";

  constructor(code: "foreign" | "newer" | "damaged", message: string) {
    super(`${message}. Nothing was changed`);
    this.code = code;
  }
}

const FILE = "node.json";
const FORMAT = 1;

/** How far a folder has become a node's. */
export type Standing =
  /** There is nothing in it; it becomes the node's with {@linkcode claimFolder}. */
  | "new"
  /** It is the node's, and perhaps has no logs yet; it gets them for good with {@linkcode keepLogs}. */
  | "claimed"
  /** The node has run on it. */
  | "used";

/**
 * Checks that the folder is this node's, or empty, and that no log has gone from it. `amnesiac`: the node has been told that its disk was lost.
 * Throws {@linkcode FolderError}.
 */
export async function checkFolder(
  disk: Disk,
  folder: string,
  { amnesiac, ...owner }: Identity & { readonly amnesiac: boolean },
): Promise<Standing> {
  const names = await disk.list("");
  if (!names.includes(FILE)) {
    const others = names.filter((name) => name !== `${FILE}.tmp`);
    if (others.length === 0) return "new";
    throw new FolderError(
      "foreign",
      `Cannot use ${folder}: it holds ${
        others.slice(0, 3).join(", ")
      } and no ${FILE}, so it is no node's folder; give another with --data`,
    );
  }
  const found = readIdentity(new TextDecoder().decode(await disk.readFile(FILE)), folder);
  if (found.cluster !== owner.cluster) {
    throw new FolderError(
      "foreign",
      `Cannot use ${folder}: it belongs to cluster "${found.cluster}", this is "${owner.cluster}"; give another folder, or the right --cluster and --peers`,
    );
  }
  if (found.id !== owner.id) {
    throw new FolderError(
      "foreign",
      `Cannot use ${folder}: it belongs to node "${found.id}", this is "${owner.id}"; two nodes with one memory would vote twice`,
    );
  }
  if (found.members.join() !== owner.members.join()) {
    throw new FolderError(
      "foreign",
      `Cannot use ${folder}: its cluster has the members ${found.members.join(", ")}, --peers names ${
        owner.members.join(", ")
      }; members do not change`,
    );
  }
  if (found.logs.length === 0) return "claimed";
  for (const log of amnesiac ? [] : found.logs) {
    if (names.includes(log) && (await disk.list(log)).length > 0) continue;
    // Started as new it would vote again where it has voted, and have nothing of what it has acknowledged.
    throw new FolderError(
      "damaged",
      `Cannot use ${folder}: there is nothing left of its log ${log}. Bring back what was there; if it is lost, start with --amnesiac: the ` +
        "node takes the state from the others, and does not vote",
    );
  }
  return "used";
}

/** Makes a new folder this node's, for good. */
export async function claimFolder(disk: Disk, owner: Identity): Promise<void> {
  await writeIdentity(disk, { ...owner, logs: [] });
}

/** Remembers which logs there are in a folder that is claimed. */
export async function keepLogs(disk: Disk, owner: Identity): Promise<void> {
  const logs = (await disk.list("")).filter((name) => name !== FILE && name !== `${FILE}.tmp`);
  await writeIdentity(disk, { ...owner, logs });
}

async function writeIdentity(disk: Disk, identity: Written): Promise<void> {
  const text = JSON.stringify({ format: FORMAT, ...identity }, null, 2) + "\n";
  const file = await disk.create(`${FILE}.tmp`);
  await file.write(0, new TextEncoder().encode(text));
  await file.sync();
  await file.close();
  await disk.rename(`${FILE}.tmp`, FILE);
  await disk.syncDirectory("");
}

function readIdentity(text: string, folder: string): Written {
  const damaged = `Cannot use ${folder}: its ${FILE} is damaged`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FolderError("damaged", damaged);
  }
  if (typeof value !== "object" || value === null || !("format" in value)) {
    throw new FolderError("damaged", damaged);
  }
  if (value.format !== FORMAT) {
    throw new FolderError(
      "newer",
      `Cannot use ${folder}: it has format ${value.format}, this version knows ${FORMAT}; start the version that wrote it`,
    );
  }
  if (
    "cluster" in value && typeof value.cluster === "string" && "id" in value &&
    typeof value.id === "string" &&
    "members" in value && Array.isArray(value.members)
  ) {
    const logs = "logs" in value && Array.isArray(value.logs) ? value.logs.map(String) : [];
    return { cluster: value.cluster, id: value.id, members: value.members.map(String), logs };
  }
  throw new FolderError("damaged", damaged);
}
