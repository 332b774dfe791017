/**
 * Planted bugs outside the checker's engine: files, the door, command line, picture, weaker levels.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { porcupineCommandMutants } from "./porcupine_command.ts";
import { porcupineDoorMutants } from "./porcupine_door.ts";
import { porcupineDrawnMutants } from "./porcupine_drawn.ts";
import { porcupineFilesMutants } from "./porcupine_files.ts";
import { porcupineLevelsMutants } from "./porcupine_levels.ts";
import { porcupineModelMutants } from "./porcupine_models.ts";
import { porcupinePictureMutants } from "./porcupine_picture.ts";
import { porcupineReadingMutants } from "./porcupine_reading.ts";
import { porcupineWrittenMutants } from "./porcupine_written.ts";

/** All of them. */
export const porcupineOutsideMutants: readonly Mutant[] = [
  ...porcupineFilesMutants,
  ...porcupineWrittenMutants,
  ...porcupineCommandMutants,
  ...porcupineReadingMutants,
  ...porcupineDoorMutants,
  ...porcupineModelMutants,
  ...porcupinePictureMutants,
  ...porcupineLevelsMutants,
  ...porcupineDrawnMutants,
];
