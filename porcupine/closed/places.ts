/** How far an order has come. */
export interface Place {
  readonly state: number;
  /** The believed answers, still open, that have their place. */
  readonly placed: number;
  /** By scarce group: how many of its operations have been used. */
  readonly used: readonly number[];
  /** Whether what was placed last is believed. */
  readonly isFirm: boolean;
  /** What was placed last of what is not believed. */
  readonly last: Use | "start";
}

/** An operation of a group has been placed before an instant. */
export interface Use {
  readonly group: number;
  readonly before: number;
  readonly earlier: Use | "start";
}

/** Places at the same point of time. */
export class Layer {
  readonly #byState = new Map<number, Map<number, Place[]>>();

  /** Adds a place, if none that is known can do as much: in the same state, with as many left of what is scarce. */
  add(place: Place): boolean {
    let byPlaced = this.#byState.get(place.state);
    if (byPlaced === undefined) this.#byState.set(place.state, byPlaced = new Map());
    const alike = byPlaced.get(place.placed);
    if (alike === undefined) {
      byPlaced.set(place.placed, [place]);
      return true;
    }
    if (alike.some((other) => dominates(other, place))) return false;
    alike.push(place);
    return true;
  }
}

function dominates(one: Place, other: Place): boolean {
  return (one.isFirm || !other.isFirm) && one.used.every((count, i) => count <= other.used[i]);
}
