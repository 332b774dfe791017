/**
 * A client of the controller.
 * @module
 */

import type { LinkRuntime } from "../kv/link.ts";
import { type CallOptions, SessionClient, type SessionSettings } from "../kv/session_client.ts";
import type { Address } from "../runtime/network.ts";
import {
  type ChangeResult,
  type ControllerCommand,
  decodeChangeResult,
  decodeMap,
  encodeControllerCommand,
  encodeMapQuestion,
} from "./controller_codec.ts";
import type { GroupId, Groups, ShardMap } from "./map.ts";
import { type Calls, CONTROLLER_NAME } from "./peer.ts";
import type { ShardId } from "./placement.ts";

/** What a client of the controller is made of. */
export interface ControllerClerkOptions extends SessionSettings {
  /** Clock, chance and death of the client. */
  readonly runtime: LinkRuntime;
  /** How machines are called: the process's `ShardPeer`. */
  readonly calls: Calls;
  /** Where the controller listens, in any order. */
  readonly controllers: readonly Address[];
  /** How long one server may take for its first answer. @default {500} */
  readonly attemptMs?: number;
}

/** The controller cannot do what was asked: it names a shard or a group that is not there. Nothing was changed. */
export class PlacementError extends Error {
  /** The class, for logs. */
  override readonly name = "PlacementError";
  /** Always the same. */
  readonly code = "placement";
}

/**
 * A client of the controller. Changes are executed exactly once. Calls fail as those of the store's clerk do: with
 * `RefusedError` or `UnknownOutcomeError`; a change that makes no sense with {@linkcode PlacementError}.
 */
export class ControllerClerk {
  readonly #client: SessionClient;

  /** Opens the client's end; nothing is sent before the first call. */
  constructor(options: ControllerClerkOptions) {
    const { calls, controllers, ...rest } = options;
    this.#client = new SessionClient({
      ...rest,
      caller: calls.to(CONTROLLER_NAME),
      servers: controllers,
      group: CONTROLLER_NAME,
    });
  }

  /** The map of that number, or the latest one: it reflects every change that was finished before. Linearizable. */
  async query(number: number | null = null, options: CallOptions = {}): Promise<ShardMap> {
    return decodeMap(await this.#client.query(encodeMapQuestion(number), options));
  }

  /** Makes groups members. Gives the number of the map that has them. */
  join(groups: Groups, options: CallOptions = {}): Promise<number> {
    return this.#change({ op: "join", groups }, options);
  }

  /**
   * Makes groups members if map `after` is still the latest one, and does nothing otherwise. A session does not help against a join
   * that is late: it has it executed once, and if that is after a leave, whoever was let go is back.
   */
  joinAfter(after: number, groups: Groups, options: CallOptions = {}): Promise<number> {
    return this.#change({ op: "joinAfter", after, groups }, options);
  }

  /** Lets groups go. */
  leave(groups: readonly GroupId[], options: CallOptions = {}): Promise<number> {
    return this.#change({ op: "leave", groups }, options);
  }

  /** Gives a shard to a member, until the next join or leave. */
  move(shard: ShardId, group: GroupId, options: CallOptions = {}): Promise<number> {
    return this.#change({ op: "move", shard, group }, options);
  }

  /** Fails what is in flight and releases the client's end. */
  close(): void {
    this.#client.close();
  }

  /** Lets `using` close the clerk. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #change(command: ControllerCommand, options: CallOptions): Promise<number> {
    const reply = await this.#client.submit(encodeControllerCommand(command), options);
    const result: ChangeResult = decodeChangeResult(reply);
    if (result.kind === "refused") throw new PlacementError(`Cannot ${command.op}: ${result.reason}`);
    return result.number;
  }
}
