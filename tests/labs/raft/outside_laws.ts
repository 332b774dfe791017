/**
 * What can be told of any Raft from outside, after each thing that happens: terms never fall, one leader a term.
 *
 * The official suites look every half second, at connected servers only.
 * @module
 */

import { LabFailure } from "../failure.ts";
import type { PeerState, StartResult } from "./seat.ts";

/** Watches the answers of all servers of a cluster. Every method throws `LabFailure` at the first broken law. */
export class OutsideLaws {
  /** The highest term each server ever told, in whatever life. */
  readonly #terms: number[];
  /** Who has led a term: server and life. */
  readonly #leaders = new Map<number, { readonly server: number; readonly life: number }>();
  /** What each server's last accepted command was given. */
  readonly #started: ({ readonly term: number; readonly index: number; readonly life: number } | null)[];

  /** Nobody has said anything yet. */
  constructor(servers: number) {
    this.#terms = Array.from({ length: servers }, () => 0);
    this.#started = Array.from({ length: servers }, () => null);
  }

  /** How many terms had a leader. */
  get elections(): number {
    return this.#leaders.size;
  }

  /** `server` says that this is its state. */
  observe(server: number, life: number, state: PeerState): void {
    const { term, isLeader } = state;
    if (!Number.isSafeInteger(term) || term < 0) {
      throw new LabFailure(
        `server ${server} says that its term is ${term}: a term is a whole number from 0 on`,
      );
    }
    // A term that was told to anybody must be stored: after a crash this server could vote again in an older one.
    if (term < this.#terms[server]) {
      throw new LabFailure(
        `server ${server} went back from term ${this.#terms[server]} to term ${term}` +
          (life > 1 ? `, in its life number ${life}: a term must be saved before it is told` : ""),
      );
    }
    this.#terms[server] = term;
    if (!isLeader) return;
    const leader = this.#leaders.get(term);
    if (leader === undefined) this.#leaders.set(term, { server, life });
    else if (leader.server !== server || leader.life !== life) {
      throw new LabFailure(
        leader.server === server
          ? `server ${server} leads term ${term} again after it was restarted: nobody can have elected it twice`
          : `term ${term} has two leaders: server ${leader.server} and server ${server}`,
      );
    }
  }

  /** `server` took a command, or did not. */
  started(server: number, life: number, result: StartResult): void {
    const { index, term, isLeader } = result;
    if (!isLeader) return;
    if (!Number.isSafeInteger(index) || index < 1 || !Number.isSafeInteger(term) || term < 1) {
      throw new LabFailure(
        `server ${server} took a command at index ${index} in term ${term}: both count from 1`,
      );
    }
    const last = this.#started[server];
    this.#started[server] = { term, index, life };
    if (last === null || last.term !== term || last.life !== life || index === last.index + 1) return;
    throw new LabFailure(
      `server ${server} gave index ${index} to a command after index ${last.index}, both in term ${term}: ` +
        "a leader only appends what start() gave it",
    );
  }
}
