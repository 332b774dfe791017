import type { Verdict } from "../types.ts";

/** What the page knows besides its columns; written into it as JSON. */
export interface SceneFacts {
  readonly title: string;
  readonly model: string;
  readonly verdict: Verdict["kind"];
  /** The sentence under the title. */
  readonly sentence: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly count: number;
  readonly clientCount: number;
  readonly partCount: number;
  /** How many kinds of operation there are. */
  readonly nameCount: number;
  /** The partition to open; -1: all of them. */
  readonly focus: number;
  readonly core: readonly number[];
  readonly coreIsMinimal: boolean;
  /** False if all that was called before it is believed as well. */
  readonly coreStandsAlone: boolean;
  /** The first impossible operation, or the last one up to which all is well; -1 if none. */
  readonly pivot: number;
  /** Operations that may come next in real time where the longest order ends, and that no state allows there. */
  readonly illegalNext: readonly number[];
  /** Operations in the longest order whose answers, which came after its end, nothing there gives. */
  readonly doubted: readonly number[];
  readonly initialState: string;
  /** Times are whole numbers divided by this. */
  readonly timeScale: number;
  /** Colours given by the caller. */
  readonly colours: readonly string[];
  /** What the lines of operations count. */
  readonly lineName: string;
  readonly annotations: readonly SceneNote[];
}

/** Something that happened beside the operations. */
export interface SceneNote {
  readonly lane: string;
  readonly at: number;
  readonly until: number;
  readonly text: string;
  readonly detail: string;
  readonly colour: string;
}
