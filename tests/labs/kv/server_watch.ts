/**
 * Looking at servers after each event: from inside, for those who can, and from outside, at everybody's.
 * @module
 */

import type { PersistedImage } from "../raft/lab_persister.ts";
import { OutsideLaws } from "../raft/outside_laws.ts";
import type { KvPeer } from "./seat.ts";

/** An implementation's own laws over all servers of one run. Every method throws at the first broken one. */
export interface ServerWatch<Peer> {
  /** A server has come up. */
  started(server: number, peer: Peer): void;
  /** Something has happened at a server. */
  touched(server: number): void;
  /** A server has gone down; `image` is what it has saved. */
  crashed(server: number, image: PersistedImage): void;
}

/** A server's life, as far as the laws go. */
export interface WatchedLife<Peer> {
  /** Its number. */
  readonly number: number;
  /** Null until it is up. */
  readonly peer: Peer | null;
}

/** Keeps account of who was touched, and asks the laws when the event is over. */
export class ServerLaws<Peer extends KvPeer> {
  readonly #watch: ServerWatch<Peer> | null;
  readonly #outside: OutsideLaws;
  readonly #touched = new Set<number>();
  readonly #lifeOf: (server: number) => WatchedLife<Peer> | null;

  /** Laws over `servers` servers; `watch` are the implementation's own. */
  constructor(
    servers: number,
    watch: ServerWatch<Peer> | null,
    lifeOf: (server: number) => WatchedLife<Peer> | null,
  ) {
    this.#watch = watch;
    this.#outside = new OutsideLaws(servers);
    this.#lifeOf = lifeOf;
  }

  /** Something happens at a server. */
  touch(server: number): void {
    this.#touched.add(server);
  }

  /** A server has come up. */
  started(server: number, peer: Peer): void {
    this.#watch?.started(server, peer);
    this.touch(server);
  }

  /** A server has gone down. */
  crashed(server: number, image: PersistedImage): void {
    this.#watch?.crashed(server, image);
  }

  /** An event is over. Throws `LabFailure` at the first broken law. */
  check(): void {
    if (this.#touched.size === 0) return;
    for (const server of this.#touched) {
      const life = this.#lifeOf(server);
      if (life === null || life.peer === null) continue;
      this.#outside.observe(server, life.number, life.peer.getState());
      this.#watch?.touched(server);
    }
    this.#touched.clear();
  }
}
