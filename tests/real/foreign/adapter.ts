/**
 * What the harness asks of a store that nobody here wrote.
 *
 * A system is a module with a `system` of this type: `deno task chaos --real --system ./my_store.ts` drives and judges it.
 * @module
 */

import type { KvInput, KvOutput } from "../../../porcupine/mod.ts";

/** What came of one operation. */
export type Answer =
  /** It was done, and this was the reply. */
  | { readonly kind: "ok"; readonly output: KvOutput }
  /** It was certainly not done, and never will be. */
  | { readonly kind: "refused"; readonly why: string }
  /** Nobody knows: it may have been done, may still be, or never. The connection is not used again. */
  | { readonly kind: "unknown"; readonly why: string };

/** One client's connection. */
export interface Connection {
  /** Carries out one operation; at most one at a time. Whatever it throws counts as `unknown`. */
  invoke(input: KvInput): Promise<Answer>;
  /** Ends it; an operation under way becomes `unknown`. */
  close(): void;
}

/** What may be broken, one at a time; each is set right again by its `mend`. */
export interface Break {
  /** In a word or two, for the report, such as `kill primary`. */
  readonly name: string;
  /** Breaks it. */
  begin(): Promise<void>;
  /** Resolves when it is whole again and answers. */
  mend(): Promise<void>;
}

/** A running store. */
export interface Running extends AsyncDisposable {
  /** Opens a connection; rejects when nobody answers. `client` counts from 0. */
  connect(client: number): Promise<Connection>;
  /** What the nemesis may do to it; empty if nothing. */
  readonly breaks: readonly Break[];
  /** What its processes said last, for failures. */
  said(): string;
}

/** A kind of store. */
export interface System {
  /** For the report. */
  readonly name: string;
  /** What its clients may ask. */
  readonly functions: readonly KvInput["f"][];
  /** Whether it can be started here; otherwise one sentence that says what is missing and how to get it. */
  missing(): Promise<string | null>;
  /** Starts it with its data under `folder`, which is empty. */
  start(folder: string): Promise<Running>;
}
