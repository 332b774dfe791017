/**
 * Transactions: isolation levels by the cycles of their dependencies.
 *
 * @module
 */
export * from "./types.ts";
export { checkTransactions } from "./check.ts";
export { ISOLATION_LEVELS } from "./levels.ts";
export { TRANSACTION_KINDS, transactionCodec, type TransactionKind } from "./codec.ts";
export {
  type TransactionInput,
  transactionModel,
  type TransactionOutput,
  transactionsOf,
  type TransactionState,
} from "./model.ts";
