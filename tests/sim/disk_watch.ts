/**
 * What can be heard of a simulated disk.
 * @module
 */

/**
 * What a program does to its disk, as it begins. `read`: it opens, lists, measures or reads; `synced`: the medium has taken a file in, and
 * the program has not heard of it yet.
 */
export type DiskCall =
  | "create"
  | "read"
  | "write"
  | "truncate"
  | "sync"
  | "synced"
  | "rename"
  | "remove"
  | "syncDirectory"
  | "close";

/** Watches what reaches the medium; monitors live here. `bytes` are views: read them at once, do not keep them. */
export interface DiskObserver {
  /** A range of the file that now has this path has become durable. */
  onSynced(node: number, path: string, fromOffset: number, bytes: Uint8Array): void;
  /** The names in a folder have become durable. */
  onDirectorySynced(node: number, folder: string): void;
  /** After a crash, a wipe or a flipped bit: whatever was known of this medium must be read anew. */
  onUpset(node: number): void;
}
