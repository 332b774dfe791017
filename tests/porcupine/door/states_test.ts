/** States of users' models that JSON, or their fields alone, do not tell: of classes, in circles, not finite. */
import { assert, assertEquals } from "@std/assert";
import { checkOperations, ILLEGAL, type Model } from "../../../porcupine/mod.ts";
import { answered, type Circle, circle } from "./answered.ts";

/** A light: nothing but its class tells whether it is on. */
class Off {
  readonly watts = 5;
  get isOn(): boolean {
    return false;
  }
}

class On extends Off {
  override get isOn(): boolean {
    return true;
  }
}

for (
  const { where, hold } of [
    { where: "", hold: (light: Off) => ({ light }).light },
    { where: " in a map", hold: (light: Off) => new Map([["hall", light]]) },
  ] as readonly { where: string; hold: (light: Off) => object }[]
) {
  Deno.test(`States of two classes${where} are two states, though their fields are the same`, () => {
    const lights = new WeakMap<object, Off>();
    const held = (light: Off): object => {
      const state = hold(light);
      lights.set(state, light);
      return state;
    };
    const model: Model<object, "on" | "off" | "look", boolean> = {
      name: "light",
      init: () => held(new Off()),
      step: (state, input, answer) => {
        if (input !== "look") return held(input === "on" ? new On() : new Off());
        return answer.known && answer.output !== lights.get(state)?.isOn ? ILLEGAL : state;
      },
    };
    const history = [answered<"on" | "off" | "look", boolean>("ann", "on", true, 0)];
    for (const strategy of ["auto", "search"] as const) {
      const judged = (seen: boolean): string =>
        checkOperations(model, [...history, answered("bob", "look", seen, 2)], { strategy }).kind;
      assertEquals([judged(true), judged(false)], ["ok", "illegal"]);
    }
  });
}

Deno.test("Numbers that are not finite are told as they are, and not as null", () => {
  const model: Model<number, number, { seen: number }> = {
    name: "largest",
    init: () => -Infinity,
    step: (most, _asked, answer) => answer.known && answer.output.seen !== most ? ILLEGAL : most,
  };
  const verdict = checkOperations(model, [answered("ann", NaN, { seen: Infinity }, 0)]);
  assert(verdict.kind === "illegal");
  assertEquals(
    verdict.sentence,
    'Client ann\'s "NaN" -> {"seen":"Infinity"} is impossible: nothing explains it; ' +
      'whatever the order of all before it, the state was "-Infinity".',
  );
});

for (const prototype of [Object.prototype, null]) {
  Deno.test(`A state in a circle is told by its fields, prototype ${prototype === null ? "none" : "Object"}`, () => {
    const model: Model<Circle, "see", number> = {
      name: "circle",
      init: () => Object.setPrototypeOf(circle(7), prototype),
      key: ({ n }) => n,
      step: (state, _see, answer) => answer.known && answer.output !== state.n ? ILLEGAL : state,
    };
    const verdict = checkOperations(model, [answered("ann", "see", 8, 0)]);
    assert(verdict.kind === "illegal");
    assert(verdict.sentence.endsWith('the state was {"n":7,"me":...}.'), verdict.sentence);
  });
}
