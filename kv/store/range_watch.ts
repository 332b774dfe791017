/**
 * One wait for events in a range.
 * @module
 */

import type { Watch } from "../machine.ts";
import { encodeWatchAnswer } from "./question_codec.ts";
import { isIn } from "./scan.ts";
import type { StoreContent } from "./content.ts";
import type { StoreEvent, WatchQuestion } from "./types.ts";

/** See the module's page. It looks at each event once. */
export class RangeWatch implements Watch {
  readonly #content: () => StoreContent;
  readonly #asked: WatchQuestion;
  /** Nothing up to this revision is of interest. */
  #through: number;

  /** @param content What the store holds at the moment of a call: a restore replaces it. */
  constructor(content: () => StoreContent, asked: WatchQuestion) {
    this.#content = content;
    this.#asked = asked;
    this.#through = asked.afterRevision;
  }

  /** Events, or that they are no longer kept, or null if there are none yet. */
  poll(): Uint8Array | null {
    const { history, revision } = this.#content();
    if (revision <= this.#through) return null;
    const { compacted } = history;
    if (this.#through < compacted) return encodeWatchAnswer({ kind: "compacted", compacted });
    const { range, maxEvents } = this.#asked;
    const events: StoreEvent[] = [];
    for (let position = history.positionAfter(this.#through);; position++) {
      const event = history.at(position);
      // Between two revisions only: the next answer goes on behind `through`.
      if (event !== undefined && events.length >= maxEvents && event.revision > this.#through) break;
      if (event === undefined) {
        this.#through = revision;
        break;
      }
      this.#through = event.revision;
      if (isIn(range, event.key)) events.push(event);
    }
    return events.length === 0 ? null : encodeWatchAnswer({ kind: "events", events, through: this.#through });
  }

  /** Nothing happened, up to here. */
  idle(): Uint8Array {
    return encodeWatchAnswer({ kind: "events", events: [], through: this.#through });
  }
}
