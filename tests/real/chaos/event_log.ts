/**
 * What happened in a run on real processes, as lines of the same form as a simulated run's: who sent what to whom, what was broken.
 * @module
 */

import type { MessageListener } from "../wiring.ts";

/** More lines than this are not kept: of a long run the end matters. */
const MOST = 300_000;

/** See the module's page. */
export class EventLog {
  readonly #now: () => number;
  #lines: string[] = [];
  #dropped = 0;

  /** `now`: milliseconds since the run began. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Hears of messages between nodes. */
  get listener(): MessageListener {
    return (what, { from, to, piece, number }) => {
      if (what === "sent") this.#add("send", from, to, number, piece.words);
      else this.#add("deliver", to, from, number, piece.words);
    };
  }

  /** So many lines there were. */
  get count(): number {
    return this.#lines.length + this.#dropped;
  }

  /** A remark. */
  note(text: string): void {
    this.#add("note", "", "", 0, text);
  }

  /** As lines of JSON. */
  toJsonLines(): string {
    return this.#lines.join("");
  }

  #add(kind: string, node: string, peer: string, digest: number, detail: string): void {
    const timeUs = Math.round(this.#now() * 1000);
    this.#lines.push(`${JSON.stringify({ timeUs, kind, node, peer, digest, detail })}\n`);
    if (this.#lines.length <= 2 * MOST) return;
    this.#dropped += this.#lines.length - MOST;
    this.#lines = this.#lines.slice(-MOST);
  }
}
