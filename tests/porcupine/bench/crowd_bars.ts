import { Checker, type CheckerStatus } from "../../../porcupine/mod.ts";
import { crowd, type CrowdEvent } from "../generate/crowd.ts";
import { type Crowd, CROWDS, WATCHED } from "../generate/crowds.ts";
import { Random } from "../generate/random.ts";
import { type Bar, n } from "./bars.ts";

const OPERATIONS = 1_000_000;
/** Events are made between the stretches that are timed. */
const STRETCH = 20_000;
/** Where a model is searched a crowd may take for ever: it is asked how far it comes in this time. */
const PATIENCE_MS = 3000;
const SEED = 7;

/** What an on-line checker made of a crowd. */
interface Watched {
  readonly kind: CheckerStatus["kind"];
  readonly answers: number;
  readonly ms: number;
  /** The most operations it kept. */
  readonly kept: number;
}

/** What bar 6 asks for: a register that is written each value once, and kv with versions. */
const ASKED: readonly string[] = ["register", "versioned kv"];

/** Bar 6, on line, with crowds that are never idle: the objects that it names. */
export function crowdBars(): Bar[] {
  return crowdsAt((name) => ASKED.includes(name));
}

/** The same of every other model that is shipped. */
export function otherCrowds(): Bar[] {
  return crowdsAt((name) => !ASKED.includes(name));
}

function crowdsAt(isChosen: (name: string) => boolean): Bar[] {
  return Object.entries(CROWDS).filter(([name]) => isChosen(name)).flatMap(([name, make]) =>
    [5, 30].map((clients): Bar => {
      const { kind, answers, ms, kept } = watch(make, clients);
      const rate = answers / ms;
      const how = Object.hasOwn(WATCHED, name) ? "watched" : "searched";
      return {
        number: 6,
        asked: `${name}, on line (${how}), ${clients} busy clients: 300k operations a second, bounded memory`,
        reached: `${kind} after ${answers} answers, ${n(rate)}k a second, ${kept} operations kept at most`,
        holds: kind === "ok" && rate >= 300,
      };
    })
  );
}

function watch(make: Crowd, clients: number): Watched {
  return make({
    use({ model, object }) {
      const checker = new Checker(model, { timeLimitMs: PATIENCE_MS });
      const options = { clients, operations: OPERATIONS, lieFrom: Infinity, lostEvery: 0 };
      const events = crowd(object, options, new Random(SEED));
      let [ms, answers, kept] = [0, 0, 0];
      for (let stretch = take(events); stretch.length > 0; stretch = take(events)) {
        const started = performance.now();
        for (let at = 0; at < stretch.length && checker.status.kind === "ok"; at++) {
          const event = stretch[at];
          if (event.kind === "call") checker.call(event.operation, event.client, event.input);
          else if (event.kind === "return") {
            answers++;
            checker.return(event.operation, event.output);
            if ((answers & 63) === 0 && performance.now() - started > PATIENCE_MS) break;
          }
        }
        ms += performance.now() - started;
        kept = Math.max(kept, checker.kept);
        if (ms > PATIENCE_MS || checker.status.kind !== "ok") break;
      }
      return { kind: checker.status.kind, answers, ms, kept };
    },
  });
}

function take<Input, Output>(events: Iterator<CrowdEvent<Input, Output>>): CrowdEvent<Input, Output>[] {
  const stretch: CrowdEvent<Input, Output>[] = [];
  while (stretch.length < STRETCH) {
    const { done, value } = events.next();
    if (done) break;
    stretch.push(value);
  }
  return stretch;
}

if (import.meta.main) {
  const chosen = Deno.args.length > 0 ? Deno.args : Object.keys(CROWDS);
  for (const name of chosen) {
    for (const { asked, reached, holds } of crowdsAt((one) => one === name)) {
      console.log(holds ? "kept" : "less", asked, "->", reached);
    }
  }
}
