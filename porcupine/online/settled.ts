import type { Answer, ModelKind } from "../types.ts";
import type { Watched } from "./watched.ts";

/** As much of a view as is needed here, whatever its kind. */
type View<Input, Output> = (input: Input, answer: Answer<Output>) => { readonly op: string } | undefined;

const UNKNOWN = { known: false } as const;

/** What says by itself what an object holds afterwards, whatever it held before: the value written, or nothing at all. */
const TELLING: ReadonlyMap<string, string> = new Map([
  ["register", "write"],
  ["text", "put"],
  ["queue", "removeEmpty"],
  ["stack", "removeEmpty"],
  ["priorityQueue", "removeEmpty"],
]);

/**
 * When an object that is searched is in one state for certain, told by its operations alone: nothing is open, and the last
 * operation that may have changed it (`last`) was alone among those - none that may change it was open when it was called, and
 * none was called before it returned - and says what it left behind. All that was asked before has returned or has been
 * overwritten, so that it forbids and allows nothing any more: whatever comes is possible after the whole past exactly if it
 * is after `last` alone. An operation that was lost may still change the object at any time: from then on nobody is alone.
 */
export class Settled<Input, Output> {
  readonly #view: View<Input, Output>;
  readonly #telling: string;
  #open = 0;
  /** How many of those that may change the object are open, or lost. */
  #changing = 0;
  /** The one called last, if it has been alone so far. */
  #alone: Watched<Input, Output> | undefined;
  #last: Watched<Input, Output> | undefined;

  private constructor(view: View<Input, Output>, telling: string) {
    this.#view = view;
    this.#telling = telling;
  }

  /** From some open and lost operations on; `undefined` for a kind of which no operation tells so much. */
  static of<Input, Output>(
    kind: ModelKind<Input, Output>,
    unanswered: Iterable<Watched<Input, Output>>,
  ): Settled<Input, Output> | undefined {
    const telling = TELLING.get(kind.type);
    if (telling === undefined) return undefined;
    const settled = new Settled<Input, Output>((input, answer) => kind.view(input, answer), telling);
    for (const watched of unanswered) {
      settled.called(watched);
      if (watched.status === "lost") settled.lost();
    }
    // Of those that have returned nothing is known here: one of them may have been called while this one was open.
    settled.#alone = undefined;
    return settled;
  }

  /** An operation is called. */
  called(watched: Watched<Input, Output>): void {
    this.#open++;
    if (this.#isLook(watched)) return;
    this.#alone = this.#changing++ === 0 ? watched : undefined;
    this.#last = undefined;
  }

  /** An operation has got its answer. Answers the one that tells the state, if it is certain now. */
  answered(watched: Watched<Input, Output>): Watched<Input, Output> | undefined {
    this.#open--;
    const op = this.#view(watched.input, watched.answer)?.op;
    if (!this.#isLook(watched)) {
      this.#changing--;
      if (watched === this.#alone && op === this.#telling) this.#last = watched;
    } else if (op !== "read" && op !== "get" && op !== "nothing") {
      // A view that now says otherwise is not relied upon.
      this.#alone = this.#last = undefined;
    }
    return this.#open === 0 ? this.#last : undefined;
  }

  /** An operation will never be answered. */
  lost(): void {
    this.#open--;
  }

  /** Whether an operation changes nothing, whatever it is answered. */
  #isLook({ input }: Watched<Input, Output>): boolean {
    return this.#view(input, UNKNOWN)?.op === "nothing";
  }
}
