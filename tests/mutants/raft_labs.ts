/**
 * Planted bugs of Raft that the lab suites catch: the checklist of the labs' pitfalls, as far as it can be planted.
 *
 * No place for these in our core: E8, E12 and R14 (no call waits and no lock is held: the core is synchronous), E11 (no
 * `await` within a step), R12 (`start` cannot wait), R18 (a message is bytes before anything else happens). P6 and P7 are the
 * storage's duty with us (see `wal.ts`). E8, E11, R12, P6 and P7 are planted in the example's Raft instead.
 *
 * Costs, but no harm, which no check here is to see: R6 for refusals (a refusal of an older term makes the leader look for
 * the common entry again, from what it knows for certain) and R7 for acknowledgements (the next one puts it right, and the
 * commit index never falls).
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { electionMutants } from "./raft_labs/elections.ts";
import { foreignMutants } from "./raft_labs/foreign.ts";
import { persistenceMutants } from "./raft_labs/persistence.ts";
import { replicationMutants } from "./raft_labs/replication.ts";

/** What the lab suites kill, in our Raft and in another one. */
export const raftLabMutants: readonly Mutant[] = [
  ...electionMutants,
  ...replicationMutants,
  ...persistenceMutants,
  ...foreignMutants,
];
