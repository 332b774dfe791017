/**
 * The names of a log's files.
 * @module
 */

/** What a file name means. */
export type FileName =
  | { readonly kind: "log" | "snapshot"; readonly number: number }
  /** Being written when its writer died, or never ours. */
  | { readonly kind: "other" };

const PATTERN = /^(log|snapshot)-(\d{8,15})$/;

/** The name of a file of the log. Numbers rise over all files of a folder and are never used again. */
export function fileName(kind: "log" | "snapshot", number: number): string {
  return `${kind}-${String(number).padStart(8, "0")}`;
}

/** A file under construction: it gets its name when it is whole and synced. */
export function temporaryName(name: string): string {
  return `${name}.tmp`;
}

/** Whether `name` is one of {@linkcode temporaryName}: whoever wrote it died before it was finished. */
export function isTemporary(name: string): boolean {
  return name.endsWith(".tmp") && readName(name.slice(0, -4)).kind !== "other";
}

/** Reads a name. */
export function readName(name: string): FileName {
  const match = PATTERN.exec(name);
  if (match === null) return { kind: "other" };
  return { kind: match[1] === "log" ? "log" : "snapshot", number: Number(match[2]) };
}

/** The name inside its folder. */
export function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** The number of a file of the log, finished or not; 0 for any other. */
export function numberOf(name: string): number {
  const meaning = readName(isTemporary(name) ? name.slice(0, -".tmp".length) : name);
  return meaning.kind === "other" ? 0 : meaning.number;
}
