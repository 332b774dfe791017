/**
 * A linearizability checker that stands alone: give it a model and a history, get a verdict with a certificate.
 *
 * - Histories: {@linkcode Recorder} makes them, {@linkcode loadHistory} and {@linkcode writeLinhist} keep them in files.
 * - Verdicts: {@linkcode checkOperations} and {@linkcode checkEvents} on a whole history, {@linkcode checkInParallel} in
 *   several threads, {@linkcode Checker} while it happens, {@linkcode assertLinearizable} in a test.
 * - Transactions: {@linkcode checkTransactions}, by isolation level.
 * - After a violation: {@linkcode renderHtml} draws it, {@linkcode checkLevels} tells what still held.
 * - Models: {@linkcode registerModel}, {@linkcode kvModel} and many more; {@linkcode Model} says what one of your own needs.
 *
 * @example A model of one's own, and a history that it cannot explain
 * ```ts
 * import { checkOperations, ILLEGAL, type Model } from "@flotilla/flotilla/porcupine";
 *
 * // A switch: each press tells whether the light is on afterwards.
 * const light: Model<boolean, "press", boolean> = {
 *   name: "light",
 *   init: () => false,
 *   step: (on, _press, answer) => answer.known && answer.output === on ? ILLEGAL : !on,
 * };
 * const press = (client: string, callAt: number, on: boolean) => ({
 *   client,
 *   callAt,
 *   input: "press",
 *   outcome: { status: "ok", returnAt: callAt + 10, output: on },
 * } as const);
 * const verdict = checkOperations(light, [press("ann", 0, true), press("bob", 5, true)]);
 * if (verdict.kind !== "illegal" || verdict.core.length !== 2) throw new Error(verdict.kind);
 * ```
 *
 * @module
 */
export * from "./types.ts";
export { assertLinearizable, NotLinearizableError } from "./assert.ts";
export { checkEvents, checkOperations } from "./check.ts";
export { checkInParallel, type ParallelOptions } from "./parallel/check.ts";
export { WorkerPool } from "./parallel/pool.ts";
export { Checker, type CheckerOptions, type CheckerStatus, type LostEvent } from "./online/checker.ts";
export { Recorder, type RecorderOptions } from "./record.ts";
export {
  type RegisterInput,
  registerModel,
  type RegisterOptions,
  type RegisterOutput,
  type RegisterValue,
} from "./models/register.ts";
export { type KvInput, kvModel, type KvOutput } from "./models/kv.ts";
export {
  type Versioned,
  type VersionedKvInput,
  versionedKvModel,
  type VersionedKvOutput,
} from "./models/versioned_kv.ts";
export * from "./formats/mod.ts";
export { adaptModel, type Translated, type Translation } from "./models/adapt.ts";
export { type Item } from "./models/answers.ts";
export { type BagInput, bagModel, type BagOutput, type BagState } from "./models/bag.ts";
export {
  type BankInput,
  bankModel,
  type BankOptions,
  type BankOutput,
  type BankState,
} from "./models/bank.ts";
export {
  type CounterInput,
  counterModel,
  type CounterOptions,
  type CounterOutput,
} from "./models/counter.ts";
export { etcdModel, type EtcdOutput } from "./models/etcd.ts";
export {
  type JepsenInput,
  jepsenMutexModel,
  type JepsenOutput,
  jepsenQueueModel,
  jepsenRegisterModel,
  jepsenSetModel,
  type JepsenValue,
} from "./models/jepsen.ts";
export {
  type KvBatchInput,
  kvBatchModel,
  type KvBatchOptions,
  type KvBatchOutput,
  type KvBatchState,
  type KvBatchStep,
  type KvGuard,
} from "./models/kv_batch.ts";
export {
  type LockInput,
  lockModel,
  type LockOptions,
  type LockOutput,
  type LockState,
} from "./models/lock.ts";
export { type LogInput, logModel, type LogOutput, type LogState } from "./models/log.ts";
export { type MutexInput, mutexModel, type MutexOutput } from "./models/mutex.ts";
export {
  type PriorityQueueInput,
  priorityQueueModel,
  type PriorityQueueOptions,
  type PriorityQueueOutput,
} from "./models/priority_queue.ts";
export { type QueueInput, queueModel, type QueueOutput } from "./models/queue.ts";
export { type SetInput, setModel, type SetOptions, type SetOutput, type SetState } from "./models/set.ts";
export { type StackInput, stackModel, type StackOutput } from "./models/stack.ts";
export * from "./picture/mod.ts";
export * from "./levels/mod.ts";
export * from "./cycles/mod.ts";
