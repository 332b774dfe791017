import { type KvInput, kvModel, type KvOutput, type Model } from "../../../porcupine/mod.ts";
import { plain } from "./compare.ts";

/** A store with nothing but a step function and keys, that another thread can build again. */
export function plainKv(): Model<string, KvInput, KvOutput> {
  return { ...plain(kvModel()), source: { module: import.meta.url, name: "plainKv" } };
}
