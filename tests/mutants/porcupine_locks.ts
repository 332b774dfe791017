/**
 * Planted bugs for locks with tokens on line: which changes there must have been, who made them, and what is forgotten.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const WATCH = "porcupine/online/lock_watch.ts";
const CHANGES = "porcupine/online/lock_changes.ts";
const REQUESTS = "porcupine/online/lock_requests.ts";
const LOCKS = "test -A --no-check tests/porcupine/online_lock_test.ts -- --times 5";

const LEAP_WATCH = "porcupine/online/leap_watch.ts";
const LEAP_CHAIN = "porcupine/online/leap_chain.ts";
const LEAPS = "test -A --no-check tests/porcupine/online_leaps_test.ts -- --times 5";

/** These mutants. */
export const porcupineLockMutants: readonly Mutant[] = [
  {
    id: "PC-locks-held",
    title: "Who found a lock held is believed although it was free since before he asked",
    source: "on-line checker: an answer asks for what was there between its call and its return",
    file: WATCH,
    anchor: "return isHeld || lastAt > watched.call ||",
    replacement: "return isHeld || lastAt >= 0 * watched.call ||",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-refused",
    title: "Who names the holder's token is refused, and nobody has released it",
    source: "on-line checker: an answer asks for what was there between its call and its return",
    file: WATCH,
    anchor: "count !== 2 * action.token - 1) return true;\n        return lastAt > watched.call ||",
    replacement: "count !== 2 * action.token - 1) return true;\n        return lastAt >= 0 * watched.call ||",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-claim",
    title: "Who is given a token has taken the lock before he asked for it",
    source: "on-line checker: a change is made by one who was called before it",
    file: CHANGES,
    anchor: "if (at < 0 || this.#unmade[at].at < maker.call) return false;",
    replacement: "if (at < 0) return false;",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-makers",
    title: "A lock is held by nobody who could have asked for it",
    source: "on-line checker: each change without a known maker needs an operation without an answer",
    file: WATCH,
    anchor: "this.#explain(watched, action) && this.#areMade()",
    replacement: "this.#explain(watched, action)",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-two",
    title: "One acquisition without an answer has taken the lock twice",
    source: "on-line checker: acquisitions find a change each",
    file: WATCH,
    anchor: "this.#acquires.callOf(acquired++)",
    replacement: "this.#acquires.callOf(0 * acquired++)",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-late",
    title: "A change was made by one who was called after it",
    source: "on-line checker: makers are called before their changes",
    file: WATCH,
    anchor: "if (call <= at) continue;",
    replacement: "if (call <= at || call !== NEVER) continue;",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-spent",
    title: "A lost acquisition that has taken the lock takes it again",
    source: "on-line checker: who made a change that is forgotten is forgotten with it",
    file: WATCH,
    anchor: "if (number % 2 === 1) this.#acquires.spend();",
    replacement: "if (number < 0) this.#acquires.spend();",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-settled",
    title: "A change is settled although who made it is open, and may say that he did not",
    source: "on-line checker: only lost makers remain what they are",
    file: CHANGES,
    anchor: "unmade[0].at < oldest",
    replacement: "unmade[0].at < oldest + 8",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-hanging",
    title: "A release that hangs keeps all that comes after it",
    source: "on-line checker: memory is bounded by what can still happen",
    file: CHANGES,
    anchor: "return change.number % 2 === 1 && this.#unmade.includes(change);",
    replacement: "return this.#unmade.includes(change);",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-missing",
    title: "Who is refused a release that nobody else can have made is told of as if that were possible",
    source: "on-line checker: what is told of an impossible answer is impossible by itself",
    file: WATCH,
    anchor: "if (!isAcquisition) this.#missing = change;",
    replacement: "",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-over",
    title: "A lost release is forgotten although it is the one that released the lock",
    source: "on-line checker: a lost release is over when its token was released by others, or it is spent",
    file: WATCH,
    anchor: "2 * token <= count && !this.#changes.isUnmade(2 * token)",
    replacement: "2 * token <= count",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-keep",
    title: "Lost releases of tokens long gone are kept",
    source: "on-line checker: memory is bounded by what can still happen",
    file: REQUESTS,
    anchor: "if (this.#lost.length > 0) this.#lost =",
    replacement: "if (this.#lost.length > 1e9) this.#lost =",
    killedBy: LOCKS,
  },
  {
    id: "PC-locks-text",
    title: "A token that is a text is taken for the number that it spells",
    source: "slips: from JavaScript a token may be anything",
    file: WATCH,
    anchor: "return Number.isSafeInteger(token) && Number(token) >= 1;",
    replacement: "return Number.isSafeInteger(Number(token)) && Number(token) >= 1;",
    killedBy: LOCKS,
  },
  {
    id: "PC-leaps-between",
    title: "A token is given out though one between it and the last one is named, and the watch goes on",
    source:
      "on-line checker: the changes of a lock are known where nobody has named a token between two others",
    file: LEAP_WATCH,
    anchor: "return isToken(action.token) && !this.#releases.isNamed(token, action.token);",
    replacement: "return isToken(action.token);",
    killedBy: LEAPS,
  },
  {
    id: "PC-leaps-refused",
    title: "A refused release does not say which token the holder has not",
    source: "on-line checker: who holds a lock without having told his token has none that was refused",
    file: LEAP_WATCH,
    anchor: "lastAt < watched.call);\n  }",
    replacement: "lastAt < 0 * watched.call);\n  }",
    killedBy: LEAPS,
  },
  {
    id: "PC-leaps-claim",
    title: "Who is given a token has taken the lock before he asked for it",
    source: "on-line checker: a change is made by one who was called before it",
    file: LEAP_CHAIN,
    anchor: "if (at < 0 || unmade[at].at < maker.call) return false;",
    replacement: "if (at < 0) return false;",
    killedBy: LEAPS,
  },
  {
    id: "PC-leaps-makers",
    title: "A lock is held by nobody who could have asked for it",
    source: "on-line checker: each change without a known maker needs an operation without an answer",
    file: LEAP_WATCH,
    anchor: "this.#explain(watched, action) && this.#areMade()",
    replacement: "this.#explain(watched, action)",
    killedBy: LEAPS,
  },
  {
    id: "PC-leaps-last",
    title: "What the lock was before its last change is forgotten though somebody open has seen it",
    source: "on-line checker: of the last change it matters whether it came after the call of who is open",
    file: LEAP_CHAIN,
    anchor: "const last = this.lastAt < oldest ? kept.length : kept.length - 1;",
    replacement: "const last = kept.length;",
    killedBy: LEAPS,
  },
  {
    id: "PC-leaps-certain",
    title: "A change that a lost release made is kept, and the release is not",
    source: "on-line checker: what is certain is forgotten together with who made it",
    file: LEAP_CHAIN,
    anchor: "const last = this.lastAt < oldest ? kept.length : kept.length - 1;",
    replacement: "const last = kept.length - 1;",
    killedBy: LEAPS,
  },
];
