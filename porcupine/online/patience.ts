import type { StepContext } from "../types.ts";

/** Whether to go on trying: a user's steps may be slow, and the limits hold for them, too. */
export interface Patience extends StepContext {
  /** To be asked before each step. */
  mayStep(): boolean;
}

/** Of whoever has no limit. */
export const ENDLESS: Patience = { mayStep: () => true, expired: () => false };
