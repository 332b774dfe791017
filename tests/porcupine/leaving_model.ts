/** A model whose module behaves otherwise in a thread of its own than in the one that imports it first. */
import { ILLEGAL, type Model } from "../../porcupine/mod.ts";

/** What another thread does: it leaves when it is asked for the model, or in a step, or never; throws in one; or does not come back. */
export type Leaving =
  | "at once"
  | "in a step"
  | "by the host's own exit"
  | "with an error in a step"
  | "never from a step"
  | "never";

/** A register by key: with a value a request writes, without one it reads. */
export interface Request {
  readonly key: string;
  readonly value: number | null;
}

const isAtHome = !("WorkerGlobalScope" in globalThis);

/** Registers whose steps take some microseconds, so that there is something to share out. */
export function leaving(how: Leaving): Model<number, Request, number> {
  let steps = 0;
  if (!isAtHome && how === "at once") self.close();
  return {
    name: "leaving",
    source: { module: import.meta.url, name: "leaving", arguments: [how] },
    init: () => 0,
    key: (state) => state,
    partitionKey: ({ key }) => key,
    // Whatever it says, it is not gone through as a bare step function.
    effect: () => "update",
    step: (state, { value }, answer) => {
      if (!isAtHome && ++steps === 50) leave(how);
      if (work() < 0) return state;
      if (value !== null) return value;
      return answer.known && answer.output !== state ? ILLEGAL : state;
    },
  };
}

function leave(how: Leaving): void {
  if (how === "in a step") self.close();
  if (how === "by the host's own exit") Deno.exit(1);
  if (how === "with an error in a step") throw new TypeError("there is no such thing in this thread");
  while (how === "never from a step") work();
}

function work(): number {
  let sum = 0;
  for (let i = 0; i < 4000; i++) sum += Math.sqrt(i);
  return sum;
}
