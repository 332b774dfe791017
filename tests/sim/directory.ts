/**
 * The names on a simulated disk: as programs see them, and as the medium holds them, with the changes in between.
 *
 * A rename is one step: a crash finds it done or not done. Everything else is independent, as directory entries are.
 * @module
 */

import type { FileImage } from "./file_image.ts";

/** A change of names that is not on the medium yet. */
type NameChange =
  | { readonly kind: "link"; readonly path: string; readonly file: FileImage }
  | { readonly kind: "unlink"; readonly path: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string; readonly file: FileImage }
  | { readonly kind: "folder"; readonly path: string };

/** Changes are numbered in the order in which they were made; a sync covers those made before it began. */
interface PendingName {
  readonly number: number;
  readonly change: NameChange;
}

/** The folder of a path; `""` for the top. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

function touches(change: NameChange, folder: string): boolean {
  if (change.kind === "rename") return folderOf(change.from) === folder || folderOf(change.to) === folder;
  return folderOf(change.path) === folder;
}

/** One view of the names. */
class Names {
  files = new Map<string, FileImage>();
  folders = new Set<string>([""]);

  apply(change: NameChange): void {
    switch (change.kind) {
      case "link":
        this.files.set(change.path, change.file);
        break;
      case "unlink":
        this.files.delete(change.path);
        break;
      case "rename":
        if (this.files.get(change.from) === change.file) this.files.delete(change.from);
        this.files.set(change.to, change.file);
        break;
      case "folder":
        this.folders.add(change.path);
        break;
    }
  }

  hasFolder(folder: string): boolean {
    return folder === "" || (this.folders.has(folder) && this.hasFolder(folderOf(folder)));
  }
}

/** See the module's page. Paths are normal: no leading, trailing or double slash. */
export class Directory {
  readonly #seen = new Names();
  readonly #synced = new Names();
  #pending: PendingName[] = [];
  #made = 0;

  /** The number of the latest change; `commit` takes it. */
  get lastChange(): number {
    return this.#made;
  }

  /** The file that programs find under `path`. */
  find(path: string): FileImage | undefined {
    return this.#seen.files.get(path);
  }

  /** The file that the medium holds under `path`. */
  findSynced(path: string): FileImage | undefined {
    return this.#synced.hasFolder(folderOf(path)) ? this.#synced.files.get(path) : undefined;
  }

  hasFolder(folder: string): boolean {
    return this.#seen.hasFolder(folder);
  }

  /** The files that the medium holds, by path, sorted. */
  syncedFiles(): [path: string, file: FileImage][] {
    const files = [...this.#synced.files].filter(([path]) => this.#synced.hasFolder(folderOf(path)));
    return files.sort(([a], [b]) => a < b ? -1 : 1);
  }

  /** The files that programs see. */
  visibleFiles(): FileImage[] {
    return [...this.#seen.files.values()];
  }

  /** All files that are visible, durable, or could become so. */
  allFiles(): Set<FileImage> {
    const files = new Set([...this.#synced.files.values(), ...this.#seen.files.values()]);
    for (const { change } of this.#pending) if ("file" in change) files.add(change.file);
    return files;
  }

  /** The names that programs see in `folder`, sorted. */
  list(folder: string): string[] {
    const inside = [...this.#seen.files.keys(), ...this.#seen.folders].filter((path) =>
      path !== "" && folderOf(path) === folder
    );
    return inside.map((path) => path.slice(folder === "" ? 0 : folder.length + 1)).sort();
  }

  link(path: string, file: FileImage): void {
    this.#change({ kind: "link", path, file });
  }

  unlink(path: string): void {
    this.#change({ kind: "unlink", path });
  }

  rename(from: string, to: string, file: FileImage): void {
    this.#change({ kind: "rename", from, to, file });
  }

  /** Makes one folder; its parent must be there. */
  makeFolder(path: string): void {
    this.#change({ kind: "folder", path });
  }

  /** Puts the changes of `folder` up to number `upTo` on the medium. */
  commit(folder: string, upTo: number): void {
    this.#pending = this.#pending.filter(({ number, change }) => {
      if (number > upTo || !touches(change, folder)) return true;
      this.#synced.apply(change);
      return false;
    });
  }

  /** Keeps those pending changes for which `keeps` is true, loses the others, and forgets the cache. */
  crash(keeps: (change: number) => boolean): void {
    for (const { number, change } of this.#pending) if (keeps(number)) this.#synced.apply(change);
    this.#pending = [];
    for (const path of this.#synced.files.keys()) {
      if (!this.#synced.hasFolder(folderOf(path))) this.#synced.files.delete(path);
    }
    for (const folder of this.#synced.folders) {
      if (!this.#synced.hasFolder(folder)) this.#synced.folders.delete(folder);
    }
    this.#seen.files = new Map(this.#synced.files);
    this.#seen.folders = new Set(this.#synced.folders);
    for (const [path, file] of this.#seen.files) file.path = path;
  }

  #change(change: NameChange): void {
    this.#pending.push({ number: ++this.#made, change });
    this.#seen.apply(change);
  }
}
