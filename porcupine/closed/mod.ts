/**
 * What is possible at all where a step function's states are few.
 *
 * @module
 */
export { Moves } from "./moves.ts";
export { type Finding, findOrder, type Material } from "./orders.ts";
export { NOWHERE, type Rows } from "./numbers.ts";
export { Space } from "./space.ts";
