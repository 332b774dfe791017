/** On line: an answer's time is kept, too, where it is looked up in what was promised to a call that hung. */
import { assert, assertEquals } from "@std/assert";
import { Checker, ILLEGAL, type Model } from "../../porcupine/mod.ts";

/** Adds one; or takes all that is there, or only looks, and is told how much it was. */
type Request = "add" | "take" | "look";

/** Of so many there are none again. */
const ROUND = 40;

/** A heap, each step of which takes its time once it `isSlow`. */
class Heap {
  ms = 0;
  steps = 0;
  isSlow = false;

  readonly model: Model<number, Request, number> = {
    name: "heap",
    init: () => 0,
    readOnly: (input) => input === "look",
    step: (state, input, answer) => {
      if (this.isSlow) this.ms += 10;
      this.steps++;
      if (input === "add") return (state + 1) % ROUND;
      if (answer.known && answer.output !== state) return ILLEGAL;
      return input === "take" ? 0 : state;
    },
  };
}

for (const hanging of ["take", "look"] as const) {
  Deno.test(`on line: an answer that was promised much to is not looked for when its time is over: ${hanging}`, () => {
    const heap = new Heap();
    const checker = new Checker(heap.model, { windowAnswers: 4, timeLimitMs: 50, now: () => heap.ms });
    checker.call(0, "hangs", hanging);
    for (let i = 1; i < 200; i++) {
      checker.call(i, "busy", "add");
      assertEquals(checker.return(i, 0).kind, "ok");
    }
    assert(checker.kept < 100, `${checker.kept} are kept`);
    heap.isSlow = true;
    heap.steps = 0;
    const status = checker.return(0, ROUND + 1);
    assertEquals([status.kind, status.kind === "unknown" && status.reason], ["unknown", "time"]);
    assert(heap.steps <= 6, `it was asked for ${heap.steps} steps`);
  });
}
