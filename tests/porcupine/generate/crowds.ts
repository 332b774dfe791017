import {
  bankModel,
  counterModel,
  kvBatchModel,
  kvModel,
  lockModel,
  logModel,
  type Model,
  mutexModel,
  priorityQueueModel,
  queueModel,
  registerModel,
  setModel,
  stackModel,
  versionedKvModel,
} from "../../../porcupine/mod.ts";
import type { CrowdObject } from "./crowd.ts";
import * as objects from "./crowd_objects.ts";

/** A model, and an object of its kind that a crowd works on. */
export interface Crowded<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly object: CrowdObject<Input, Output>;
}

/** Something to do with a crowd whatever its types. */
export interface CrowdUser<Result> {
  /** Called once, with the crowd's own types. */
  use<State, Input, Output>(crowded: Crowded<State, Input, Output>): Result;
}

/** A crowd whose types do not matter; each call begins with a new object. */
export type Crowd = <Result>(user: CrowdUser<Result>) => Result;

function of<State, Input, Output>(
  model: () => Model<State, Input, Output>,
  object: () => CrowdObject<Input, Output>,
): Crowd {
  return (user) => user.use({ model: model(), object: object() });
}

/** Every model that is shipped, with a crowd at work on it; values differ where nothing else is said. */
export const CROWDS: Readonly<Record<string, Crowd>> = {
  "register": of(() => registerModel(), () => objects.crowdRegister({ swaps: false })),
  "register with compare-and-set": of(() => registerModel(), () => objects.crowdRegister({ swaps: true })),
  "register, five values": of(
    () => registerModel(),
    () => objects.crowdValues({ values: 5, swaps: false }),
  ),
  "register with compare-and-set, five values": of(
    () => registerModel(),
    () => objects.crowdValues({ values: 5, swaps: true }),
  ),
  "versioned kv": of(() => versionedKvModel(), () => objects.crowdVersions()),
  "kv with appends": of(() => kvModel(), () => objects.crowdText()),
  "counter": of(() => counterModel(), () => objects.crowdCounter()),
  "set": of(() => setModel(), () => objects.crowdSet({ members: false })),
  "set read as a whole": of(
    () => setModel({ members: true }),
    () => objects.crowdSet({ members: true }),
  ),
  "set read as a whole, that grows": of(
    () => setModel({ members: true }),
    () => objects.crowdSet({ members: true, grows: true }),
  ),
  "queue": of(() => queueModel(), () => objects.crowdQueue()),
  "stack": of(() => stackModel(), () => objects.crowdStack()),
  "priority queue": of(() => priorityQueueModel(), () => objects.crowdPriorities()),
  "lock": of(() => lockModel(), () => objects.crowdLock({ gaps: 1 })),
  "lock, increasing tokens": of(
    () => lockModel({ tokens: "increasing" }),
    () => objects.crowdLock({ gaps: 3 }),
  ),
  "mutex": of(() => mutexModel(), () => objects.crowdMutex()),
  "log": of(() => logModel(), () => objects.crowdLog({ told: true })),
  "log, offsets unsaid": of(() => logModel(), () => objects.crowdLog({ told: false })),
  "bank": of(() => bankModel({ accounts: { a: 100, b: 100, c: 100 } }), () => objects.crowdBank()),
  "kv batches": of(() => kvBatchModel(), () => objects.crowdBatches()),
};

/**
 * Those of them that have a watch of their own on line, however many clients there are, and how many operations it may keep: some
 * for each client, and what the object itself holds.
 */
export const WATCHED: Readonly<Record<string, (clients: number) => number>> = {
  "register": (clients) => 20 + 6 * clients,
  "register with compare-and-set": (clients) => 1100 + 80 * clients,
  "register, five values": (clients) => 1100 + 80 * clients,
  "register with compare-and-set, five values": (clients) => 1100 + 80 * clients,
  "versioned kv": (clients) => 20 + 6 * clients,
  "kv with appends": (clients) => 400 + 6 * clients,
  "counter": (clients) => 20 + 6 * clients,
  "set": (clients) => 100 + 6 * clients,
  "set read as a whole": (clients) => 20 + 12 * clients,
  "set read as a whole, that grows": (clients) => 20 + 12 * clients,
  "mutex": (clients) => 20 + 6 * clients,
  "lock": (clients) => 20 + 6 * clients,
  "lock, increasing tokens": (clients) => 20 + 6 * clients,
  "queue": (clients) => 120 + 6 * clients,
  "stack": (clients) => 300 + 10 * clients,
  "priority queue": (clients) => 120 + 6 * clients,
  "log": (clients) => 20 + 6 * clients,
};
