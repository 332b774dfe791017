/**
 * A sharded store through the gateway of one process, as its ports ask it for many connections.
 * @module
 */

import type { Settle } from "../../kv/gateway/gateway.ts";
import type { Step, StepResult, TransactionResult } from "../../kv/store/steps.ts";
import { ShardGateway } from "../../shard/gateway.ts";
import type { ShardFleet } from "../cluster/shard_fleet.ts";
import type { TextStore } from "./workload.ts";

/** Opens a gateway on a machine of its own. How long its clients wait is the gateway's to say, not theirs. */
export function openDoor(fleet: ShardFleet, name: string, timeoutMs: number): TextStore {
  const { router } = fleet.clerk(name);
  const { placement, world } = fleet;
  const afterTurn = (action: () => void) => void world.machine(name).runtime.clock.setTimer(0, action);
  const gateway = new ShardGateway({ router, placement, afterTurn, timeoutMs });
  const write = async (step: Step): Promise<void> => {
    await settled<TransactionResult>((settle) => gateway.write({ guards: [], steps: [step] }, settle));
  };
  return {
    async get(key) {
      const [result] = await settled<readonly StepResult[]>((settle) =>
        gateway.look([{ op: "get", key }], settle)
      );
      return result.kind === "text" ? result.value : null;
    },
    put: (key, value) =>
      write({ op: "set", key, value, when: "always", expiry: { kind: "none" }, previous: false }),
    append: (key, value) => write({ op: "append", key, value }),
  };
}

function settled<T>(ask: (settle: Settle<T>) => void): Promise<T> {
  return new Promise((resolve, reject) =>
    ask((end) => end.kind === "done" ? resolve(end.value) : reject(end.error))
  );
}
