/**
 * Reading a range, page by page.
 * @module
 */

import type { StoreContent } from "./content.ts";
import type { KeyRange, ScanPage, StoreEntry, StoreQuestion } from "./types.ts";

/** A page ends when its keys and values have this many characters: it must fit into one message. */
const MAX_PAGE_SIZE = 4 << 20;

/** The entries that a scan asks for. */
export function scanPage(content: StoreContent, asked: StoreQuestion & { readonly op: "scan" }): ScanPage {
  const { range, after, limit } = asked;
  const { revision } = content;
  const first = range.kind === "prefix" ? range.prefix : range.from;
  const entries: StoreEntry[] = [];
  let size = 0;
  for (const key of content.entries.keysFrom(after !== null && after > first ? after : first)) {
    if (!reaches(range, key)) break;
    const entry = content.entries.get(key);
    if (key === after || entry === undefined) continue;
    if (entries.length === limit || size > MAX_PAGE_SIZE) return { entries, more: true, revision };
    entries.push(entry);
    size += key.length + entry.value.length;
  }
  return { entries, more: false, revision };
}

/** Whether `key` is in `range`. */
export function isIn(range: KeyRange, key: string): boolean {
  return range.kind === "prefix" ? key.startsWith(range.prefix) : key >= range.from && key < range.to;
}

/** Whether `range`, whose beginning is not behind `key`, goes as far as `key`. */
function reaches(range: KeyRange, key: string): boolean {
  return range.kind === "prefix" ? key.startsWith(range.prefix) : key < range.to;
}
