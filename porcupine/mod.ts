/**
 * A linearizability checker that stands alone: give it a model and a history, get a verdict with a certificate.
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
