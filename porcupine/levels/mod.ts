/**
 * What a history that is not linearizable still is.
 *
 * @module
 */
export { checkLevels } from "./levels.ts";
export {
  type Lag,
  type LevelName,
  type LevelsOptions,
  type LevelsReport,
  type LevelVerdict,
  type PartLevels,
  type Staleness,
} from "./types.ts";
