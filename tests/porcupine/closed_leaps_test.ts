import { assertEquals } from "@std/assert";
import { ILLEGAL, type Model } from "../../porcupine/types.ts";
import { faultOfBelieved } from "./fuzz/believed.ts";

/** A counter that can be set, which has not happened if the answer is lost: set, it is further on than by so many additions. */
const leaping: Model<number, "add" | "set", number | "done"> = {
  name: "leaping counter",
  init: () => 0,
  step: (state, input, answer) => {
    if (input === "set") return answer.known ? 4 : state;
    return !answer.known || answer.output === state + 1 ? state + 1 : ILLEGAL;
  },
};

Deno.test("An answer that leads further at once than all requests step by step is followed from there", () => {
  const at = (callAt: number, input: "add" | "set", output: number | "done") =>
    ({ client: callAt, callAt, input, outcome: { status: "ok", returnAt: callAt + 1, output } }) as const;
  const history = [at(0, "set", "done"), at(2, "add", 5), at(4, "add", 2), at(6, "add", 3)];
  assertEquals(faultOfBelieved(leaping, history, [true, true, false, false]), undefined);
  assertEquals(faultOfBelieved(leaping, history, [true, false, true, false]), undefined);
});

/** Two additions at once, from where the answer says; a jump whose answer is lost has not happened. */
const jumping: Model<number, "add" | "jump", number> = {
  name: "jumping counter",
  init: () => 0,
  step: (state, input, answer) => {
    if (input === "add") return !answer.known || answer.output === state + 1 ? state + 1 : ILLEGAL;
    if (!answer.known) return state;
    return answer.output === state ? state + 2 : ILLEGAL;
  },
};

Deno.test("An answer that leads but one step further than any request does is followed from there", () => {
  const history = ([["add", 1], ["jump", 1], ["add", 4]] as const).map(([input, output], at) =>
    ({ client: at, callAt: 2 * at, input, outcome: { status: "ok", returnAt: 2 * at + 1, output } }) as const
  );
  assertEquals(faultOfBelieved(jumping, history, [true, true, true]), undefined);
  assertEquals(faultOfBelieved(jumping, history, [false, true, true]), undefined);
});
