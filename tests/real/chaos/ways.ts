/**
 * By which line a node reaches each other one.
 *
 * Everybody knows a node by one address, as in any network: whoever hands an address on, in a map of shards or as the way to a leader,
 * must not hand on his own line with it, which may be cut for him alone. So lines are known here, below everything that knows nodes.
 * @module
 */

import type { DenoRuntimeOptions } from "../../../runtime/deno.ts";

/** See the module's page. */
export class Ways {
  readonly #lines: ReadonlyMap<string, string>;
  readonly #nodes: ReadonlyMap<string, string>;

  /** `lines` are those of one node, by the addresses of the others. */
  constructor(lines: Readonly<Record<string, string>>) {
    this.#lines = new Map(Object.entries(lines));
    this.#nodes = new Map(Object.entries(lines).map(([node, line]) => [line, node]));
  }

  /** Where to call whoever is known by `address`. */
  to(address: string): string {
    return this.#lines.get(address) ?? address;
  }

  /** Whom a message or a hint from `address` is of. */
  behind(address: string): string {
    return this.#nodes.get(address) ?? address;
  }

  /** `options` whose hints speak of nodes, not of lines. */
  hinting(options: DenoRuntimeOptions): DenoRuntimeOptions {
    const { onPeerClosed, onPeerUnreached } = options;
    return {
      ...options,
      ...(onPeerClosed && { onPeerClosed: (peer: string) => onPeerClosed(this.behind(peer)) }),
      ...(onPeerUnreached && { onPeerUnreached: (peer: string) => onPeerUnreached(this.behind(peer)) }),
    };
  }
}
