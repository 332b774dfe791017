/**
 * Patches that look like bugs and are none: nothing that can happen shows the difference.
 *
 * They are listed so that nobody plants them again and wonders, and so that whoever changes what the argument leans on
 * finds out that the line is needed after all.
 * @module
 */

/** A patch that changes nothing that anybody could observe. */
export interface Equivalent {
  /** What the patch would do, as a sentence. */
  readonly title: string;
  /** The file that would be patched. */
  readonly file: string;
  /** The text that would go; it occurs exactly once in the file. */
  readonly anchor: string;
  /** Why it makes no difference. */
  readonly why: string;
}

/** All that are known. */
export const EQUIVALENTS: readonly Equivalent[] = [
  {
    title: "Cutting the log leaves the marks of writes under way as they are",
    file: "raft/core/log.ts",
    anchor: "    if (mark.lastIndex >= from) mark.lastIndex = from - 1;\n",
    why:
      "a leader sends entries only to a follower that has answered it, the answer waits for the follower's term on its " +
      "disk, and writes go down in order: what is cut was down before (the explorer, every disk late, reaches no state " +
      "in which a log is cut under a write of entries); it guards against a leader that sends entries unasked",
  },
  {
    title: "A vote's term is not compared again by the candidate",
    file: "raft/core/election.ts",
    anchor: 'core.role.type !== "candidate" || reply.term !== core.term) return;',
    why: "the reducer drops replies of older terms and enters later ones before the chapter sees them",
  },
  {
    title: "To go back to another way of making up a sum is not preceded by a look whether there is one",
    file: "porcupine/fast/selections.ts",
    anchor: "if (this.#behind[i + 1].has(this.#left)) ",
    why:
      "whoever goes on from there looks for it at once, and goes back in turn: only the calls stand deeper in one another",
  },
  {
    title: "What makes the next version is looked for beyond the last version that there is room for",
    file: "porcupine/fast/versions.ts",
    anchor: "if (version + 1 < this.#evidence.limit) ",
    why:
      "each version takes an operation of its own that made it, so that no more than there are operations are reached, and " +
      "there is room for two more",
  },
];
