/**
 * Links to groups: one for each, found anew when a group's servers change.
 * @module
 */

import { Link, type LinkRuntime } from "../kv/link.ts";
import type { Address } from "../runtime/network.ts";
import {
  decodeGroupReply,
  encodeGroupCommand,
  encodeGroupQuestion,
  type GroupCommand,
  type GroupQuestion,
  type GroupReply,
} from "./group_codec.ts";
import type { GroupId } from "./map.ts";
import { type Calls, groupName } from "./peer.ts";

/** How long a call to a group may go on. */
export interface GroupCallOptions {
  /** Gives up after this many milliseconds. */
  readonly timeoutMs: number;
  /** Gives up at once. */
  readonly signal?: AbortSignal;
}

/** How a call to a group ended. */
export type GroupAsked =
  /** The group has answered. */
  | { readonly kind: "answered"; readonly reply: GroupReply }
  /** No server of any group takes it, or none can tell what came of it: see `Asked`. */
  | { readonly kind: "invalid"; readonly message: string; readonly mayBeExecuted: boolean }
  /** The time was up, the signal fired, or this end died. `sent`: a request has left, and may yet be executed. */
  | { readonly kind: "ended"; readonly why: "timeout" | "aborted" | "closed"; readonly sent: boolean };

interface Known {
  readonly servers: readonly Address[];
  readonly link: Link;
}

/** See the module's page. */
export class GroupLinks {
  readonly #runtime: LinkRuntime;
  readonly #calls: Calls;
  readonly #attemptMs: number | undefined;
  readonly #links = new Map<GroupId, Known>();

  /** `attemptMs`: how long one server may take for its first answer. */
  constructor(runtime: LinkRuntime, calls: Calls, attemptMs?: number) {
    this.#runtime = runtime;
    this.#calls = calls;
    this.#attemptMs = attemptMs;
  }

  /** The link to a group whose servers are these. */
  to(group: GroupId, servers: readonly Address[]): GroupLink {
    const known = this.#links.get(group);
    if (known !== undefined && sameServers(known.servers, servers)) return new GroupLink(known.link);
    const name = groupName(group);
    const settings = this.#attemptMs === undefined ? {} : { attemptMs: this.#attemptMs };
    const link = new Link({
      runtime: this.#runtime,
      caller: this.#calls.to(name),
      servers,
      group: name,
      ...settings,
    });
    this.#links.set(group, { servers, link });
    return new GroupLink(link);
  }
}

/** A link to one group. */
export class GroupLink {
  readonly #link: Link;

  /** Use `GroupLinks.to`. */
  constructor(link: Link) {
    this.#link = link;
  }

  /** Has the group execute a command, wherever it leads. Repeated as often as needed: every command bears it. */
  execute(command: GroupCommand, options: GroupCallOptions): Promise<GroupAsked> {
    const request = command.op === "execute"
      ? { ...command.call, command: encodeGroupCommand(command) }
      : { session: 0, sequence: 1, settledBelow: 1, command: encodeGroupCommand(command) };
    return this.#end(this.#link.ask("submit", request, this.#limits(options)));
  }

  /** Asks the group. Linearizable. */
  ask(question: GroupQuestion, options: GroupCallOptions): Promise<GroupAsked> {
    return this.#end(this.#link.ask("query", encodeGroupQuestion(question), this.#limits(options)));
  }

  #limits({ timeoutMs, signal }: GroupCallOptions): { deadlineMs: number; signal?: AbortSignal } {
    const deadlineMs = this.#link.now() + timeoutMs;
    return signal === undefined ? { deadlineMs } : { deadlineMs, signal };
  }

  async #end(asking: ReturnType<Link["ask"]>): Promise<GroupAsked> {
    const asked = await asking;
    switch (asked.kind) {
      case "applied":
        return { kind: "answered", reply: decodeGroupReply(asked.reply) };
      case "sessionUnknown":
        return { kind: "answered", reply: { kind: "sessionUnknown" } };
      case "invalid":
      case "ended":
        return asked;
    }
  }
}

function sameServers(left: readonly Address[], right: readonly Address[]): boolean {
  return left.length === right.length && left.every((server, at) => server === right[at]);
}
