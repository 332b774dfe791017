import { type Names, requireNames } from "../require/names.ts";
import { PorcupineError } from "../types.ts";
import { visible } from "../visible.ts";
import type { SceneNote } from "./facts.ts";
import type { Annotation } from "./options.ts";

const NAMES: Names<Annotation> = {
  lane: true,
  at: true,
  until: true,
  text: true,
  detail: true,
  colour: true,
};

/**
 * What the page shows of what happened beside the operations. Throws a {@linkcode PorcupineError} on an annotation that lacks its
 * lane, its text or a time, or has a field that nobody knows: an `end` that is passed by would make of a long fault an instant.
 */
export function notesOf(annotations: readonly Annotation[]): SceneNote[] {
  return annotations.map((annotation, i) => {
    const name = `annotation ${i}`;
    requireNames(name, annotation, NAMES);
    const { lane, at, until = at, text, detail = "", colour = "" } = annotation;
    if ([lane, text, detail, colour].some((one) => typeof one !== "string")) {
      throw new PorcupineError("unknown-option", `${name} lacks its words; give it a lane and a text`);
    }
    // JSON would make null of it, and the page 0.
    if (![at, until].every(Number.isFinite)) {
      throw new PorcupineError("bad-time", `${name} is at ${at}, until ${until}; give finite numbers`);
    }
    return { lane: visible(lane), at, until, text: visible(text), detail: visible(detail), colour };
  });
}
