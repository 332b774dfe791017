/**
 * What workers and the coordinator say to each other.
 * @module
 */

import { defineService, type Service } from "../runtime/mod.ts";
import type { Answer, AttemptRef, Mark, Outcome } from "./coordinator/types.ts";
import type { JobPlan } from "./plan.ts";

/** A worker introduces itself. */
export type Hello = {
  readonly worker: string;
  readonly app: AppState;
};

/** What a worker knows of its application. */
export type AppState =
  | { readonly kind: "notLoaded" }
  /** Whether it wants every input in one piece. */
  | { readonly kind: "loaded"; readonly whole: boolean }
  | { readonly kind: "unfit"; readonly message: string };

/** What a worker is told before anything else. */
export type Welcome =
  /** Load this application and say hello again: the job is planned when its needs are known. */
  | { readonly kind: "load"; readonly app: string }
  | { readonly kind: "job"; readonly plan: JobPlan; readonly leaseMs: number };

/** The methods. */
export type MapReduceMethods = {
  readonly hello: { readonly request: Hello; readonly reply: Welcome };
  readonly ask: {
    /** `ask` counts up with each new question; the same number is the same question again. */
    readonly request: { readonly job: string; readonly worker: string; readonly ask: number };
    readonly reply: Answer;
  };
  readonly report: {
    readonly request: {
      readonly job: string;
      readonly worker: string;
      readonly ref: AttemptRef;
      readonly outcome: Outcome;
    };
    readonly reply: { readonly accepted: boolean };
  };
  readonly renew: {
    readonly request: {
      readonly job: string;
      readonly worker: string;
      readonly ref: AttemptRef;
      /** Where it will step next. */
      readonly mark: Mark | null;
      readonly bytes: number;
    };
    readonly reply: { readonly accepted: boolean };
  };
  /** A worker goes: it has been told to. */
  readonly leave: { readonly request: { readonly worker: string }; readonly reply: null };
};

/** The service of a coordinator. */
export const MAP_REDUCE: Service<MapReduceMethods> = defineService<MapReduceMethods>("mapreduce", [
  "hello",
  "ask",
  "report",
  "renew",
  "leave",
]);
