/**
 * Whom a fault strikes.
 * @module
 */

/**
 * A machine by its number from 0, or whoever leads (or led last) when the fault strikes; `leader 2` is the leader of group number 2,
 * where there are several.
 */
export type Target = number | "leader" | `leader ${number}`;
