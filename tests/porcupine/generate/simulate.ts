import { Random } from "./random.ts";
import { type Reply, type Request, trueObject } from "./objects.ts";
import type { HistorySpec } from "./spec.ts";

/** One line of linhist-1 after the header: an operation, in the order of calls; without `e` it crashed. */
export interface LinhistRecord extends Request {
  readonly c: number;
  readonly o?: Reply["o"];
  readonly s: number;
  readonly e?: number;
}

/** A history that is known to be linearizable, and one that differs from it in one wrong answer. */
export interface GeneratedPair {
  readonly ok: readonly LinhistRecord[];
  /** Absent if no answer could be falsified (tiny histories, histories without reads). */
  readonly bad: readonly LinhistRecord[] | undefined;
  /** The index of the wrong answer in `bad`; -1 if there is none. */
  readonly wrong: number;
}

interface Open {
  readonly index: number;
  readonly client: number;
  readonly request: Request;
  reply: Reply | undefined;
  lie: Reply | undefined;
  readonly doomed: boolean;
}

/**
 * Runs clients against a true object. Each request takes effect at a random instant between its call and its return, so
 * the answers are linearizable by construction. The wrong answer of the bad twin is decided when the request takes
 * effect: it repeats what the object held several changes ago, at about three fifths of the history.
 */
export function simulate(spec: HistorySpec): GeneratedPair {
  return new Simulation(spec).run();
}

class Simulation {
  readonly #spec: HistorySpec;
  readonly #random: Random;
  readonly #object;
  readonly #records: LinhistRecord[] = [];
  readonly #open: Open[] = [];
  readonly #zombies: Open[] = [];
  readonly #idle: number[];
  readonly #doomed: Set<number>;
  #nextClient: number;
  #instant = 0;
  #wrong: { index: number; reply: Reply } | undefined;

  constructor(spec: HistorySpec) {
    this.#spec = spec;
    this.#random = new Random(spec.seed);
    this.#object = trueObject(spec);
    this.#idle = Array.from({ length: spec.clients }, (_, i) => i);
    this.#nextClient = spec.clients;
    this.#doomed = new Set();
    // Spread over the whole history; which call of the stretch it is, chance decides.
    for (let i = 0; i < spec.crashed; i++) {
      this.#doomed.add(Math.floor((i + this.#random.next() / 0x100000000) * spec.ops / spec.crashed));
    }
  }

  run(): GeneratedPair {
    let due = 0;
    let called = 0;
    while (called < this.#spec.ops || this.#open.length > 0) {
      const mayCall = called < this.#spec.ops && this.#idle.length > 0;
      if (mayCall && (this.#open.length === 0 || this.#random.chance(0.8))) {
        if (this.#doomed.has(called)) due++;
        if (this.#call(called, due > 0)) due--;
        called++;
      } else if (this.#open.length > 0) this.#settle();
    }
    const ok = this.#records;
    const wrong = this.#wrong;
    if (wrong === undefined) return { ok, bad: undefined, wrong: -1 };
    const bad = [...ok];
    bad[wrong.index] = { ...ok[wrong.index], ...wrong.reply };
    return { ok, bad, wrong: wrong.index };
  }

  /** Calls; answers whether the operation will crash. Only requests that may change something do. */
  #call(index: number, mayCrash: boolean): boolean {
    const at = this.#random.below(this.#idle.length);
    const client = this.#idle[at];
    this.#idle[at] = this.#idle[this.#idle.length - 1];
    this.#idle.pop();
    const request = this.#object.ask(client, this.#random);
    const doomed = mayCrash && this.#object.changes(request);
    const open: Open = { index, client, request, reply: undefined, lie: undefined, doomed };
    this.#records.push({ c: client, ...request, s: this.#instant++ });
    if (doomed) {
      this.#zombies.push(open);
      this.#idle.push(this.#nextClient++);
    } else this.#open.push(open);
    return doomed;
  }

  /** Lets time pass: something takes effect, something returns. */
  #settle(): void {
    if (this.#random.chance(0.5)) this.#apply(this.#random.pick(this.#open));
    // A crashed request waits long: half of them take effect some day, the others never.
    if (this.#zombies.length > 0 && this.#random.chance(0.02)) {
      const at = this.#random.below(this.#zombies.length);
      const [zombie] = this.#zombies.splice(at, 1);
      if (this.#random.chance(0.6)) this.#apply(zombie);
    }
    const at = this.#random.below(this.#open.length);
    const open = this.#open[at];
    this.#open[at] = this.#open[this.#open.length - 1];
    this.#open.pop();
    this.#apply(open);
    const reply = open.reply ?? {};
    this.#records[open.index] = { ...this.#records[open.index], ...reply, e: this.#instant++ };
    if (this.#wrong === undefined && open.lie !== undefined) {
      this.#wrong = { index: open.index, reply: open.lie };
    }
    this.#idle.push(open.client);
  }

  #apply(open: Open): void {
    if (open.reply !== undefined) return;
    // A lie is kept only if the call is late enough; the truth is what the object goes on with.
    open.reply = this.#object.apply(open.request, open.client, this.#random, open.index);
    if (open.doomed || this.#wrong !== undefined || open.index < this.#spec.ops * 0.6) return;
    open.lie = this.#object.lie(open.request, open.reply, open.index, {
      callOf: (index) => this.#records[index].s,
      returnOf: (index) => this.#records[index]?.e ?? Infinity,
    });
  }
}
