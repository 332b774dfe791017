import type { Item } from "../../models/answers.ts";
import { type BagInput, bagModel, type BagOutput, type BagState } from "../../models/bag.ts";
import {
  type PriorityQueueInput,
  priorityQueueModel,
  type PriorityQueueOutput,
} from "../../models/priority_queue.ts";
import { type QueueInput, queueModel, type QueueOutput } from "../../models/queue.ts";
import { type SetInput, setModel, type SetOutput, type SetState } from "../../models/set.ts";
import { type StackInput, stackModel, type StackOutput } from "../../models/stack.ts";
import {
  type Codec,
  mismatch,
  recordedItem,
  requireBoolean,
  requireItem,
  requireList,
  unknownOperation,
} from "../codec.ts";
import type { Keyed } from "../keyed.ts";
import type { Datum, RawOperation } from "../raw.ts";
import { keyedCodec } from "./keyed.ts";

const SET_OPERATIONS = {
  add: "add (v: the value; may answer whether it is new)",
  remove: "remove (v: the value; may answer whether it was there)",
  contains: "contains (v: the value, answers true or false)",
  members: "members (answers the list of all values)",
};

/** Sets. Jepsen's `read` of a set is `members`. */
export const setCodec: Codec<SetState, Keyed<SetInput>, SetOutput> = keyedCodec({
  name: "set",
  summary: "sets with add, remove, contains, members; empty at the start",
  operations: SET_OPERATIONS,
  // Without requests for all members every value can be judged by itself.
  model: ({ operations }) => setModel({ members: operations.some(({ input }) => input.f === "members") }),
  input: (raw) => {
    switch (raw.f) {
      case "members":
      case "read":
        return { f: "members" };
      case "add":
      case "remove":
      case "contains":
        return { f: raw.f, value: requireItem(raw.argument, `the value of ${raw.f}`) };
      default:
        return unknownOperation(SET_OPERATIONS, raw.f);
    }
  },
  output: (value, input): SetOutput => {
    switch (input.f) {
      case "members": {
        const list = requireList(value, "the members");
        return { f: "members", values: list.map((member) => requireItem(member, "a member")) };
      }
      case "contains":
        return { f: "contains", present: requireBoolean(value, "the answer of contains") };
      default:
        return { f: input.f, changed: changedBy(value, input) };
    }
  },
  recordInput: (input) =>
    input.f === "members" ? { f: input.f } : { f: input.f, argument: recordedItem(input.value) },
  recordOutput: (output) => {
    if (output.f === "members") return output.values.map(recordedItem);
    if (output.f === "contains") return output.present;
    return output.changed === "unsaid" ? undefined : output.changed;
  },
  mark: (input, answer) =>
    answer.known && (input.f === "add" || input.f === "remove") && "changed" in answer.output &&
      answer.output.changed === false
      ? "failed"
      : "plain",
});

/** Jepsen repeats the argument in an answer that says nothing. */
function changedBy(value: Datum, { value: argument }: { value: Item }): boolean | "unsaid" {
  if (value === null || (typeof value !== "boolean" && value === argument)) return "unsaid";
  return requireBoolean(value, "whether the set changed");
}

const QUEUE_OPERATIONS = {
  enqueue: "enqueue (v: the value)",
  dequeue: "dequeue (answers the value, null if empty)",
};

function queueRequest(raw: RawOperation): QueueInput {
  if (raw.f === "enqueue") return { f: raw.f, value: requireItem(raw.argument, "the value of enqueue") };
  return raw.f === "dequeue" ? { f: raw.f } : unknownOperation(QUEUE_OPERATIONS, raw.f);
}

/** First-in, first-out queues. */
export const queueCodec: Codec<readonly Item[], Keyed<QueueInput>, QueueOutput> = keyedCodec({
  name: "queue",
  summary: "first-in, first-out queues with enqueue, dequeue; empty at the start",
  operations: QUEUE_OPERATIONS,
  model: () => queueModel(),
  input: queueRequest,
  output: (value, { f }) => f === "enqueue" ? { f } : { f, value: taken(value) },
  recordInput: (input) => input.f === "enqueue" ? { f: input.f, argument: recordedItem(input.value) } : input,
  recordOutput: (output) => output.f === "enqueue" ? undefined : recordedItem(output.value),
});

/** Queues that keep no order. */
export const bagCodec: Codec<BagState, Keyed<BagInput>, BagOutput> = keyedCodec({
  name: "bag",
  summary: "queues that keep no order, with enqueue, dequeue; empty at the start",
  operations: QUEUE_OPERATIONS,
  model: () => bagModel(),
  input: queueRequest,
  output: (value, { f }) => f === "enqueue" ? { f } : { f, value: taken(value) },
  recordInput: (input) => input.f === "enqueue" ? { f: input.f, argument: recordedItem(input.value) } : input,
  recordOutput: (output) => output.f === "enqueue" ? undefined : recordedItem(output.value),
});

const STACK_OPERATIONS = { push: "push (v: the value)", pop: "pop (answers the value, null if empty)" };

/** Last-in, first-out stacks. */
export const stackCodec: Codec<readonly Item[], Keyed<StackInput>, StackOutput> = keyedCodec({
  name: "stack",
  summary: "last-in, first-out stacks with push, pop; empty at the start",
  operations: STACK_OPERATIONS,
  model: () => stackModel(),
  input: (raw) =>
    raw.f === "push"
      ? { f: raw.f, value: requireItem(raw.argument, "the value of push") }
      : raw.f === "pop"
      ? { f: raw.f }
      : unknownOperation(STACK_OPERATIONS, raw.f),
  output: (value, { f }) => f === "push" ? { f } : { f, value: taken(value) },
  recordInput: (input) => input.f === "push" ? { f: input.f, argument: recordedItem(input.value) } : input,
  recordOutput: (output) => output.f === "push" ? undefined : recordedItem(output.value),
});

const PRIORITY_OPERATIONS = {
  insert: "insert (v: the value)",
  extract: "extract (answers the value, null if empty)",
};

/** Priority queues; the header's `order` is `min` (default) or `max`. */
export const priorityQueueCodec: Codec<readonly Item[], Keyed<PriorityQueueInput>, PriorityQueueOutput> =
  keyedCodec({
    name: "priority-queue",
    summary: "priority queues with insert, extract; the smallest first (header: order max for the largest)",
    operations: PRIORITY_OPERATIONS,
    model: ({ facts }) => priorityQueueModel({ order: orderOf(facts.order ?? "min") }),
    input: (raw) =>
      raw.f === "insert"
        ? { f: raw.f, value: requireItem(raw.argument, "the value of insert") }
        : raw.f === "extract"
        ? { f: raw.f }
        : unknownOperation(PRIORITY_OPERATIONS, raw.f),
    output: (value, { f }) => f === "insert" ? { f } : { f, value: taken(value) },
    recordInput: (input) =>
      input.f === "insert" ? { f: input.f, argument: recordedItem(input.value) } : input,
    recordOutput: (output) => output.f === "insert" ? undefined : recordedItem(output.value),
  });

function orderOf(order: Datum): "min" | "max" {
  return order === "min" || order === "max" ? order : mismatch("min or max for order in the header", order);
}

function taken(value: Datum): Item | null {
  return value === null ? null : requireItem(value, "the value taken out");
}
