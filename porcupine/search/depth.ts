import type { Budget } from "../budget.ts";
import { OVERWRITE } from "./problem.ts";
import { KeySet } from "./key_set.ts";
import type { Doom, Walk } from "./walk.ts";
import type { Path, Placement } from "./trace.ts";

/** Integers in a frame, and the places in it. */
const FRAME = 5;
const TRIED = 2;
const BRANCH = 3;
const POINTLESS = 4;

/** In place of an operation: none, and "left behind the one that returns". */
const NOTHING = -1;
const LEAVING = -2;

/** How far an exploration has come. */
export type Progress = "running" | "ok" | "illegal" | "stopped";

/**
 * Depth-first search (Wing and Gong 1993, with Lowe's cache): follows one order as far as it goes, and goes back on a dead
 * end. At its best where there are many solutions - honest histories with many lost answers.
 */
export class DepthSearch<State, Input, Output> {
  /** The furthest level reached: every operation that returned before it can be explained. */
  furthest = 0;
  /** Configurations visited since `furthest` last grew. */
  idle = 0;

  readonly #walk: Walk<State, Input, Output>;
  readonly #budget: Budget;
  readonly #doomed: Doom;
  readonly #visited: KeySet;
  readonly #size: number;
  readonly #last: number;
  #nodes: Int32Array;
  /** Per frame: level, operation placed to get there, operation and branch tried last, whether rule (d) applies. */
  #frames: Int32Array;
  #depth = -1;
  /** Which of the problem's starts is below the frames. */
  #start = -1;

  constructor(walk: Walk<State, Input, Output>, budget: Budget, doomed: Doom) {
    this.#walk = walk;
    this.#budget = budget;
    this.#doomed = doomed;
    this.#size = walk.size;
    this.#last = walk.problem.returns.length;
    this.#visited = new KeySet(1 + walk.size);
    this.#nodes = new Int32Array(64 * walk.size);
    this.#frames = new Int32Array(64 * FRAME);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#visited.bytes + this.#nodes.byteLength + this.#frames.byteLength + this.#walk.bytes;
  }

