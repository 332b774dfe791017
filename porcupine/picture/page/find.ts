import type { PageScene } from "./scene.ts";
import type { Found, PageState } from "./state.ts";

/**
 * The operations whose text, client, key or line holds every word; `null` if nothing is looked for. `client:3`, `key:x`,
 * `line:17` and `is:failed`, `is:maybe`, `is:lost`, `is:core`, `is:unplaced` look at one thing alone.
 */
export function search(scene: PageScene, text: string): Found | null {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return null;
  const tests = words.map((word) => testOf(scene, word));
  const is = new Uint8Array(scene.count);
  const list: number[] = [];
  for (const i of scene.byCall) {
    if (!tests.every((test) => test(i))) continue;
    is[i] = 1;
    list.push(i);
  }
  return { text, list: Int32Array.from(list), is };
}

function testOf(scene: PageScene, word: string): (i: number) => boolean {
  const [, field, wanted] = /^(client|key|line|is):(.+)$/.exec(word) ?? [];
  switch (field) {
    case "client":
      return (i) => scene.clients[scene.client[i]].toLowerCase() === wanted;
    case "key":
      return (i) => scene.parts.key[scene.part[i]].toLowerCase() === wanted;
    case "line":
      return (i) => scene.lines !== null && String(scene.lines[i]) === wanted;
    case "is":
      return (i) => hasState(scene, i, wanted);
    default: {
      const texts = scene.text.small();
      return (i) => texts[i].includes(word);
    }
  }
}

function hasState(scene: PageScene, i: number, wanted: string): boolean {
  switch (wanted) {
    case "lost":
      return (scene.flags[i] & 1) !== 0;
    case "failed":
      return (scene.flags[i] & 2) !== 0;
    case "maybe":
      return (scene.flags[i] & 4) !== 0;
    case "core":
      return scene.core.has(i);
    case "unplaced":
      return scene.position[i] < 0;
    default:
      return false;
  }
}

/** The match after or before the selection, going round at the ends; -1 if there is none. */
export function nextFound({ found, selected, scene }: PageState, step: 1 | -1): number {
  if (found === null || found.list.length === 0) return -1;
  const { list } = found;
  const rank = new Map<number, number>();
  list.forEach((i, k) => rank.set(i, k));
  const at = rank.get(selected);
  if (at !== undefined) return list[(at + step + list.length) % list.length];
  if (selected < 0) return step === 1 ? list[0] : list[list.length - 1];
  const later = list.findIndex((i) => scene.callTime[i] > scene.callTime[selected]);
  if (step === 1) return list[later < 0 ? 0 : later];
  return list[(later < 0 ? list.length : later + list.length - 1) % list.length];
}
