/**
 * What happened beside the clients' operations, as spans on lanes: who led, who was down, what was broken.
 * @module
 */

import type { Annotation } from "../../porcupine/mod.ts";
import { type Fault, isLineFault } from "../nemesis/plan.ts";
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
export type SpanKind = "leads" | "down" | "fault" | "phase" | "members" | "versions" | "violation";

const COLOURS: Readonly<Record<SpanKind, string>> = {
  leads: "#2f7d4f",
  down: "#8a8a8a",
  fault: "#b8860b",
  phase: "#4a6fa5",
  members: "#6a4c93",
  versions: "#8c6d46",
  violation: "#c0392b",
};

/** What a machine is doing, for its colour. */
export type Look =
  | "leader"
  | "follower"
  | "candidate"
  | "preCandidate"
  | "down"
  /** Of a job: at a map task, at a reduce task, without one, finished. */
  | "mapping"
  | "reducing"
  | "waiting"
  | "over";

/** What a machine is at from `atMs` on. */
export interface NodeState {
  readonly atMs: number;
  readonly node: string;
  readonly look: Look;
  /** Changes with everything but what goes on all the time, such as a commit index: it must not be left out. */
  readonly gist: string;
  /** In a few letters, for a bar. */
  readonly short: string;
  /** In words. */
  readonly long: string;
}

/** What a member of a group is at. */
export interface MemberState {
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

  /** A member of a group is in another state than before. `more`: what it holds besides its log. */
  state({ node, role, term, commit }: MemberState, more = ""): void {
    const besides = more === "" ? "" : `, ${more}`;
    const long = role === "down"
      ? "down"
      : `${role === "leader" ? "leads " : ""}term ${term}, commit ${commit}${besides}`;
    const short = role === "down" ? "" : `${role === "leader" ? "L " : ""}t${term} c${commit}`;
    this.show({ node, look: role, gist: `${role} ${term} ${more}`, short, long });
  }

  /** A machine is in another state than before; `atMs`: where it is told afterwards. */
  show(state: Omit<NodeState, "atMs">, atMs: number = this.#now()): void {
    this.#states.push({ ...state, atMs });
  }

  /** What every machine was at, change by change, in the order of time. */
  get states(): readonly NodeState[] {
    return this.#states.toSorted((left, right) => left.atMs - right.atMs);
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

  /** Every line is whole again, whatever was wrong with it. */
  linesHeal(): void {
    this.#endFaults(({ kind }) => isLineFault(kind));
  }

  /** Everything is whole again. */
  allHeals(): void {
    this.#endFaults(() => true);
  }

  #endFaults(isOver: (fault: Fault) => boolean): void {
    for (const [number, at] of this.#faultsByNumber) {
      const { fault, untilMs } = this.#faults[at];
      if (untilMs === -1 && "forMs" in fault && isOver(fault)) this.faultEnds(number);
    }
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

  /** The phases that began, and what became of the members and their programs. */
  get phases(): Step[] {
    for (const name of [...this.#open.keys()]) this.end(name);
    return this.#spans.filter(({ kind }) => kind === "phase" || kind === "members" || kind === "versions")
      .map(({ at, text }) => ({ atMs: at, text }));
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
  const at = ["phases", "faults", "members", "laws"].indexOf(lane);
  return at === -1 ? 4 : at;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
