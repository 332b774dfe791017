/**
 * Transactions: isolation levels by the cycles of their dependencies.
 *
 * @module
 */
export * from "./types.ts";
export { checkTransactions } from "./check.ts";
export { ISOLATION_LEVELS } from "./levels.ts";
