import { NEVER } from "../history.ts";
import type { Watched } from "./watched.ts";

/** A text that the object had: what made it of the one before, and who read it. */
export interface Level<Input, Output> {
  /** `undefined`: the empty text, which was there before everything. */
  readonly maker: Watched<Input, Output> | undefined;
  /** The length of the text. */
  readonly end: number;
  /** Of the reads: the one that returned first, and the one called last. */
  firstRead: Watched<Input, Output> | undefined;
  lastRead: Watched<Input, Output> | undefined;
}

/** Something with a zone: it reaches from a first return to a last call, or back. */
export interface Zone<Input, Output> {
  /** The first return; `NEVER` while there is no answer that needs it. */
  from: number;
  /** The last call. */
  to: number;
  /** `block`: texts that continue one another; `append`: one that nobody has seen. */
  readonly what: "block" | "append";
  /** The operations that are kept for it. */
  operations(): Iterable<Watched<Input, Output>>;
}

/** A put, the appends that were seen after it, and the reads between them. */
export class Block<Input, Output> implements Zone<Input, Output> {
  readonly what = "block";
  from = NEVER;
  to: number;
  /** The longest text that was read. */
  text: string;
  readonly levels: Level<Input, Output>[] = [];
  /** `undefined`: the initial block. */
  readonly put: Watched<Input, Output> | undefined;

  constructor(put: Watched<Input, Output> | undefined, text: string) {
    this.put = put;
    this.text = text;
    this.to = put?.call ?? -1;
    this.levels.push(levelOf(put, text.length));
  }

  *operations(): Generator<Watched<Input, Output>> {
    for (const { maker, firstRead, lastRead } of this.levels) {
      for (const watched of [maker, firstRead, lastRead]) if (watched !== undefined) yield watched;
    }
  }

  /** The level of a text that is a beginning of this one; -1 if it ends within a token. */
  levelOf(length: number): number {
    let at = this.levels.length - 1;
    while (at >= 0 && this.levels[at].end > length) at--;
    return at >= 0 && this.levels[at].end === length ? at : -1;
  }

  /** One more token was seen; false if its append had returned when something before it in the text was called. */
  extend(maker: Watched<Input, Output>, end: number): boolean {
    // `to` is the last call of all that is known to come before.
    if (maker.ret < this.to) return false;
    this.to = Math.max(this.to, maker.call);
    this.from = Math.min(this.from, maker.ret);
    this.levels.push(levelOf(maker, end));
    return true;
  }

  /** A read saw a text of the block; false if the next text had been made, or read, when it was called. */
  read(watched: Watched<Input, Output>, at: number): boolean {
    const { call, ret } = watched;
    for (let later = at + 1; later < this.levels.length; later++) {
      const { maker, firstRead } = this.levels[later];
      if ((maker?.ret ?? NEVER) < call || (firstRead?.ret ?? NEVER) < call) return false;
    }
    const level = this.levels[at];
    level.firstRead ??= watched;
    if (call > (level.lastRead?.call ?? -1)) level.lastRead = watched;
    this.from = Math.min(this.from, ret);
    this.to = Math.max(this.to, call);
    return true;
  }
}

function levelOf<Input, Output>(
  maker: Watched<Input, Output> | undefined,
  end: number,
): Level<Input, Output> {
  return { maker, end, firstRead: undefined, lastRead: undefined };
}

/** Something that was put or appended; an append that nobody has seen is a zone by itself once it has returned. */
export class Token<Input, Output> implements Zone<Input, Output> {
  readonly what = "append";
  readonly text: string;
  readonly watched: Watched<Input, Output>;
  /** The block that a put begins; of an append the one in which it was seen. */
  block: Block<Input, Output> | undefined;

  constructor(text: string, watched: Watched<Input, Output>, block: Block<Input, Output> | undefined) {
    this.text = text;
    this.watched = watched;
    this.block = block;
  }

  get isPut(): boolean {
    return this.block?.put === this.watched;
  }

  get from(): number {
    return this.watched.ret;
  }

  get to(): number {
    return this.watched.call;
  }

  operations(): Iterable<Watched<Input, Output>> {
    return [this.watched];
  }
}
