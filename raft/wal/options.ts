/**
 * How a write-ahead log is opened.
 * @module
 */

import type { Disk } from "../../runtime/disk.ts";
import type { Random } from "../../runtime/random.ts";
import type { NodeId } from "../types.ts";

/** How a write-ahead log is opened. */
export interface WalOptions {
  /** Where the log is kept. */
  readonly disk: Disk;
  /** The log's own folder on `disk`; nobody else writes to it. `""` for the disk's top. */
  readonly folder: string;
  /** The member it belongs to. A folder of another member is refused. */
  readonly member: NodeId;
  /** Draws the incarnation and the files' salts. Must differ from start to start: see {@linkcode Recovered.incarnation}. */
  readonly random: Random;
  /**
   * What an empty folder means. `format`: the member is new, and votes. `amnesiac`: it has run before, so its disk was lost; it
   * may have voted or acknowledged what it no longer knows of, and never votes again under this name.
   */
  readonly whenEmpty: "format" | "amnesiac";
  /** A log is not rewritten before it has grown to this. @default {65536} */
  readonly rewriteBytes?: number;
  /**
   * Room is made for this much at a time: writing into room that is there already needs one flush of the disk instead of two.
   * @default {65536}
   */
  readonly roomBytes?: number;
  /** More room is made in the background once less than this is left, so that no write waits for it. @default {0, never} */
  readonly aheadBytes?: number;
}
