/**
 * When a node stands for election: after silence, at a random moment, sooner when its leader is thought to be gone.
 * @module
 */

import type { Random } from "../runtime/random.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Timing } from "./timing.ts";

/** Part of a heartbeat over which nodes spread that heard of their leader's end at the same time. */
const HINT_SPREAD = 0.2;
/** After a hint so many votes that came to nothing are soon tried again; a slow disk needs the usual patience after that. */
const HASTY_ELECTIONS = 3;

/** Keeps the deadlines `election` and `quiet`. */
export class ElectionTimer {
  readonly #deadlines: Deadlines;
  readonly #timing: Timing;
  readonly #random: Random;
  /** How often this node may still stand again without the usual wait, because its leader is thought to be gone. */
  #hasty = 0;

  /** Nothing is armed yet. */
  constructor(
    deadlines: Deadlines,
    { timing, random }: { readonly timing: Timing; readonly random: Random },
  ) {
    this.#deadlines = deadlines;
    this.#timing = timing;
    this.#random = random;
  }

  /** The usual wait, drawn anew. `ownCandidacy`: the node has just stood, or asked whether it could. */
  arm(ownCandidacy = false): void {
    const { electionMs, heartbeatMs } = this.#timing;
    const draw = this.#random.next();
    // Two that heard of the leader's end in the same moment may have split the votes. Whoever gave its vote away waits as usual.
    const soon = ownCandidacy && this.#hasty > 0;
    this.#deadlines.arm("election", soon ? heartbeatMs * (0.5 + draw) : electionMs * (1 + draw));
  }

  /** The leader was heard. */
  heard(): void {
    this.#hasty = 0;
    this.#deadlines.arm("quiet", this.#timing.electionMs);
    this.arm();
  }

  /** The leader is thought to be gone. */
  hint(): void {
    this.#hasty = HASTY_ELECTIONS;
    // Spread a little: those that got the same hint should not stand in the same moment.
    this.#deadlines.arm("election", this.#timing.heartbeatMs * HINT_SPREAD * this.#random.next());
  }

  /** The node stands now. */
  passed(): void {
    if (this.#hasty > 0) this.#hasty--;
  }
}
