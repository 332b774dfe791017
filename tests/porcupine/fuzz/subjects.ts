import { bagModel } from "../../../porcupine/models/bag.ts";
import { bankModel } from "../../../porcupine/models/bank.ts";
import { counterModel } from "../../../porcupine/models/counter.ts";
import { etcdModel } from "../../../porcupine/models/etcd.ts";
import {
  jepsenMutexModel,
  jepsenQueueModel,
  jepsenRegisterModel,
  jepsenSetModel,
} from "../../../porcupine/models/jepsen.ts";
import { kvBatchModel } from "../../../porcupine/models/kv_batch.ts";
import { lockModel } from "../../../porcupine/models/lock.ts";
import { logModel } from "../../../porcupine/models/log.ts";
import { mutexModel } from "../../../porcupine/models/mutex.ts";
import { priorityQueueModel } from "../../../porcupine/models/priority_queue.ts";
import { queueModel } from "../../../porcupine/models/queue.ts";
import { setModel } from "../../../porcupine/models/set.ts";
import { stackModel } from "../../../porcupine/models/stack.ts";
import { kvModel } from "../../../porcupine/models/kv.ts";
import { registerModel } from "../../../porcupine/models/register.ts";
import { versionedKvModel } from "../../../porcupine/models/versioned_kv.ts";
import type { Answer, Model } from "../../../porcupine/types.ts";
import { type AnySubject, plain, subject } from "./compare.ts";
import { bagShape, priorityQueueShape, queueShape, setShape, stackShape } from "./collections.ts";
import {
  bankShape,
  counterShape,
  etcdShape,
  jepsenMutexShape,
  jepsenQueueShape,
  jepsenRegisterShape,
  jepsenSetShape,
  kvBatchShape,
  lockShape,
  logShape,
  mutexShape,
} from "./objects.ts";
import { kvShape, registerShape, versionedShape } from "./shapes.ts";
import type { Shape } from "./random.ts";

/** Models with all their hints. */
export const HINTED: readonly AnySubject[] = [
  subject({ name: "register", model: registerModel(), shape: () => registerShape() }),
  subject({
    name: "register, unique values",
    model: registerModel(),
    shape: () => registerShape({ unique: true }),
  }),
  subject({
    name: "register, unique values, no cas",
    model: registerModel(),
    shape: () => registerShape({ unique: true, cas: false }),
  }),
  subject({ name: "register, no cas", model: registerModel(), shape: () => registerShape({ cas: false }) }),
  subject({ name: "kv", model: kvModel(), shape: () => kvShape() }),
  subject({ name: "kv, unique tokens", model: kvModel(), shape: () => kvShape({ unique: true }) }),
  subject({
    name: "kv, unique tokens, no puts",
    model: kvModel(),
    shape: () => kvShape({ unique: true, puts: false }),
  }),
  subject({
    name: "kv, unique tokens, no appends",
    model: kvModel(),
    shape: () => kvShape({ unique: true, appends: false }),
  }),
  subject({ name: "kv, no puts", model: kvModel(), shape: () => kvShape({ puts: false }) }),
  subject({ name: "kv, two keys", model: kvModel(), shape: () => kvShape({ keys: 2 }) }),
  subject({ name: "versioned kv", model: versionedKvModel(), shape: () => versionedShape() }),
  subject({
    name: "versioned kv, unique values",
    model: versionedKvModel(),
    shape: () => versionedShape({ unique: true }),
  }),
  subject({
    name: "register, unique values, not understood after a while",
    model: halfUnderstood(
      registerModel(),
      ({ op }, answer) =>
        op === "read" && answer.known && answer.output.f === "read" && Number(answer.output.value) > 9,
    ),
    shape: () => registerShape({ unique: true, cas: false }),
  }),
  subject({
    name: "versioned kv, not understood after a while",
    model: halfUnderstood(
      versionedKvModel(),
      ({ op }, answer) =>
        op === "get" && answer.known && "version" in answer.output && answer.output.version > 5,
    ),
    shape: () => versionedShape({ climbs: true }),
  }),
  subject({
    name: "versioned kv, climbing",
    model: versionedKvModel(),
    shape: () => versionedShape({ climbs: true }),
  }),
  ...collection("queue", queueModel(), queueShape),
  ...collection("bag", bagModel(), bagShape),
  ...collection("stack", stackModel(), stackShape),
  ...collection("priority queue", priorityQueueModel(), (o) => priorityQueueShape({ ...o, order: "min" })),
  ...collection(
    "greatest-first priority queue",
    priorityQueueModel({ order: "max" }),
    (o) => priorityQueueShape({ ...o, order: "max" }),
  ),
  subject({ name: "set", model: setModel(), shape: () => setShape({ members: false }) }),
  subject({
    name: "set, read as a whole",
    model: setModel({ members: true }),
    shape: () => setShape({ members: true }),
  }),
  subject({
    name: "set, read as a whole, that grows",
    model: setModel({ members: true }),
    shape: () => setShape({ members: true, grows: true }),
  }),
  subject({ name: "counter", model: counterModel(), shape: () => counterShape() }),
  subject({
    name: "counter, counted up by one",
    model: counterModel(),
    shape: () => counterShape({ byOne: true }),
  }),
  subject({ name: "mutex", model: mutexModel(), shape: mutexShape }),
  subject({ name: "lock", model: lockModel(), shape: () => lockShape({ gaps: false }) }),
  subject({
    name: "lock, increasing tokens",
    model: lockModel({ tokens: "increasing" }),
    shape: () => lockShape({ gaps: true }),
  }),
  subject({ name: "log", model: logModel(), shape: () => logShape() }),
  subject({ name: "log, unique values", model: logModel(), shape: () => logShape({ unique: true }) }),
  subject({ name: "bank", model: bankModel({ accounts: { a: 2, b: 1 } }), shape: bankShape }),
  subject({ name: "kv batches", model: kvBatchModel(), shape: kvBatchShape }),
  subject({ name: "etcd", model: etcdModel(), shape: etcdShape }),
  subject({ name: "jepsen set", model: jepsenSetModel(), shape: jepsenSetShape }),
  subject({ name: "jepsen register", model: jepsenRegisterModel(), shape: jepsenRegisterShape }),
  subject({ name: "jepsen mutex", model: jepsenMutexModel(), shape: jepsenMutexShape }),
  subject({ name: "jepsen queue", model: jepsenQueueModel(), shape: jepsenQueueShape }),
];

