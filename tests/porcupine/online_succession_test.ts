/** On line: watches of every kind that meet what they do not understand, in a call or in an answer, and hand over to the search. */
import {
  type Answer,
  counterModel,
  kvModel,
  logModel,
  type Model,
  priorityQueueModel,
  queueModel,
  registerModel,
  setModel,
  stackModel,
  versionedKvModel,
} from "../../porcupine/mod.ts";
import { priorityQueueShape, queueShape, setShape, stackShape } from "./fuzz/collections.ts";
import { forSeeds, subject } from "./fuzz/compare.ts";
import { counterShape, logShape } from "./fuzz/objects.ts";
import type { Shape } from "./fuzz/random.ts";
import { kvShape, registerShape, versionedShape } from "./fuzz/shapes.ts";

/** Some of all texts, one in so many. */
function isOneIn(many: number, text: string): boolean {
  let sum = 0;
  for (let k = 0; k < text.length; k++) sum = (31 * sum + text.charCodeAt(k)) % 10_007;
  return sum % many === 0;
}

/** The same model, whose kind does not understand some of the requests, or some of the answers. */
function halfUnderstood<State, Input, Output>(
  model: Model<State, Input, Output>,
  what: "requests" | "answers",
): Model<State, Input, Output> {
  const { kind } = model;
  if (kind === undefined) throw new TypeError("a model without a kind has no watch that could hand over");
  const isOdd = (input: Input, answer: Answer<Output>): boolean =>
    what === "requests"
      ? isOneIn(7, JSON.stringify(input))
      : answer.known && isOneIn(11, JSON.stringify([input, answer.output]));
  const view = (input: Input, answer: Answer<Output>) =>
    isOdd(input, answer) ? undefined : kind.view(input, answer);
  return { ...model, kind: Object.assign({}, kind, { view }) };
}

function compare<Truth, State, Input, Output>(
  name: string,
  model: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
): void {
  for (const what of ["requests", "answers"] as const) {
    const { onlineAgainstOracle, onlineAgainstPrefixes } = subject({
      name,
      model: halfUnderstood(model, what),
      shape,
    });
    const title =
      `on line: where a watch does not understand some ${what} the search finds the first impossible answer: ${name}`;
    Deno.test(title, () => {
      forSeeds(title, 200, onlineAgainstOracle);
      forSeeds(title, 200, (seed) => onlineAgainstPrefixes(seed, 20));
    });
  }
}

compare("register", registerModel(), () => registerShape({ unique: true, cas: false }));
compare("kv", kvModel(), () => kvShape({ unique: true }));
compare("versioned kv", versionedKvModel(), () => versionedShape({ climbs: true }));
compare("queue", queueModel(), () => queueShape({ unique: true }));
compare("stack", stackModel(), () => stackShape({ unique: true }));
compare("priority queue", priorityQueueModel(), () => priorityQueueShape({ unique: true, order: "max" }));
compare("log", logModel(), () => logShape({ unique: true }));
compare("counter", counterModel(), () => counterShape({ byOne: true }));
compare("set that grows", setModel({ members: true }), () => setShape({ members: true, grows: true }));
compare("set", setModel({ members: true }), () => setShape({ members: true }));
