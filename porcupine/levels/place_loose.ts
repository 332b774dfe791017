import type { Blocks } from "./block_draft.ts";
import type { Demands, Sessions } from "./session.ts";

/** Steps in one block, at most: block and step make one number. */
const STEPS = 2 ** 26;

/**
 * Whether the operations that only need the state to be another one - failed compare-and-sets, refused puts - find places
 * in an order of the blocks that meets the demands. If not, another order of the blocks might have them.
 *
 * Each is put at the earliest state that comes after its sources and is not the one it must avoid; earlier is never worse
 * for those after it.
 */
export function placeLoose<State, Input, Output>(
  blocks: Blocks,
  order: readonly number[],
  sessions: Sessions<State, Input, Output>,
  demands: Demands,
): boolean {
  if (blocks.loose.length === 0) return true;
  const rank = new Int32Array(blocks.count);
  order.forEach((block, i) => rank[block] = i);
  const placeOf = (k: number): number => rank[blocks.block[k]] * STEPS + blocks.step[k];
  const states = statesOf(blocks, rank, sessions);
  const avoid = new Map(
    blocks.loose.map(({ operation, block, step }) => [operation, rank[block] * STEPS + step]),
  );
  for (const list of sessions.byClient) {
    const bounds = latestPlaces(list, blocks, demands, placeOf);
    let earliest = 0;
    for (let n = 0; n < list.length; n++) {
      const k = list[n];
      let place = blocks.block[k] < 0 ? -1 : placeOf(k);
      const avoided = avoid.get(k);
      if (avoided !== undefined) {
        let at = firstFrom(states, demands.targets[k] === 1 ? earliest : 0);
        if (states[at] === avoided) at++;
        if (at >= states.length || (demands.sources[k] === 1 && states[at] > bounds[n])) return false;
        place = states[at];
      }
      if (place >= 0 && demands.sources[k] === 1) earliest = Math.max(earliest, place);
    }
  }
  return true;
}

/** Every state that the order passes through, as places: what each update brings about, and the initial one. */
function statesOf<State, Input, Output>(
  blocks: Blocks,
  rank: Int32Array,
  { writes, ids }: Sessions<State, Input, Output>,
): number[] {
  const states = [rank[blocks.initial] * STEPS];
  for (let k = 0; k < ids.length; k++) {
    if (writes[k] === 1 && blocks.block[k] >= 0) {
      states.push(rank[blocks.block[k]] * STEPS + blocks.step[k] + 1);
    }
  }
  return states.sort((a, b) => a - b);
}

/** For each operation of a client, the earliest place of a target after it. */
function latestPlaces(
  list: readonly number[],
  blocks: Blocks,
  demands: Demands,
  placeOf: (k: number) => number,
): number[] {
  const bounds: number[] = [];
  let bound = Infinity;
  for (let n = list.length - 1; n >= 0; n--) {
    bounds[n] = bound;
    const k = list[n];
    if (demands.targets[k] === 1 && blocks.block[k] >= 0) bound = Math.min(bound, placeOf(k));
  }
  return bounds;
}

/** The index of the first entry that is at least `place`. */
function firstFrom(states: readonly number[], place: number): number {
  let low = 0;
  let high = states.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (states[middle] < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
