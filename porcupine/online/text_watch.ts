import { beginsWith } from "../begins.ts";
import { NEVER } from "../history.ts";
import type { Model, ModelKind, TextAction } from "../types.ts";
import { beginningIn, type Past } from "./beginning.ts";
import type { FastWatch } from "./fast_watch.ts";
import { OpenCalls } from "./open_calls.ts";
import { Block, Token, type Zone } from "./text_blocks.ts";
import { byCall, type Standing, type Watched } from "./watched.ts";
import { isClear, stateAfter, withoutPast } from "./zones.ts";

type TextKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "text" }>;

const UNKNOWN = { known: false } as const;

/** So many answers, at least, before what is past is looked for again. */
const LEAST_SWEEP = 16;

/**
 * A text that is put, appended to and read, while it happens, as long as every token is written once, and all end with one
 * character that stands nowhere else in them (or nothing is appended): the blocks of `fast/text.ts`, kept up to date.
 *
 * A read names all the operations that made its text, in their order. Those that begin with one put are a *block*, the texts
 * of which are made one after the other: a token stands where it was seen if nothing before it was called after its append
 * returned, and a text may be read until the next one was made or read. So each answer is compared with what is known of the
 * block. Blocks are zones, as the values of `ValueWatch` are, and clash like those; an append that nobody has seen is a
 * zone by itself once it has returned, until a read shows in which block it is: then it takes part in that one.
 *
 * *What is forgotten.* As in `ValueWatch`: with `m` the first call among the open operations, what begins before the end of a
 * block `d` that began before `m` is over. For an append `a` that nobody has seen: who sees it in `d` from now on says that it
 * came after something that was called after it returned; in a block `g` that it clashes with, `g` began before a's call,
 * hence before the end of `d`, so that `g` is over, too. Such an append itself puts an end to nothing, as it may belong to
 * whatever it clashes with.
 */
