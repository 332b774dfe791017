/** On line: states that hold NaN, of which `===` says that they are not themselves. */
import { assertEquals } from "@std/assert";
import { type Answer, Checker, ILLEGAL, type Model } from "../../porcupine/mod.ts";

/** What a sensor is told to show; `look`: it is asked what it shows. */
type Asked = number | "look";

interface Showing {
  readonly shown: number;
}

function answers({ shown }: Showing, asked: Asked, answer: Answer<number>): boolean {
  return !answer.known || Object.is(answer.output, asked === "look" ? shown : asked);
}

/** Each step makes a state of its own, of which only its fields, or a key, say which it is. */
const SENSOR: Model<Showing, Asked, number> = {
  name: "sensor",
  init: () => ({ shown: NaN }),
  step: (state, asked, answer) =>
    answers(state, asked, answer) ? { shown: asked === "look" ? state.shown : asked } : ILLEGAL,
};

const KEYED: Model<Showing, Asked, number> = {
  ...SENSOR,
  name: "sensor with a key",
  key: ({ shown }) => shown,
};

const NUMBER: Model<number, Asked, number> = {
  name: "number",
  init: () => NaN,
  step: (shown, asked, answer) =>
    answers({ shown }, asked, answer) ? asked === "look" ? shown : asked : ILLEGAL,
};

/** While one request hangs the sensor is told to show this and that; then the one is answered. */
function judge<State>(
  model: Model<State, Asked, number>,
  hanging: Asked,
  output: number,
): readonly [status: string, forgets: boolean] {
  const checker = new Checker(model, { windowAnswers: 4 });
  checker.call(0, "ann", hanging);
  for (let k = 1; k <= 60; k++) {
    const told = k % 3 === 0 ? NaN : k % 3;
    checker.call(k, "bob", told);
    if (checker.return(k, told).kind !== "ok") return [checker.status.kind, false];
  }
  const forgets = checker.kept < 20;
  return [checker.return(0, output).kind, forgets];
}

function compare<State>(model: Model<State, Asked, number>): void {
  Deno.test(`on line: states that hold NaN are summed up beside a call that hangs, and its answer is judged: ${model.name}`, () => {
    assertEquals(judge(model, NaN, NaN), ["ok", true]);
    assertEquals(judge(model, "look", NaN), ["ok", true]);
    assertEquals(judge(model, "look", 2), ["ok", true]);
    assertEquals(judge(model, "look", 7), ["illegal", true]);
    const looked = { ...model, readOnly: (asked: Asked) => asked === "look" };
    assertEquals(judge(looked, "look", NaN), ["ok", true]);
    assertEquals(judge(looked, "look", 7), ["illegal", true]);
  });
}

compare(SENSOR);
compare(KEYED);
compare(NUMBER);