  /** The placements on the way to the present configuration: the whole order once `ok`. */
  path(): Path {
    const path: Placement[] = [];
    for (let d = 1; d <= this.#depth; d++) {
      const operation = this.#frames[d * FRAME + 1];
      if (operation === NOTHING) continue;
      path.push({ operation, state: this.#nodes[d * this.#size], level: this.#frames[d * FRAME - FRAME] });
    }
    const last = this.#walk.problem.starts.length - 1;
    return { start: Math.min(Math.max(0, this.#start), last), steps: path };
  }

  /** Visits about `budget` configurations, or until nothing is gained for `patience` of them. */
  run(patience: number): Progress {
    this.idle = 0;
    for (;;) {
      if (this.#depth < 0) {
        const begun = this.#begin();
        if (begun !== "running") return begun;
      }
      if (!this.#budget.goOn()) return "stopped";
      if (this.idle >= patience) return "running";
      const moved = this.#next();
      if (moved === "ok") return "ok";
      if (moved === "dead") this.#depth--;
      if (moved === "full") return "stopped";
    }
  }

  /** Turns to the next of the configurations to begin with. */
  #begin(): Progress {
    // A step that was cut short by the limit said "impossible": that is no proof.
    if (++this.#start === this.#walk.problem.starts.length) {
      return this.#budget.stopped === undefined ? "illegal" : "stopped";
    }
    this.#depth = 0;
    this.#walk.moveTo(0);
    this.#walk.first(this.#nodes, 0, this.#start);
    this.#frames.set([0, NOTHING, NOTHING, 0, 0]);
    return this.#arrive() ? "ok" : "running";
  }

  /** Goes to the next unseen child of the top frame. */
  #next(): "moved" | "dead" | "ok" | "full" {
    const walk = this.#walk;
    const frame = this.#depth * FRAME;
    const at = this.#depth * this.#size;
    walk.moveTo(this.#frames[frame]);
    this.#reserve();
    const count = walk.candidates(this.#nodes, at, this.#frames[frame + POINTLESS] === 1);
    const tried = this.#frames[frame + TRIED];
    if (tried === NOTHING && walk.due(this.#nodes, at) === "optional") {
      this.#frames[frame + TRIED] = LEAVING;
      this.#nodes.copyWithin(at + this.#size, at, at + this.#size);
      this.#frames.set([walk.level, NOTHING, NOTHING, 0, 0], frame + FRAME);
      walk.advance(this.#nodes, at + this.#size);
      const outcome = this.#enter();
      if (outcome !== "seen") return outcome;
    }
    for (let i = 0; i < count; i++) {
      const operation = walk.found[i];
      if (tried >= 0 && tried > operation) continue;
      const branches = walk.states.apply(this.#nodes[at], operation);
      for (let b = operation === tried ? this.#frames[frame + BRANCH] + 1 : 0; b < branches; b++) {
        const outcome = this.#descend(operation, b);
        if (outcome !== "seen") return outcome;
        // Reads were tried meanwhile, which overwrote the results.
        if (b + 1 < branches) walk.states.apply(this.#nodes[at], operation);
      }
    }
    return "dead";
  }

  /** Places an operation; `seen` if that leads nowhere new. */
  #descend(operation: number, branch: number): "moved" | "ok" | "full" | "seen" {
    const walk = this.#walk;
    const nodes = this.#nodes;
    const frame = this.#depth * FRAME;
    const at = this.#depth * this.#size;
    this.#frames[frame + TRIED] = operation;
    this.#frames[frame + BRANCH] = branch;
    const top = at + this.#size;
    const satisfied = walk.place(nodes, at, { nodes, at: top }, operation, walk.states.results[branch]);
    const pointless = walk.problem.effect[operation] === OVERWRITE && !satisfied;
    this.#frames.set([walk.level, operation, NOTHING, 0, pointless ? 1 : 0], frame + FRAME);
    return this.#enter();
  }

  /** Makes the configuration just written the top frame, unless it is known or doomed. */
  #enter(): "moved" | "ok" | "full" | "seen" {
    const walk = this.#walk;
    this.#depth++;
    this.idle++;
    if (this.#arrive()) return "ok";
    if (
      !this.#budget.allow(this.bytes - this.#visited.bytes + this.#visited.bytesAfterAdd + walk.states.bytes)
    ) {
      return "full";
    }
    const nodes = this.#nodes;
    const top = this.#depth * this.#size;
    if (!this.#doomed(walk.level, nodes[top], nodes, top) && this.#visited.add(walk.level, nodes, top)) {
      return "moved";
    }
    this.#depth--;
    walk.moveTo(this.#frames[this.#depth * FRAME]);
    return "seen";
  }

  /** Brings the top frame to the level where there is something to decide; answers whether that is the end. */
  #arrive(): boolean {
    const walk = this.#walk;
    const at = this.#depth * this.#size;
    const frame = this.#depth * FRAME;
    const from = this.#frames[frame];
    while (walk.level < this.#last && walk.due(this.#nodes, at) === "settled") walk.advance(this.#nodes, at);
    this.#frames[frame] = walk.level;
    // Rule (d) speaks of two decisions at one level.
    if (walk.level > from) this.#frames[frame + POINTLESS] = 0;
    if (walk.level > this.furthest) {
      this.furthest = walk.level;
      this.idle = 0;
    }
    return walk.level === this.#last;
  }

  #reserve(): void {
    if ((this.#depth + 2) * this.#size > this.#nodes.length) {
      const nodes = new Int32Array(this.#nodes.length * 2);
      nodes.set(this.#nodes);
      this.#nodes = nodes;
    }
    if ((this.#depth + 2) * FRAME > this.#frames.length) {
      const frames = new Int32Array(this.#frames.length * 2);
      frames.set(this.#frames);
      this.#frames = frames;
    }
  }
}
