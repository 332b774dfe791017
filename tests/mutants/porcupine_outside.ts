/**
 * Planted bugs outside the checker's engine: files, command line, picture, weaker levels.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { porcupineFilesMutants } from "./porcupine_files.ts";
import { porcupineLevelsMutants } from "./porcupine_levels.ts";
import { porcupinePictureMutants } from "./porcupine_picture.ts";

/** All of them. */
export const porcupineOutsideMutants: readonly Mutant[] = [
  ...porcupineFilesMutants,
  ...porcupinePictureMutants,
  ...porcupineLevelsMutants,
];
