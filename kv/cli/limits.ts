/**
 * What clients may ask of a node at most.
 * @module
 */

import { MAX_VALUE_BYTES } from "../store/types.ts";

/** Sizes and numbers. */
export interface Limits {
  /** Longest value, in bytes of UTF-8. */
  readonly maxValueBytes: number;
  /** Longest request. */
  readonly maxRequestBytes: number;
  /** Most client connections at each port. */
  readonly maxClients: number;
}

/** What holds unless the command line says otherwise. */
export const DEFAULT_LIMITS: Limits = {
  maxValueBytes: MAX_VALUE_BYTES,
  maxRequestBytes: MAX_VALUE_BYTES + (1 << 20),
  maxClients: 1000,
};
