/**
 * The first map of a cluster.
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../../kv/errors.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ControllerClerk } from "../controller_clerk.ts";
import type { Groups } from "../map.ts";

const AGAIN_MS = 100;

/**
 * Lets every group join, unless there has ever been a map: whoever lets groups go must not find them back after a restart. Of those
 * that are members the map is told where they are, if their processes were started at other addresses.
 */
export async function found(
  admin: ControllerClerk,
  groups: Groups,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly leads: () => boolean },
): Promise<void> {
  const { clock, signal, leads } = options;
  while (!signal.aborted) {
    try {
      if (leads()) {
        const { number, groups: members } = await admin.query(null, { signal });
        const joining = number === 0 ? groups : elsewhere(members, groups);
        if (joining.size === 0) return;
        // One that is late, after another process has founded the cluster and somebody has let groups go, must not bring them back.
        // It is looked again what came of it: another change may have been first.
        await admin.joinAfter(number, joining, { signal });
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof RefusedError || error instanceof UnknownOutcomeError)) throw error;
    }
    // After a refusal, too: one that comes at once, as that of an end that is closed, would be asked for without end.
    await clock.sleep(AGAIN_MS, signal).catch(() => {});
  }
}

/** Members that are no longer where the map says: clients would look for their shards there, and groups for what they are to have. */
function elsewhere(members: Groups, groups: Groups): Groups {
  return new Map(
    [...groups].filter(([group, servers]) => {
      const known = members.get(group);
      if (known === undefined) return false;
      // In another order they are the same ones: a restart alone must make no map.
      return known.length !== servers.length || !servers.every((server) => known.includes(server));
    }),
  );
}
