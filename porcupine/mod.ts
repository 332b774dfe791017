/**
 * A linearizability checker that stands alone: give it a model and a history, get a verdict with a certificate.
 *
 * @module
 */
export * from "./types.ts";
export { checkEvents, checkOperations } from "./check.ts";
export {
  type RegisterInput,
  registerModel,
  type RegisterOptions,
  type RegisterOutput,
  type RegisterValue,
} from "./models/register.ts";
export { type KvInput, kvModel, type KvOutput } from "./models/kv.ts";
export {
  type Versioned,
  type VersionedKvInput,
  versionedKvModel,
  type VersionedKvOutput,
} from "./models/versioned_kv.ts";
export * from "./formats/mod.ts";
