/**
 * One process's end of the shards' service: all its groups are reached by it, and all that it calls, by name.
 * @module
 */

import type { Answer, Caller, CallRequest, MachineMethods, WatchRequest } from "../kv/protocol.ts";
import type { Address } from "../runtime/network.ts";
import {
  type CallOptions,
  defineService,
  type Handlers,
  RpcPeer,
  type RpcRuntime,
  type Service,
} from "../runtime/rpc.ts";
import type { GroupId } from "./map.ts";

/** Calls that travel: whoever knows a machine's name can call it. */
export interface Calls {
  /** Calls the machine of that name. */
  to(name: string): Caller;
}

/** The name of the controller. */
export const CONTROLLER_NAME = "controller";

/** The name of a group. */
export function groupName(group: GroupId): string {
  return `group ${group}`;
}

type Named<Request> = { readonly to: string; readonly body: Request };

type ShardMethods = {
  readonly [method in keyof MachineMethods]: {
    readonly request: Named<MachineMethods[method]["request"]>;
    readonly reply: Answer;
  };
};

function serviceOf(cluster: string): Service<ShardMethods> {
  return defineService<ShardMethods>(within(cluster, "shards"), ["open", "submit", "query", "watch"]);
}

function within(cluster: string, name: string): string {
  return cluster === "" ? name : `${cluster}/${name}`;
}

/** A process's end. It serves whatever is named to it, and calls others. */
export class ShardPeer implements Calls {
  readonly #cluster: string;
  readonly #peer: RpcPeer<ShardMethods>;
  readonly #served = new Map<string, Handlers<MachineMethods>>();

  /**
   * Opens the end on the runtime's network; there can be one of them. `cluster` names all that belongs together: processes of
   * another cluster that are called by mistake are not understood.
   */
  constructor(runtime: RpcRuntime, cluster = "") {
    this.#cluster = cluster;
    this.#peer = new RpcPeer<ShardMethods>(runtime, serviceOf(cluster), {
      open: ({ to }: Named<null>, from) => this.#find(to).open(null, from),
      submit: ({ to, body }: Named<CallRequest>, from) => this.#find(to).submit(body, from),
      query: ({ to, body }: Named<Uint8Array>, from) => this.#find(to).query(body, from),
      watch: ({ to, body }: Named<WatchRequest>, from) => this.#find(to).watch(body, from),
    });
  }

  /** The name of a machine's group among all that its process may hear of. */
  nameOf(name: string): string {
    return within(this.#cluster, name);
  }

  /** Fails every open call to `server` at once, to be tried elsewhere: there is reason to think that it is gone. */
  giveUp(server: Address): void {
    this.#peer.giveUp(server);
  }

  /** Serves a machine under a name. */
  serve(name: string, handlers: Handlers<MachineMethods>): void {
    this.#served.set(name, handlers);
  }

  /** Serves it no longer. */
  withdraw(name: string): void {
    this.#served.delete(name);
  }

  /** See `Calls.to`. Closing what it gives releases nothing: the end is shared. */
  to(name: string): Caller {
    return {
      call: <M extends keyof MachineMethods & string>(
        server: Address,
        method: M,
        request: MachineMethods[M]["request"],
        options: CallOptions,
      ): Promise<Answer> =>
        this.#peer.call(server, method, named(name, request) as ShardMethods[M]["request"], options),
      close: () => {},
    };
  }

  /** Fails every open call and serves nothing any more. */
  close(): void {
    this.#peer.close();
  }

  /** A machine that is not served here may be served elsewhere, or be about to: ask another process. */
  #find(name: string): Handlers<MachineMethods> {
    return this.#served.get(name) ?? ELSEWHERE;
  }
}

const NOT_HERE: Answer = { kind: "refused", code: "notLeader", ask: null };
const ELSEWHERE: Handlers<MachineMethods> = {
  open: () => NOT_HERE,
  submit: () => NOT_HERE,
  query: () => NOT_HERE,
  watch: () => NOT_HERE,
};

function named<Request>(to: string, body: Request): Named<Request> {
  return { to, body };
}
