import { FormatError } from "./errors.ts";
import { isList } from "./codec.ts";
import { type RawOperation, showDatum } from "./raw.ts";

/** What is known of one queue. */
interface Counts {
  enqueued: number;
  dequeued: number;
}

/**
 * A `drain`, as jepsen's tests of queues end with one, takes out everything there is: it is as many dequeues.
 *
 * One that was answered is a dequeue of each of the values, somewhere between its call and its return. (In which order is not asked:
 * clients that drain together get what they get. So each is a client of its own.)
 *
 * One that was not may have taken out any number, at any time: it is as many dequeues without an answer as could matter. Whatever
 * is taken out was put in, and nothing twice; so of as many as were put in, those that somebody is known to have got it cannot have
 * taken. That is known once everything has been read.
 */
export class Drains {
  readonly #file: string;
  readonly #queues = new Map<string | null, Counts>();
  readonly #lost: RawOperation[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** What an operation is in terms of enqueue and dequeue. */
  expand(raw: RawOperation): readonly RawOperation[] {
    const queue = this.#queueOf(raw.key);
    if (raw.f === "enqueue") queue.enqueued++;
    if (raw.f === "dequeue" && raw.result.status === "ok" && raw.result.value !== null) queue.dequeued++;
    if (raw.f !== "drain") return [raw];
    const { result } = raw;
    if (result.status === "unknown") {
      this.#lost.push(raw);
      return [];
    }
    const values = result.value ?? [];
    if (!isList(values)) {
      throw new FormatError("model-mismatch", { file: this.#file, line: result.line }, {
        expected: "a list of the values that a drain took out",
        found: showDatum(result.value),
      });
    }
    queue.dequeued += values.length;
    return values.map((value, i) => ({ ...dequeue(raw, i), result: { ...result, value } }));
  }

  /** What drains without an answer were, now that everything has been read. */
  *rest(): Generator<RawOperation> {
    for (const raw of this.#lost) {
      const { enqueued, dequeued } = this.#queueOf(raw.key);
      for (let i = 0; i < enqueued - dequeued; i++) yield dequeue(raw, i);
    }
  }

  #queueOf(key: string | null): Counts {
    let queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, queue = { enqueued: 0, dequeued: 0 });
    return queue;
  }
}

function dequeue(drain: RawOperation, i: number): RawOperation {
  return { ...drain, client: `${drain.client}, drain ${i + 1}`, f: "dequeue", argument: null };
}
