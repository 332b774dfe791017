/**
 * Delta debugging: a small part of a list that still has what the whole has. Zeller and Hildebrandt, 2002.
 * @module
 */

/**
 * The items of a part of `items`, in their order, for which `holds` is true. Given time it is minimal: leaving out any one more
 * makes `holds` false. `holds` must be true for the whole list.
 *
 * @param isOver Asked before each try; ends the search with the best so far.
 */
export async function ddmin<Item>(
  items: readonly Item[],
  holds: (part: readonly Item[]) => Promise<boolean>,
  isOver: () => boolean,
): Promise<readonly Item[]> {
  if (await holds([])) return [];
  let best = items;
  let pieces = 2;
  while (best.length >= 2) {
    const size = Math.ceil(best.length / pieces);
    const smaller = await withoutOnePiece(best, size, holds, isOver);
    if (smaller !== null) {
      best = smaller;
      pieces = Math.max(2, pieces - 1);
    } else if (size === 1 || isOver()) return best;
    else pieces = Math.min(best.length, pieces * 2);
  }
  return best;
}

async function withoutOnePiece<Item>(
  items: readonly Item[],
  size: number,
  holds: (part: readonly Item[]) => Promise<boolean>,
  isOver: () => boolean,
): Promise<readonly Item[] | null> {
  for (let from = 0; from < items.length; from += size) {
    if (isOver()) return null;
    const rest = [...items.slice(0, from), ...items.slice(from + size)];
    if (await holds(rest)) return rest;
  }
  return null;
}
