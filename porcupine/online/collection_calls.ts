import type { CollectionAction, ModelKind, Value } from "../types.ts";
import { OpenCalls } from "./open_calls.ts";
import type { Watched } from "./watched.ts";

/** As much of a collection's kind as is needed here. */
type Kind<Input, Output> = Pick<
  Extract<ModelKind<Input, Output>, { type: "set" | "queue" | "stack" }>,
  "view"
>;

/** A value that is put in, or was, by one operation. */
export interface PutIn<Input, Output> {
  readonly value: Value;
  readonly insert: Watched<Input, Output>;
  /** An answer says that it came out. */
  isOut: boolean;
}

/** What the answer to a request says. */
export type Told<Item> =
  | { readonly what: "nothing" }
  /** It did nothing, though somebody was answered the value that it was to put in. */
  | { readonly what: "illegal" }
  | { readonly what: "putIn"; readonly item: Item }
  /** With a value, with the word that there was none, or without having done anything. */
  | { readonly what: "takenOut"; readonly action: CollectionAction };

const UNKNOWN = { known: false } as const;

/**
 * The calls and answers of a collection into which every value is put once at most, as its watches take them in: what is open, and
 * what was put in, or is being put in, and no answer says came out.
 */
export class CollectionCalls<Input, Output, Item extends PutIn<Input, Output>> {
  readonly #kind: Kind<Input, Output>;
  readonly #makeItem: (value: Value, insert: Watched<Input, Output>) => Item;
  readonly #open = new OpenCalls<Input, Output>();
  /** What is in, and whose insertion is open or lost. */
  readonly #byValue = new Map<Value, Item>();
  readonly #inserting = new Map<Watched<Input, Output>, Item>();

  constructor(
    kind: Kind<Input, Output>,
    makeItem: (value: Value, insert: Watched<Input, Output>) => Item,
  ) {
    this.#kind = kind;
    this.#makeItem = makeItem;
  }

  /** The operations that are open, by call. */
  get open(): readonly Watched<Input, Output>[] {
    return this.#open.all;
  }

  /** The call of the oldest of them. */
  get oldest(): number {
    return this.#open.oldest;
  }

  /** What no answer says came out. */
  get items(): Iterable<Item> {
    return this.#byValue.values();
  }

  /** The insertions that are open. */
  get inserting(): Iterable<Watched<Input, Output>> {
    return this.#inserting.keys();
  }

  /** An operation is called. Answers what it may do; `undefined` if that is not to be understood: nothing has been done then. */
  call(watched: Watched<Input, Output>): "insert" | "removeAny" | "nothing" | undefined {
    const action = this.#kind.view(watched.input, UNKNOWN);
    switch (action?.op) {
      case "insert": {
        const { value } = action;
        // Two of one value, or a value that is unequal to itself: who took out which?
        if (this.#byValue.has(value) || Number.isNaN(value)) return undefined;
        const item = this.#makeItem(value, watched);
        this.#byValue.set(value, item);
        this.#inserting.set(watched, item);
        break;
      }
      case "removeAny":
      case "nothing":
        break;
      default:
        return undefined;
    }
    this.#open.add(watched);
    return action.op;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Told<Item> | undefined {
    const action = this.#kind.view(watched.input, watched.answer);
    const item = this.#inserting.get(watched);
    const asked = item !== undefined ? "insert" : this.#kind.view(watched.input, UNKNOWN)?.op;
    if (action === undefined || !isAnswerTo(asked, item?.value, action)) return undefined;
    this.#open.ended();
    if (item === undefined) return asked === "nothing" ? { what: "nothing" } : { what: "takenOut", action };
    this.#inserting.delete(watched);
    if (action.op !== "nothing") return { what: "putIn", item };
    if (item.isOut) return { what: "illegal" };
    this.#byValue.delete(item.value);
    return { what: "nothing" };
  }

  /** No answer will come. */
  lose(watched: Watched<Input, Output>): void {
    this.#open.ended();
    this.#inserting.delete(watched);
  }

  /** The value that somebody may be answered; `undefined` if it was never put in, or has come out. */
  find(value: Value): Item | undefined {
    return this.#byValue.get(value);
  }

  /** It has come out. */
  takeOut(item: Item): void {
    item.isOut = true;
    this.#byValue.delete(item.value);
  }
}

/** Whether an answer is one to what was asked: it may say that nothing was done. */
function isAnswerTo(
  asked: string | undefined,
  value: Value | undefined,
  action: CollectionAction,
): boolean {
  if (action.op === "nothing") return asked !== undefined;
  if (asked === "insert") return action.op === "insert" && action.value === value;
  return asked === "removeAny" && (action.op === "remove" || action.op === "removeEmpty");
}