export class TextWatch<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #kind: TextKind<Input, Output>;
  readonly #open = new OpenCalls<Input, Output>();
  readonly #tokens = new Map<string, Token<Input, Output>>();
  readonly #writing = new Map<Watched<Input, Output>, Token<Input, Output>>();
  readonly #initial: Block<Input, Output>;
  #initialIsOver = false;
  /** Blocks that were read or put for certain, and appends that have returned and that nobody has seen. */
  #zones: Zone<Input, Output>[] = [];
  #dueIn = LEAST_SWEEP;
  /** The character with which all tokens end; `undefined`: none was written yet. */
  #end: string | undefined = undefined;
  /** Whether all of them do: only then may something be appended. */
  #isCut = true;
  #hasAppends = false;
  /** The put of a block that is over. */
  #past: Watched<Input, Output> | undefined = undefined;

  /** Nothing has happened yet: the text is empty. */
  constructor(model: Model<State, Input, Output>, kind: TextKind<Input, Output>) {
    this.#model = model;
    this.#kind = kind;
    this.#initial = new Block<Input, Output>(undefined, "");
    this.#initial.from = -1;
    this.#zones.push(this.#initial);
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = new Set(this.#open.all);
    for (const zone of this.#zones) for (const watched of zone.operations()) kept.add(watched);
    for (const { watched } of this.#tokens.values()) kept.add(watched);
    return [...kept].sort(byCall);
  }

  /** The state before everything that is kept. */
  get states(): readonly State[] {
    return [this.#base()];
  }

  /** An operation is called; false if that is not to be understood here. */
  call(watched: Watched<Input, Output>): boolean {
    const action = this.#kind.view(watched.input, UNKNOWN);
    if (action === undefined || action.op === "get") return false;
    if (action.op !== "nothing") {
      const { op, value } = action;
      if (value === "" || this.#tokens.has(value)) return false;
      const isCut = this.#isCut && value.indexOf(this.#end ?? value[value.length - 1]) === value.length - 1;
      if (!isCut && (this.#hasAppends || op === "append")) return false;
      this.#isCut = isCut;
      this.#hasAppends ||= op === "append";
      this.#end ??= value[value.length - 1];
      const token = new Token(value, watched, op === "put" ? new Block(watched, value) : undefined);
      this.#tokens.set(value, token);
      this.#writing.set(watched, token);
    }
    this.#open.add(watched);
    return true;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood here: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    const action = this.#kind.view(watched.input, watched.answer);
    if (action === undefined) return undefined;
    const token = this.#writing.get(watched);
    if (token !== undefined) {
      if (!isAnswerTo(token, action)) return undefined;
    } else if (
      action.op !== "nothing" &&
      (action.op !== "get" || this.#kind.view(watched.input, UNKNOWN)?.op !== "nothing")
    ) return undefined;
    this.#open.ended();
    this.#writing.delete(watched);
    if (
      token !== undefined
        ? !this.#wrote(token, action)
        : action.op === "get" && !this.#read(watched, action.value)
    ) {
      return "illegal";
    }
    if (--this.#dueIn <= 0) this.#forget();
    return "ok";
  }

  /** An operation that was called will never be answered. */
  lose(watched: Watched<Input, Output>): void {
    this.#open.ended();
    this.#writing.delete(watched);
  }

  /** What is kept, as the past of a search: see `ValueWatch.past`. */
  past(): Past<State, Input, Output>[] {
    return [{ start: beginningIn(this.#base()), operations: this.operations }];
  }

  /** Whether something was appended: otherwise it is a register. */
  get hasAppends(): boolean {
    return this.#hasAppends;
  }

  /** As long as nothing was appended, the text that `past` begins with. */
  get beginning(): string {
    const past = this.#initialIsOver ? this.#past : undefined;
    const action = past && this.#kind.view(past.input, UNKNOWN);
    return action?.op === "put" ? action.value : "";
  }

  /** A put or an append has returned; false if that cannot be. */
  #wrote(token: Token<Input, Output>, action: TextAction): boolean {
    const { block, watched } = token;
    if (action.op === "nothing") {
      // It did not take place. Whoever has seen it is wrong.
      const isSeen = block !== undefined && (!token.isPut || block.from !== NEVER);
      return !isSeen && this.#tokens.delete(token.text);
    }
    const isNew = (block?.from ?? NEVER) === NEVER;
    if (block !== undefined) block.from = Math.min(block.from, watched.ret);
    const zone = block ?? token;
    if (isNew) this.#zones.push(zone);
    return !isNew || isClear(this.#zones, zone);
  }

  /** A read has returned; false if that cannot be. */
  #read(watched: Watched<Input, Output>, text: string): boolean {
    const block = this.#blockOf(text);
    if (block === undefined) return false;
    const isNew = block.from === NEVER;
    const { from, to } = block;
    if (text.length > block.text.length ? !this.#extend(block, text) : !beginsWith(block.text, text)) {
      return false;
    }
    const level = block.levelOf(text.length);
    if (level < 0 || !block.read(watched, level)) return false;
    if (isNew) this.#zones.push(block);
    return (block.from === from && block.to === to) || isClear(this.#zones, block);
  }

  /** The block that a text belongs to. */
  #blockOf(text: string): Block<Input, Output> | undefined {
    if (text === "") return this.#initialIsOver ? undefined : this.#initial;
    const whole = this.#tokens.get(text);
    const head = whole ?? (this.#isCut ? this.#tokens.get(text.slice(0, this.#endFrom(text, 0))) : undefined);
    if (head === undefined) return undefined;
    if (head.isPut) return head.block;
    return this.#initialIsOver ? undefined : this.#initial;
  }

  #endFrom(text: string, at: number): number {
    return text.indexOf(this.#end ?? "", at) + 1;
  }

  /** Takes in what a longer text of a block shows; false if that cannot be. */
  #extend(block: Block<Input, Output>, text: string): boolean {
    if (!beginsWith(text, block.text) || !this.#isCut) return false;
    let hasReturned = false;
    for (let at = block.text.length; at < text.length;) {
      const end = this.#endFrom(text, at);
      const token = end === 0 ? undefined : this.#tokens.get(text.slice(at, end));
      // Nobody wrote it, or it stands somewhere already.
      if (token === undefined || token.block !== undefined || !block.extend(token.watched, end)) return false;
      token.block = block;
      hasReturned ||= token.watched.ret !== NEVER;
      at = end;
    }
    block.text = text;
    if (hasReturned) {
      this.#zones = this.#zones.filter((zone) => !(zone instanceof Token) || zone.block === undefined);
    }
    return true;
  }

  /** Forgets what is over. */
  #forget(): void {
    this.#zones = withoutPast(this.#zones, {
      oldest: this.#open.oldest,
      covers: ({ what }) => what !== "append",
      drop: (zone) => this.#drop(zone),
    });
    this.#dueIn = Math.max(LEAST_SWEEP, this.#zones.length);
  }

  #drop(zone: Zone<Input, Output>): void {
    if (zone instanceof Token) {
      this.#tokens.delete(zone.text);
      return;
    }
    if (!(zone instanceof Block)) return;
    if (zone === this.#initial) this.#initialIsOver = true;
    else this.#past = zone.put;
    let at = 0;
    for (const { end } of zone.levels) {
      this.#tokens.delete(zone.text.slice(at, end));
      at = end;
    }
  }

  /** A state that is past, or the initial one. */
  #base(): State {
    return stateAfter(this.#model, this.#initialIsOver ? this.#past : undefined);
  }
}

/** Whether an answer is one to what was asked: it may say that nothing was done. */
function isAnswerTo<Input, Output>(token: Token<Input, Output>, action: TextAction): boolean {
  if (action.op === "nothing") return true;
  return action.op === (token.isPut ? "put" : "append") && action.value === token.text;
}
