import { assertEquals } from "@std/assert";
import { Checker } from "../../porcupine/mod.ts";
import { crowd } from "./generate/crowd.ts";
import { CROWDS, WATCHED } from "./generate/crowds.ts";
import { Random } from "./generate/random.ts";

const OPERATIONS = 3000;
const LIE_FROM = 2500;

/** The most operations that are kept, and the operation at which the checker stopped; -1: it did not. */
function watch(name: string, clients: number, options: { lieFrom: number; lostEvery: number; seed: number }) {
  return CROWDS[name]({
    use({ model, object }) {
      const checker = new Checker(model);
      const random = new Random(options.seed);
      let kept = 0;
      let lie = -1;
      for (const event of crowd(object, { clients, operations: OPERATIONS, ...options }, random)) {
        const { operation } = event;
        if (event.kind === "call") checker.call(operation, event.client, event.input);
        else if (event.kind === "lost") checker.lost(operation);
        else {
          const status = checker.return(operation, event.output);
          if (event.isLie) lie = operation;
          if (status.kind !== "ok") return { kept, lie, stoppedAt: operation };
        }
        if (operation % 64 === 0) kept = Math.max(kept, checker.kept);
      }
      return { kept, lie, stoppedAt: -1 };
    },
  });
}

for (const [name, most] of Object.entries(WATCHED)) {
  for (const [clients, seed] of [[5, 11], [30, 12]] as const) {
    const what =
      `${name}: of ${OPERATIONS} operations of ${clients} clients that are never idle (seed ${seed})`;
    Deno.test(`on line, ${what} at most ${most(clients)} are kept`, () => {
      const { kept, stoppedAt } = watch(name, clients, { lieFrom: Infinity, lostEvery: 0, seed });
      assertEquals(stoppedAt, -1);
      assertEquals(kept <= most(clients), true, `${kept} operations were kept`);
    });
    Deno.test(`on line, ${what} the first lie is met at once`, () => {
      const { lie, stoppedAt } = watch(name, clients, { lieFrom: LIE_FROM, lostEvery: 0, seed });
      assertEquals(stoppedAt, lie);
      assertEquals(lie >= LIE_FROM, true);
    });
    Deno.test(`on line, ${what} one of 500 is lost, and nothing is complained of`, () => {
      assertEquals(watch(name, clients, { lieFrom: Infinity, lostEvery: 500, seed }).stoppedAt, -1);
    });
  }
}
