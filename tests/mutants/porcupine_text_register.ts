/**
 * Planted bugs where texts that are only put are judged as registers.
 *
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const REGISTER = "a text to which nothing is appended is a register";
const TEST = "tests/porcupine/text_register_test.ts";

/** All of them. */
export const porcupineTextRegisterMutants: readonly Mutant[] = [
  ...rows("porcupine/decide.ts", TEST, [[
    "PX-text-searched",
    "Texts that begin one another, or are put twice, are searched",
    REGISTER,
    "    if (found !== undefined) return found;",
    "    return found;",
  ]]),
  ...rows("porcupine/fast/text_register.ts", TEST, [[
    "PX-text-appended",
    "What is appended to a text replaces it",
    REGISTER,
    'case "append":\n          return undefined;',
    'case "append":\n          return { op: "write", value: action.value };',
  ], [
    "PX-text-empty",
    "A register that is a text begins empty, whatever the text does",
    REGISTER,
    "    initial,\n    view(input, answer)",
    '    initial: "",\n    view(input, answer)',
  ], [
    "PX-text-told",
    "Why texts that are only put are impossible is asked of texts",
    REGISTER,
    'if (kind?.type !== "text") return model;',
    'if (kind?.type !== "register") return model;',
  ]]),
  ...rows("porcupine/online/succession.ts", TEST, [[
    "PX-text-succession",
    "On line, texts that are only put are searched for by their steps as soon as one repeats",
    REGISTER,
    'if (kind?.type !== "text" || fast.hasAppends) return undefined;',
    "if (fast.size >= 0) return undefined;",
  ]]),
];
