/**
 * What happened beside the clients' operations, as spans on lanes: who led, who was down, what was broken.
 * @module
 */

import type { Annotation } from "../../porcupine/mod.ts";
import type { Fault } from "../nemesis/plan.ts";
import type { Step } from "./story.ts";

interface OpenSpan {
  readonly kind: SpanKind;
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

/** What a node is at from `atMs` on. */
export interface NodeState {
  readonly atMs: number;
  readonly node: string;
  readonly role: "leader" | "follower" | "candidate" | "preCandidate" | "down";
  readonly term: number;
  readonly commit: number;
}

interface Span extends Annotation {
  readonly kind: SpanKind;
}

/** Collects spans while a run goes on. */
export class Chronicle {
  readonly #now: () => number;
  readonly #open = new Map<string, OpenSpan>();
  readonly #spans: Span[] = [];
  readonly #states: NodeState[] = [];
  readonly #faults: { readonly atMs: number; untilMs: number; readonly fault: Fault }[] = [];
  readonly #faultsByNumber = new Map<number, number>();

  /** @param now The clock of the operations. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Something begins; a span of the same `name` that is open ends here. */
  begin(name: string, lane: string, kind: SpanKind, text: string, detail = text): void {
    this.end(name);
    this.#open.set(name, { kind, lane, at: this.#now(), text, detail, colour: COLOURS[kind] });
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
    this.#spans.push({ kind, lane, at: this.#now(), text, detail, colour: COLOURS[kind] });
  }

  /** A node is in another state than before. */
  state(state: Omit<NodeState, "atMs">): void {
    this.#states.push({ atMs: this.#now(), ...state });
  }

  /** What every node was at, change by change. */
  get states(): readonly NodeState[] {
    return this.#states;
  }

  /** A fault takes hold. */
  faultBegins(number: number, fault: Fault): void {
    const { kind, atMs: _, ...details } = fault;
    this.begin(`fault ${number}`, "faults", "fault", kind, JSON.stringify(details));
    this.#faultsByNumber.set(number, this.#faults.push({ atMs: this.#now(), untilMs: -1, fault }) - 1);
  }

  /** It ends. */
  faultEnds(number: number): void {
    this.end(`fault ${number}`);
    const at = this.#faultsByNumber.get(number);
    if (at !== undefined) this.#faults[at].untilMs = this.#now();
  }

  /** The faults that took hold, with their times; -1 for an end that never came. */
  get faults(): readonly { readonly atMs: number; readonly untilMs: number; readonly fault: Fault }[] {
    return this.#faults;
  }

  /** Who led and who was down, as steps of a story. */
  get lives(): Step[] {
    for (const name of [...this.#open.keys()]) this.end(name);
    return this.#spans.filter(({ kind }) => kind === "leads" || kind === "down").flatMap(
      ({ kind, lane, at, until, text }) => [
        { atMs: at, text: kind === "leads" ? `${lane} ${text}` : `${lane} goes down` },
        ...(kind === "down" && until !== undefined && until < this.#now()
          ? [{ atMs: until, text: `${lane} starts again` }]
          : []),
      ],
    );
  }

  /** The phases that began. */
  get phases(): Step[] {
    for (const name of [...this.#open.keys()]) this.end(name);
    return this.#spans.filter(({ kind }) => kind === "phase").map(({ at, text }) => ({ atMs: at, text }));
  }

  /** All spans, lane by lane; those that are open end now. */
  annotations(): Annotation[] {
    for (const name of [...this.#open.keys()]) this.end(name);
    return this.#spans.map(({ kind: _, ...annotation }): Annotation => annotation).sort((left, right) => {
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
