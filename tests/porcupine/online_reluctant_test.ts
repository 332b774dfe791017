/** On line: objects of every kind, any of whose requests may be told that it was not carried out. */
import {
  counterModel,
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
} from "../../porcupine/mod.ts";
import { priorityQueueShape, queueShape, setShape, stackShape } from "./fuzz/collections.ts";
import { forSeeds, subject } from "./fuzz/compare.ts";
import { counterShape, lockShape, logShape, mutexShape } from "./fuzz/objects.ts";
import type { Shape } from "./fuzz/random.ts";
import { reluctant, reluctantShape } from "./fuzz/reluctant.ts";
import { kvShape, registerShape, versionedShape } from "./fuzz/shapes.ts";

function compare<Truth, State, Input, Output>(
  name: string,
  model: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
): void {
  const { onlineAgainstOracle } = subject({
    name,
    model: reluctant(model),
    shape: () => reluctantShape(shape(), 5),
  });
  const title = `on line: of an object that may do nothing the first impossible answer is found: ${name}`;
  Deno.test(title, () => forSeeds(title, 300, onlineAgainstOracle));
}

compare("register, unique values", registerModel(), () => registerShape({ unique: true, cas: false }));
compare("register", registerModel(), () => registerShape());
compare("kv, unique tokens", kvModel(), () => kvShape({ unique: true }));
compare("kv, no appends", kvModel(), () => kvShape({ unique: true, appends: false }));
compare("versioned kv", versionedKvModel(), () => versionedShape());
compare("versioned kv, climbing", versionedKvModel(), () => versionedShape({ climbs: true }));
compare("queue, unique values", queueModel(), () => queueShape({ unique: true }));
compare("stack, unique values", stackModel(), () => stackShape({ unique: true }));
compare("priority queue", priorityQueueModel(), () => priorityQueueShape({ unique: true, order: "min" }));
compare("set", setModel(), () => setShape({ members: false }));
compare("set, read as a whole", setModel({ members: true }), () => setShape({ members: true }));
compare("counter, counted up by one", counterModel(), () => counterShape({ byOne: true }));
compare("log, unique values", logModel(), () => logShape({ unique: true }));
compare("mutex", mutexModel(), mutexShape);
compare("lock", lockModel(), () => lockShape({ gaps: false }));
compare("lock, increasing tokens", lockModel({ tokens: "increasing" }), () => lockShape({ gaps: true }));
