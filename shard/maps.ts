/**
 * Maps for clients, from the controller that makes them.
 * @module
 */

import type { LinkRuntime } from "../kv/link.ts";
import { Link } from "../kv/link.ts";
import type { Address } from "../runtime/network.ts";
import { decodeMap, encodeMapQuestion } from "./controller_codec.ts";
import { type Calls, CONTROLLER_NAME } from "./peer.ts";
import type { MapSource } from "./routes.ts";

/** Whom to ask. */
export interface ControllerMapsOptions {
  /** Clock, chance and death of the client. */
  readonly runtime: LinkRuntime;
  /** How machines are called. */
  readonly calls: Calls;
  /** Where the controller listens, in any order. */
  readonly controllers: readonly Address[];
  /** How long one server may take for its first answer. @default {500} */
  readonly attemptMs?: number;
}

/** The latest map, from the replicated controller. */
export function controllerMaps(options: ControllerMapsOptions): MapSource {
  const { runtime, calls, controllers, ...settings } = options;
  const caller = calls.to(CONTROLLER_NAME);
  const link = new Link({ runtime, caller, servers: controllers, group: CONTROLLER_NAME, ...settings });
  const question = encodeMapQuestion(null);
  return {
    async latest(timeoutMs, signal) {
      const limits = { deadlineMs: link.now() + timeoutMs, ...signal === undefined ? {} : { signal } };
      const asked = await link.ask("query", question, limits);
      return asked.kind === "applied" ? decodeMap(asked.reply) : null;
    },
  };
}
