import { Buckets } from "../fast/numbers.ts";
import type { Questions } from "../parts.ts";
import type { ModelKind } from "../types.ts";

type VersionedKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "versioned" }>;

/**
 * Which puts of a versioned value can matter although their answers are not believed: of those that name one version the one
 * called first, and the one called first of those with the value that a believed answer saw it replaced by; and only of
 * versions up to the highest that a believed answer speaks of. (Puts that are believed are another matter: they stay.)
 *
 * *Claim*: the others can be left out. *Proof*: take an order in which one of them makes a version. Let `h` be the highest version
 * that a believed answer speaks of.
 *
 * - If it makes a version above `h + 1`: leave out all that make such versions. What is believed stays possible: a put that was
 *   refused needs some other version than the one it names, and `h + 1` serves as well as later ones.
 * - Otherwise let the put called first (of those with the value that was seen, if one was) take its place. That put names the same
 *   version, so it made none where it stood, and can be taken from there. It was called no later, nothing says when it returned,
 *   and the value that it brings is the same, or is not seen.
 */
export class VersionMakers<Input, Output> {
  readonly #kind: VersionedKind<Input, Output>;
  readonly #questions: Questions<Input, Output>;
  /** Operations by the version that they may replace, each by call. */
  readonly #naming: Buckets;
  readonly #versions: number;

  private constructor(
    kind: VersionedKind<Input, Output>,
    questions: Questions<Input, Output>,
    naming: Int32Array,
  ) {
    this.#kind = kind;
    this.#questions = questions;
    this.#versions = questions.count + 1;
    this.#naming = new Buckets(naming, this.#versions);
  }

  /** Looks at some operations of a partition, ascending; `undefined` if one does not fit the kind. */
  static of<Input, Output>(
    kind: VersionedKind<Input, Output>,
    questions: Questions<Input, Output>,
    others: readonly number[],
  ): VersionMakers<Input, Output> | undefined {
    const naming = new Int32Array(questions.count).fill(-1);
    for (const k of others) {
      const action = kind.view(questions.input(k), { known: false });
      if (action === undefined) return undefined;
      // Of a version that is no number of changes there can be nothing to replace.
      if (action.op === "put" && isVersion(action.version, questions.count + 1)) naming[k] = action.version;
    }
    return new VersionMakers(kind, questions, naming);
  }

  /** The operations that matter if these answers are believed, ascending; `undefined`: all may. */
  neededBy(believed: readonly number[]): readonly number[] | undefined {
    const members = new Set(believed);
    const needed = new Set<number>();
    let highest = -1;
    for (const k of members) {
      const action = this.#kind.view(this.#questions.input(k), this.#questions.answer(k));
      if (action === undefined) return undefined;
      if (action.op === "nothing" || !isVersion(action.version, this.#versions)) continue;
      highest = Math.max(highest, action.version);
      if (action.op === "get" && action.version > 0) {
        const { value } = action;
        this.#add(needed, action.version - 1, (k) => !members.has(k) && this.#stored(k) === value);
      }
    }
    for (let version = 0; version <= highest; version++) this.#add(needed, version, (k) => !members.has(k));
    return [...needed].sort((a, b) => a - b);
  }

  /** Adds the first of those that name a version and fit. */
  #add(needed: Set<number>, version: number, fits: (k: number) => boolean): void {
    const end = this.#naming.end(version);
    for (let i = this.#naming.start(version); i < end; i++) {
      if (!fits(this.#naming.items[i])) continue;
      needed.add(this.#naming.items[i]);
      return;
    }
  }

  #stored(k: number): string | undefined {
    const action = this.#kind.view(this.#questions.input(k), { known: false });
    return action?.op === "put" ? action.value : undefined;
  }
}

function isVersion(version: number, limit: number): boolean {
  return Number.isSafeInteger(version) && version >= 0 && version < limit;
}
