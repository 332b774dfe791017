/**
 * What a crash leaves of the changes that were not synced.
 * @module
 */

import type { Chance } from "./chance.ts";
import { type PendingChange, SECTOR_BYTES, type Survival } from "./file_image.ts";

/**
 * `drawn`: the seed chooses one of the others. `kept`: everything is there, as when only the process dies. `lost`: nothing.
 * `prefix`: the first few changes, the next one torn at any byte. `mixed`: any subset, each possibly torn at any byte or any
 * sector boundary.
 */
export type CrashLoss = "drawn" | "kept" | "lost" | "prefix" | "mixed";

const STYLE = 1;
const CUTOFF = 2;
const FATE = 3;
const TEAR = 4;
const NAME = 5;
const SECTOR = 100;

/** The decisions of one crash of one disk. */
export class CrashDecisions {
  readonly #chance: Chance;
  readonly #key: number;
  readonly #style: Exclude<CrashLoss, "drawn">;

  /** `key` must differ from disk to disk and from crash to crash. */
  constructor(chance: Chance, key: number, loss: CrashLoss) {
    this.#chance = chance;
    this.#key = key;
    this.#style = loss === "drawn" ? this.#drawStyle() : loss;
  }

  /** The style in force. */
  get style(): Exclude<CrashLoss, "drawn"> {
    return this.#style;
  }

  /** What happens to the change number `at` of `count` pending ones of a file. */
  survivalOf(file: number, at: number, count: number, change: PendingChange): Survival {
    switch (this.#style) {
      case "kept":
      case "lost":
        return { kind: this.#style };
      case "prefix": {
        const cutoff = this.#chance.below(count + 1, this.#key, file, CUTOFF);
        if (at !== cutoff) return { kind: at < cutoff ? "kept" : "lost" };
        return change.kind === "write" ? this.#cut(file, at, change.length) : { kind: "lost" };
      }
      case "mixed":
        return this.#mixed(file, at, change);
    }
  }

  /** Whether a change of names survives. */
  keepsName(change: number): boolean {
    if (this.#style === "kept" || this.#style === "lost") return this.#style === "kept";
    return this.#chance.unit(this.#key, change, NAME) < 0.5;
  }

  #drawStyle(): Exclude<CrashLoss, "drawn"> {
    const drawn = this.#chance.unit(this.#key, 0, STYLE);
    return drawn < 0.2 ? "kept" : drawn < 0.4 ? "lost" : drawn < 0.65 ? "prefix" : "mixed";
  }

  #mixed(file: number, at: number, change: PendingChange): Survival {
    const fate = this.#chance.unit(this.#key ^ file, at, FATE);
    if (fate < 0.3) return { kind: "kept" };
    if (fate < 0.6 || change.kind === "truncate") return { kind: "lost" };
    if (fate < 0.8) return this.#cut(file, at, change.length);
    return {
      kind: "sectors",
      keeps: (sector) => this.#chance.unit(this.#key ^ file, at, SECTOR + sector) < 0.5,
    };
  }

  #cut(file: number, at: number, length: number): Survival {
    return { kind: "prefix", bytes: this.#chance.below(length + 1, this.#key ^ file, at, TEAR) };
  }
}

/** How often crashes have done what to unsynced writes. */
export class CrashFates {
  /** Writes of which nothing is left. */
  lost = 0;
  /** Writes of which a part is left. */
  torn = 0;
  /** Writes that are left although one before them, to the same file, is not. */
  reordered = 0;
  #lostBefore = false;

  /**
   * The changes that follow are another file's.
   * @internal
   */
  nextFile(): void {
    this.#lostBefore = false;
  }

  /**
   * Counts what becomes of a change, and gives it on.
   * @internal
   */
  note(change: PendingChange, survival: Survival): Survival {
    if (change.kind !== "write" || change.length === 0) return survival;
    const kept = keptShare(change, survival);
    if (kept === 0) {
      this.lost++;
      this.#lostBefore = true;
    } else {
      if (kept < 1) this.torn++;
      if (this.#lostBefore) this.reordered++;
    }
    return survival;
  }
}

/** Which share of a write is left; sectors count alike. */
function keptShare(
  { offset, length }: PendingChange & { readonly kind: "write" },
  survival: Survival,
): number {
  switch (survival.kind) {
    case "lost":
      return 0;
    case "kept":
      return 1;
    case "prefix":
      return survival.bytes / length;
    case "sectors": {
      const first = Math.floor(offset / SECTOR_BYTES);
      const last = Math.floor((offset + length - 1) / SECTOR_BYTES);
      let kept = 0;
      for (let sector = first; sector <= last; sector++) if (survival.keeps(sector)) kept++;
      return kept / (last - first + 1);
    }
  }
}
