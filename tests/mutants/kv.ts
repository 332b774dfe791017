/**
 * Planted bugs for the key/value layer.
 * @module
 */
import { kvDrawnMutants } from "./kv_drawn.ts";
import { kvLabMutants } from "./kv_labs.ts";
import { kvLongMutants } from "./kv_doors_long.ts";
import { kvEndMutants } from "./kv_ends.ts";
import { kvForeignMutants } from "./kv_labs_foreign.ts";
import { kvLineMutants } from "./kv_lines.ts";
import { kvLockMutants } from "./kv_locks.ts";
import { kvClientMutants, kvReplicationMutants } from "./kv_replication.ts";
import { kvStoreMutants } from "./kv_store.ts";
import type { Mutant } from "./mutant.ts";

/** The layer's mutants. */
export const kvMutants: readonly Mutant[] = [
  ...kvLabMutants,
  ...kvForeignMutants,
  ...kvLockMutants,
  ...kvReplicationMutants,
  ...kvClientMutants,
  ...kvStoreMutants,
  ...kvDrawnMutants,
  ...kvLongMutants,
  ...kvEndMutants,
  ...kvLineMutants,
];
