import { kvModel } from "../../../porcupine/models/kv.ts";
import { registerModel } from "../../../porcupine/models/register.ts";
import { versionedKvModel } from "../../../porcupine/models/versioned_kv.ts";
import { type AnySubject, plain, subject } from "./compare.ts";
import { kvShape, registerShape, versionedShape } from "./shapes.ts";

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
  subject({ name: "kv, no puts", model: kvModel(), shape: () => kvShape({ puts: false }) }),
  subject({ name: "kv, two keys", model: kvModel(), shape: () => kvShape({ keys: 2 }) }),
  subject({ name: "versioned kv", model: versionedKvModel(), shape: () => versionedShape() }),
  subject({
    name: "versioned kv, unique values",
    model: versionedKvModel(),
    shape: () => versionedShape({ unique: true }),
  }),
];

/** The same without hints: what a user's model with nothing but a step function gets. */
export const PLAIN: readonly AnySubject[] = [
  subject({ name: "register, step only", model: plain(registerModel()), shape: () => registerShape() }),
  subject({ name: "kv, step only", model: plain(kvModel()), shape: () => kvShape() }),
  subject({
    name: "versioned kv, step only",
    model: plain(versionedKvModel()),
    shape: () => versionedShape(),
  }),
];
