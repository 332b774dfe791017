/**
 * What is asked of the coordinator's task table, and what it says.
 * @module
 */

import type { Answer, AttemptRef, Outcome } from "../../../mapreduce/mod.ts";

/** What a worker asked of the table. */
export type TableInput =
  | { readonly op: "ask"; readonly worker: string }
  | { readonly op: "report"; readonly ref: AttemptRef; readonly outcome: Outcome }
  /** What nobody asked for: the coordinator found finished work lost. */
  | { readonly op: "reopen"; readonly task: number };

/** What it was told. */
export type TableOutput =
  | { readonly op: "ask"; readonly answer: Answer }
  | { readonly op: "report"; readonly accepted: boolean }
  | { readonly op: "reopen" };
