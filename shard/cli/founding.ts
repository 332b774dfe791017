/**
 * The first map of a cluster.
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../../kv/errors.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ControllerClerk } from "../controller_clerk.ts";
import type { Groups } from "../map.ts";

const AGAIN_MS = 100;

/** Lets every group join, unless there has ever been a map: whoever lets groups go must not find them back after a restart. */
export async function found(
  admin: ControllerClerk,
  groups: Groups,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly leads: () => boolean },
): Promise<void> {
  const { clock, signal, leads } = options;
  while (!signal.aborted) {
    try {
      if (leads()) {
        const { number } = await admin.query(null, { signal });
        if (number > 0) return;
        await admin.join(groups, { signal });
        return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof RefusedError || error instanceof UnknownOutcomeError)) throw error;
    }
    // After a refusal, too: one that comes at once, as that of an end that is closed, would be asked for without end.
    await clock.sleep(AGAIN_MS, signal).catch(() => {});
  }
}
