import type { Budget } from "../budget.ts";
import { doubled } from "../growth.ts";
import { NEVER } from "../history.ts";
import {
  BRANCH,
  FRAME,
  GUIDED,
  HELPING,
  LEAVING,
  NOTHING,
  pathOf,
  POINTLESS,
  type Progress,
  REST,
  ROUND,
  TRIED,
  WRITTEN,
} from "./frames.ts";
import { OVERWRITE } from "./problem.ts";
import { Journal } from "./journal.ts";
import { KeySet } from "./key_set.ts";
import { Outlook } from "./outlook.ts";
import type { Doom, Walk } from "./walk.ts";
import type { Path } from "./trace.ts";

/**
 * For models that do not say what their operations do: this many configurations without progress are visited without being looked
 * up among those visited before. Most dead ends are short, and to look a state up means to read all of it.
 */
const LENIENT = 24;

/** See `run`: while it makes way, a turn may last so many times as long. */
const STRETCH = 2;

/** Open operations that are many, and the power of two of them that count as much as a configuration. */
const CROWD = 128;
const CROWD_SHARE = 6;

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
  readonly #outlook: Outlook<State, Input, Output>;
  readonly #visited: KeySet;
  /** `undefined` where it is retold in the end: what an overwriting operation absorbs (c) stands before it. */
  readonly #journal: Journal | undefined;
  readonly #size: number;
  readonly #last: number;
  #nodes: Int32Array<ArrayBuffer>;
  /** See `FRAME`. */
  #frames: Int32Array<ArrayBuffer>;
  #depth = -1;
  /** Configurations visited since the start. */
  #entered = 0;
  /**
   * Whether operations without an answer are placed only where they lead to the next answer; and whether any was left out for that
   * reason. If so, that nothing was found proves nothing, and everything is gone through once more.
   */
  #isStrict: boolean;
  #isNarrow = false;
  /** Which of the problem's starts is below the frames. */
  #start = -1;

  constructor(walk: Walk<State, Input, Output>, budget: Budget, doomed: Doom) {
    this.#walk = walk;
    this.#budget = budget;
    this.#doomed = doomed;
    this.#outlook = new Outlook(walk, budget);
    this.#isStrict = walk.problem.watches;
    const { watches, model, count } = walk.problem;
    if (watches && !("steps" in model)) this.#journal = walk.journal = new Journal(count);
    this.#size = walk.size;
    this.#last = walk.problem.returns.length;
    this.#visited = new KeySet(1 + walk.size);
    this.#nodes = new Int32Array(64 * walk.size);
    this.#frames = new Int32Array(64 * FRAME);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#visited.bytes + this.#nodes.byteLength + this.#frames.byteLength + this.#walk.bytes +
      (this.#journal?.bytes ?? 0);
  }

  /** Which of the problem's starts the present order follows. */
  get start(): number {
    return Math.min(Math.max(0, this.#start), this.#walk.problem.starts.length - 1);
  }

  /** The whole order once `ok`, if it was written down. */
  get order(): number[] | undefined {
    return this.#journal?.order();
  }

  /** What was written down after the top frame was entered is void: it is left in another way. */
  #rewrite(): void {
    if (this.#journal !== undefined) this.#journal.length = this.#frames[this.#depth * FRAME + WRITTEN];
  }

  /** The placements on the way to the present configuration: the whole order once `ok`. */
  path(): Path {
    return pathOf(this.#frames, this.#nodes, { top: this.#depth, size: this.#size, start: this.start });
  }

  /**
   * Visits configurations until `patience` of them in a row have led no further than before, or until `STRETCH` times as many have been
   * visited in all. For each new level reached `easy` more are allowed.
   */
  run(patience: number, easy = Infinity): Progress {
    this.idle = 0;
    let end = this.#entered + STRETCH * patience;
    let level = this.furthest;
    for (;;) {
      if (this.#depth < 0) {
        const begun = this.#begin();
        if (begun !== "running") return begun;
      }
      if (!this.#budget.goOn()) return "stopped";
      if (this.furthest > level) {
        end += easy * (this.furthest - level);
        level = this.furthest;
      }
      if (this.idle >= patience || this.#entered >= end) return "running";
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
      if (!this.#isNarrow) return this.#budget.stopped === undefined ? "illegal" : "stopped";
      this.#isNarrow = this.#isStrict = false;
      this.#visited.clear();
      this.#start = 0;
    }
    this.#depth = 0;
    this.#walk.moveTo(0);
    if (this.#journal !== undefined) this.#journal.length = 0;
    this.#walk.first(this.#nodes, 0, this.#start);
    this.#frame(NOTHING, false);
    return this.#arrive() ? "ok" : "running";
  }

  /** Goes to the next unseen child of the top frame. */
  #next(): "moved" | "dead" | "ok" | "full" {
    const walk = this.#walk;
    const frame = this.#depth * FRAME;
    const at = this.#depth * this.#size;
    walk.moveTo(this.#frames[frame]);
    if (!this.#reserve()) return "full";
    const tried = this.#frames[frame + TRIED];
    if (tried < 0 && walk.due(this.#nodes, at) === "optional") {
      const outcome = tried === NOTHING ? this.#leave() : "seen";
      if (outcome !== "seen") return outcome;
      if (this.#outlook.isIdle(this.#nodes, at)) return "dead";
    }
    if (this.#frames[frame + ROUND] < REST) {
      const outcome = walk.problem.watches ? this.#help() : "seen";
      if (outcome !== "seen") return outcome;
      this.#frames[frame + ROUND] = REST;
      this.#frames[frame + TRIED] = LEAVING;
    }
    const outcome = this.#try(false);
    return outcome === "seen" ? "dead" : outcome;
  }

  /** Goes to a child that leads to the next answer, if it can be told which does. */
  #help(): "moved" | "dead" | "ok" | "full" | "seen" {
    const walk = this.#walk;
    const frame = this.#depth * FRAME;
    const at = this.#depth * this.#size;
    const isStuck = walk.due(this.#nodes, at) === "owed" && walk.isStuck(this.#nodes, at);
    const seesOrders = this.#outlook.seesOrders;
    const target = isStuck
      ? walk.problem.returns[walk.level]
      : seesOrders
      ? this.#outlook.ahead.next(this.#nodes, at)
      : -1;
    if (this.#frames[frame + ROUND] === 0) {
      if (target >= 0 && seesOrders && this.#outlook.isDoomed(this.#nodes, at, target)) return "dead";
      const guide = target < 0 || !seesOrders ? -1 : this.#outlook.guide;
      this.#frames[frame + ROUND] = guide >= 0 || !isStuck ? GUIDED : HELPING;
      this.#frames[frame + TRIED] = LEAVING;
      if (guide < 0 || walk.states.applyLazily(this.#nodes[at], guide) !== 1) {
        return isStuck ? this.#help() : "seen";
      }
      return this.#descend(guide, 0, walk.states.results[0]);
    }
    return this.#frames[frame + ROUND] === HELPING ? this.#try(true) : "seen";
  }

  /** Goes to the next unseen child; with `helps` to one in which the operation that returns is possible. */
  #try(helps: boolean): "moved" | "ok" | "full" | "seen" {
    const walk = this.#walk;
    const frame = this.#depth * FRAME;
    const at = this.#depth * this.#size;
    const state = this.#nodes[at];
    const tried = this.#frames[frame + TRIED];
    const due = walk.problem.returns[walk.level];
    const count = walk.candidates(this.#nodes, at, this.#frames[frame + POINTLESS] === 1);
    // A question about a core leaves thousands of operations open: to look through them is work, too.
    if (walk.problem.watches && walk.open.length >= CROWD) {
      this.#budget.spend(walk.open.length >>> CROWD_SHARE);
    }
    for (let i = 0; i < count; i++) {
      const operation = walk.found[i];
      if (!helps && this.#isStrict && walk.problem.ret[operation] === NEVER) {
        this.#isNarrow = true;
        continue;
      }
      if (
        (tried >= 0 && walk.isBefore(operation, tried)) ||
        (helps && !walk.states.helps(state, operation, due))
      ) continue;
      const branches = walk.states.applyLazily(state, operation);
      for (let b = operation === tried ? this.#frames[frame + BRANCH] + 1 : 0; b < branches; b++) {
        const next = walk.states.results[b];
        if (walk.isInVain(this.#nodes, at, operation, next)) continue;
        const outcome = this.#descend(operation, b, next);
        if (outcome !== "seen") return outcome;
        // Reads were tried meanwhile, which overwrote the results.
        if (b + 1 < branches) walk.states.applyLazily(state, operation);
      }
    }
    return "seen";
  }

  /** Goes on without the operation that returns, which is optional; `seen` if that leads nowhere new. */
  #leave(): "moved" | "ok" | "full" | "seen" {
    this.#pushLeaving();
    return this.#enter();
  }

  /** A frame for what comes if the operation that returns is left behind. */
  #pushLeaving(): void {
    const at = this.#depth * this.#size;
    const nodes = this.#nodes;
    this.#frames[this.#depth * FRAME + TRIED] = LEAVING;
    for (let i = 0; i < this.#size; i++) nodes[at + this.#size + i] = nodes[at + i];
    this.#rewrite();
    this.#depth++;
    this.#frame(NOTHING, false);
    this.#walk.advance(nodes, at + this.#size);
  }

  /** Fills the top frame: the walk's level, the operation placed to get there, nothing tried. */
  #frame(operation: number, pointless: boolean): void {
    const frame = this.#depth * FRAME;
    this.#frames[frame] = this.#walk.level;
    this.#frames[frame + 1] = operation;
    this.#frames[frame + TRIED] = NOTHING;
    this.#frames[frame + BRANCH] = 0;
    this.#frames[frame + POINTLESS] = pointless ? 1 : 0;
    this.#frames[frame + ROUND] = 0;
  }

  /** Places an operation; `seen` if that leads nowhere new. */
  #descend(operation: number, branch: number, state: number): "moved" | "ok" | "full" | "seen" {
    const walk = this.#walk;
    const nodes = this.#nodes;
    const frame = this.#depth * FRAME;
    const at = this.#depth * this.#size;
    this.#frames[frame + TRIED] = operation;
    this.#frames[frame + BRANCH] = branch;
    const top = at + this.#size;
    this.#rewrite();
    this.#journal?.place(operation);
    const satisfied = walk.place(nodes, at, { nodes, at: top }, operation, state);
    if (walk.problem.watches) this.#outlook.sense(nodes[at]);
    this.#depth++;
    this.#frame(operation, walk.problem.effect[operation] === OVERWRITE && !satisfied);
    return this.#enter();
  }

  /** Makes the configuration just written the top frame, unless it is known or doomed. */
  #enter(): "moved" | "ok" | "full" | "seen" {
    const walk = this.#walk;
    this.idle++;
    this.#entered++;
    if (this.#arrive()) return "ok";
    if (!this.#allow(0)) return "full";
    const nodes = this.#nodes;
    const top = this.#depth * this.#size;
    if (walk.problem.watches) {
      if (this.idle <= LENIENT) return "moved";
      nodes[top] = walk.states.known(nodes[top]);
    }
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
    for (;;) {
      const at = this.#depth * this.#size;
      const frame = this.#depth * FRAME;
      const from = this.#frames[frame];
      let due = walk.level < this.#last ? walk.due(this.#nodes, at) : "owed";
      while (due === "settled") {
        walk.advance(this.#nodes, at);
        due = walk.level < this.#last ? walk.due(this.#nodes, at) : "owed";
      }
      this.#frames[frame] = walk.level;
      this.#frames[frame + WRITTEN] = this.#journal?.length ?? 0;
      // Rule (d) speaks of two decisions at one level.
      if (walk.level > from) this.#frames[frame + POINTLESS] = 0;
      if (walk.level > this.furthest) {
        this.furthest = walk.level;
        this.idle = 0;
      }
      if (walk.level === this.#last) return true;
      if (due !== "optional" || !this.#isAtFront || !this.#budget.goOn() || !this.#reserve()) return false;
      this.#entered++;
      this.#pushLeaving();
    }
  }

  /** Further than ever, all is new: what is optional is left behind at once, which is what would be done with it first. */
  get #isAtFront(): boolean {
    return this.idle === 0 && this.#walk.level === this.furthest && this.#walk.problem.watches;
  }

  /**
   * Makes room for one more frame; false if that does not fit into memory. To be asked before: where tens of thousands of answers were lost
   * a frame takes kilobytes, and frames that had doubled were seen to be too large when they had overrun the limit by half.
   */
  #reserve(): boolean {
    if ((this.#depth + 2) * this.#size > this.#nodes.length) {
      if (!this.#allow(this.#nodes.byteLength)) return false;
      this.#nodes = doubled(this.#nodes);
    }
    if ((this.#depth + 2) * FRAME > this.#frames.length) this.#frames = doubled(this.#frames);
    return true;
  }

  /** Whether so much more may be held. */
  #allow(more: number): boolean {
    if (!this.#budget.limitsMemory) return true;
    const { bytes, bytesAfterAdd } = this.#visited;
    return this.#budget.allow(this.bytes - bytes + bytesAfterAdd + this.#walk.states.bytes + more);
  }
}
