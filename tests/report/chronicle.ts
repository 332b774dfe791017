/**
 * What happened beside the clients' operations, as spans on lanes: who led, who was down, what was broken.
 * @module
 */

import type { Annotation } from "../../porcupine/mod.ts";

interface OpenSpan {
  readonly lane: string;
  readonly at: number;
  readonly text: string;
  readonly detail: string;
  readonly colour: string;
}

/** How a kind of span looks. */
export type SpanKind = "leads" | "down" | "fault" | "phase" | "violation";

const COLOURS: Readonly<Record<SpanKind, string>> = {
  leads: "#2f7d4f",
  down: "#8a8a8a",
  fault: "#b8860b",
  phase: "#4a6fa5",
  violation: "#c0392b",
};

/** Collects spans while a run goes on. */
export class Chronicle {
  readonly #now: () => number;
  readonly #open = new Map<string, OpenSpan>();
  readonly #spans: Annotation[] = [];

  /** @param now The clock of the operations. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Something begins; a span of the same `name` that is open ends here. */
  begin(name: string, lane: string, kind: SpanKind, text: string, detail = text): void {
    this.end(name);
    this.#open.set(name, { lane, at: this.#now(), text, detail, colour: COLOURS[kind] });
  }

  /** Something ends; harmless if it is not open. */
  end(name: string): void {
    const span = this.#open.get(name);
    if (span === undefined) return;
    this.#open.delete(name);
    this.#spans.push({ ...span, until: this.#now() });
  }

  /** Something happens at once. */
  mark(lane: string, kind: SpanKind, text: string, detail = text): void {
    this.#spans.push({ lane, at: this.#now(), text, detail, colour: COLOURS[kind] });
  }

  /** All spans, lane by lane; those that are open end now. */
  annotations(): Annotation[] {
    for (const name of [...this.#open.keys()]) this.end(name);
    return this.#spans.toSorted((left, right) => {
      return laneOrder(left.lane) - laneOrder(right.lane) || compareText(left.lane, right.lane) ||
        left.at - right.at;
    });
  }
}

/** What concerns everybody comes first. */
function laneOrder(lane: string): number {
  const at = ["phases", "faults", "laws"].indexOf(lane);
  return at === -1 ? 3 : at;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