/** The same model, whose kind does not fit some of the answers: what is decided fast has to be searched for from then on. */
function halfUnderstood<State, Input, Output>(
  model: Model<State, Input, Output>,
  odd: (action: { readonly op: string }, answer: Answer<Output>) => boolean,
): Model<State, Input, Output> {
  const { kind } = model;
  if (kind?.type !== "register" && kind?.type !== "versioned") return model;
  const hide = <A extends { readonly op: string }>(
    action: A | undefined,
    answer: Answer<Output>,
  ): A | undefined => (action !== undefined && odd(action, answer) ? undefined : action);
  if (kind.type === "register") {
    return { ...model, kind: { ...kind, view: (i: Input, a: Answer<Output>) => hide(kind.view(i, a), a) } };
  }
  return { ...model, kind: { ...kind, view: (i: Input, a: Answer<Output>) => hide(kind.view(i, a), a) } };
}

function collection<Truth, State, Input, Output>(
  name: string,
  model: Model<State, Input, Output>,
  shape: (options: { unique: boolean }) => Shape<Truth, Input, Output>,
): readonly AnySubject[] {
  return [
    subject({ name, model, shape: () => shape({ unique: false }) }),
    subject({ name: `${name}, unique values`, model, shape: () => shape({ unique: true }) }),
  ];
}

/** The same without hints: what a user's model with nothing but a step function gets. */
export const PLAIN: readonly AnySubject[] = [
  subject({ name: "register, step only", model: plain(registerModel()), shape: () => registerShape() }),
  subject({ name: "kv, step only", model: plain(kvModel()), shape: () => kvShape() }),
  subject({
    name: "versioned kv, step only",
    model: plain(versionedKvModel()),
    shape: () => versionedShape(),
  }),
  subject({
    name: "queue, step only",
    model: plain(queueModel()),
    shape: () => queueShape({ unique: false }),
  }),
  subject({ name: "counter, step only", model: plain(counterModel()), shape: () => counterShape() }),
  subject({ name: "mutex, step only", model: plain(mutexModel()), shape: mutexShape }),
  subject({ name: "lock, step only", model: plain(lockModel()), shape: () => lockShape({ gaps: false }) }),
  subject({
    name: "lock, increasing tokens, steps only",
    model: plain(lockModel({ tokens: "increasing" })),
    shape: () => lockShape({ gaps: true }),
  }),
];
