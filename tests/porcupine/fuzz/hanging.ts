import { Checker, ILLEGAL, type Model } from "../../../porcupine/mod.ts";
import type { Answer } from "../../../porcupine/types.ts";
import type { Random, Shape } from "./random.ts";

/** One operation that has been called; `ret` is infinite until it is answered. */
interface Asked<Input, Output> {
  readonly input: Input;
  readonly call: number;
  ret: number;
  answer: Answer<Output>;
}

const CONTEXT = { expired: () => false };

/** Whether some order explains all answers; tries all, but none twice from the same state with the same operations left. */
function isPossible<State, Input, Output>(
  model: Model<State, Input, Output>,
  asked: readonly Asked<Input, Output>[],
): boolean {
  const before = asked.map(({ call }) =>
    asked.reduce((mask, { ret }, k) => ret < call ? mask | (1 << k) : mask, 0)
  );
  const answered = asked.reduce((mask, { answer }, k) => answer.known ? mask | (1 << k) : mask, 0);
  const seen = new Set<string>();
  const extend = (used: number, state: State): boolean => {
    if ((answered & ~used) === 0) return true;
    const name = `${used} ${model.key === undefined ? JSON.stringify(state) : String(model.key(state))}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return asked.some(({ input, answer }, k) => {
      if ((used & (1 << k)) !== 0 || (before[k] & ~used) !== 0) return false;
      if ("steps" in model) {
        return model.steps(state, input, answer, CONTEXT).some((next) => extend(used | (1 << k), next));
      }
      const next = model.step(state, input, answer, CONTEXT);
      return next !== ILLEGAL && extend(used | (1 << k), next as State);
    });
  };
  return extend(0, model.init());
}

/** What a client waits for; `output`: what the object has answered, which it does not know yet. */
interface Waiting<Input, Output> {
  readonly number: number;
  readonly asked: Asked<Input, Output>;
  reply: { readonly output: Output } | undefined;
}

/**
 * Watches a true object, some of whose answers are guessed: up to three busy clients, and up to three whose calls hang for long, so
 * that the past is summed up beside them. After each answer the checker must say what trying all orders of the prefix says. Answers
 * what is wrong.
 */
export function faultBesideHanging<Truth, State, Input, Output>(
  model: Model<State, Input, Output>,
  shape: Shape<Truth, Input, Output>,
  random: Random,
): string | undefined {
  const checker = new Checker(model, { windowAnswers: 1 + random.below(6) });
  const busy = 1 + random.below(3);
  const clients: (Waiting<Input, Output> | undefined)[] = new Array(busy + 1 + random.below(3)).fill(
    undefined,
  );
  const asked: Asked<Input, Output>[] = [];
  const most = 10 + random.below(13);
  const guessed = random.pick([0, 0, 0, 1, 1, 3]);
  const patience = 1 + random.below(12);
  let truth = shape.init();
  for (let clock = 0; clock < 400; clock++) {
    const client = random.below(clients.length);
    const hangs = client >= busy;
    const waiting = clients[client];
    if (waiting === undefined) {
      if (asked.length === most || (hangs && random.below(3) > 0)) continue;
      const one: Asked<Input, Output> = {
        input: shape.input(random),
        call: clock,
        ret: Infinity,
        answer: { known: false },
      };
      clients[client] = { number: asked.length, asked: one, reply: undefined };
      checker.call(asked.length, client, one.input);
      asked.push(one);
      continue;
    }
    if (waiting.reply === undefined && random.below(hangs ? 4 : 2) === 0) {
      const [next, output] = shape.run(truth, waiting.asked.input, random);
      truth = next;
      waiting.reply = { output };
      continue;
    }
    if (hangs && random.below(patience) > 0) continue;
    if (random.below(hangs ? 6 : 40) === 0) {
      checker.lost(waiting.number);
      clients[client] = undefined;
    } else if (waiting.reply !== undefined) {
      const output = random.below(20) < guessed
        ? shape.guess(waiting.asked.input, random)
        : waiting.reply.output;
      Object.assign(waiting.asked, { ret: clock, answer: { known: true, output } });
      clients[client] = undefined;
      const { kind } = checker.return(waiting.number, output);
      const possible = isPossible(model, asked);
      if (possible !== (kind === "ok")) {
        return `it says ${kind} at operation ${waiting.number} of ${JSON.stringify(asked)}`;
      }
      if (!possible) return undefined;
    }
  }
  return undefined;
}

/** Whether answers are said to tell anything, and whether an answer may say that nothing was done. */
interface Manner {
  readonly tells: boolean;
  readonly fails: "never" | "always" | "in even states";
  readonly several: boolean;
}

/** A random object of two to six states, and a model of it. */
export function randomObject(
  random: Random,
): { readonly model: Model<number, number, number>; readonly shape: Shape<number, number, number> } {
  const states = 2 + random.below(5);
  const inputs = 2 + random.below(4);
  const outputs = 1 + random.below(3);
  const several = random.below(3) === 0;
  const fails = random.pick(["never", "always", "in even states"] as const);
  const manner: Manner = { tells: fails === "never" && random.below(2) === 0, fails, several };
  const table = Array.from(
    { length: inputs },
    () =>
      Array.from(
        { length: states },
        (_, state) =>
          Array.from({ length: several ? 1 + random.below(2) : 1 }, () => ({
            next: random.below(4) === 0 ? state : random.below(states),
            output: random.below(outputs),
          })),
      ),
  );
  const shape: Shape<number, number, number> = {
    init: () => 0,
    input: (draw) => draw.below(inputs),
    run: (state, input, draw) => {
      if (mayFail(manner, state) && draw.below(6) === 0) return [state, FAILED];
      const { next, output } = draw.pick(table[input][state]);
      return [next, output];
    },
    guess: (_input, draw) => fails !== "never" && draw.below(4) === 0 ? FAILED : draw.below(outputs),
  };
  return { model: modelOf(table, manner), shape };
}

/** The answer that says that nothing was done. */
const FAILED = -1;

function mayFail({ fails }: Manner, state: number): boolean {
  return fails === "always" || (fails === "in even states" && state % 2 === 0);
}

/** By input and state. */
type Table = readonly (readonly (readonly { readonly next: number; readonly output: number }[])[])[];

function modelOf(table: Table, manner: Manner): Model<number, number, number> {
  const steps = (state: number, input: number, answer: Answer<number>): readonly number[] => {
    if (answer.known && answer.output === FAILED) return mayFail(manner, state) ? [state] : [];
    const fit = table[input][state].filter(({ output }) => !answer.known || output === answer.output);
    return [...new Set(fit.map(({ next }) => next))];
  };
  const base = { name: "random object", init: () => 0 };
  if (manner.several) return { ...base, steps };
  return {
    ...base,
    step: (state, input, answer) => steps(state, input, answer)[0] ?? ILLEGAL,
    ...(manner.tells && { tells: (state: number, input: number) => table[input][state][0].output }),
  };
}

/** A random object of three to eight states whose state can be read, by requests 0, and a model that says that this changes nothing. */
export function randomReadable(
  random: Random,
): { readonly model: Model<number, number, number>; readonly shape: Shape<number, number, number> } {
  const states = 3 + random.below(6);
  const inputs = 2 + random.below(3);
  const told = random.pick([3, states, states]);
  const next = Array.from(
    { length: inputs },
    (_, input) =>
      Array.from(
        { length: states },
        (_, state) => input === 0 || random.below(3) === 0 ? state : random.below(states),
      ),
  );
  const outputOf = (state: number, input: number): number => state % (input === 0 ? told : 2);
  const tells = random.below(2) === 0;
  const model: Model<number, number, number> = {
    name: "readable object",
    init: () => 0,
    readOnly: (input) => input === 0,
    step: (state, input, answer) =>
      answer.known && answer.output !== outputOf(state, input) ? ILLEGAL : next[input][state],
    ...(tells && { tells: outputOf }),
  };
  const shape: Shape<number, number, number> = {
    init: () => 0,
    input: (draw) => draw.below(3) === 0 ? 0 : draw.below(inputs),
    run: (state, input) => [next[input][state], outputOf(state, input)],
    guess: (input, draw) => outputOf(draw.below(states), input),
  };
  return { model, shape };
}
