import { PorcupineError } from "../types.ts";

const PARTS = ["model", "input", "output", "recordInput", "recordOutput"] as const;

/** Refuses what is no codec, from plain JavaScript: a model in its place is the likeliest. */
export function requireCodec(codec: unknown): void {
  if (typeof codec !== "object" || codec === null) {
    const what = typeof codec === "function" ? "a function" : `${codec}`;
    throw refused(`the codec is ${what}`);
  }
  const missing = PARTS.find((part) => typeof Reflect.get(codec, part) !== "function");
  if (missing !== undefined) throw refused(`the codec has no function ${missing}`);
}

function refused(what: string): PorcupineError {
  return new PorcupineError("model-mismatch", `${what}; give one, such as kvCodec, or one of your own`);
}
