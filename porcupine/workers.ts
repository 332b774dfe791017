/**
 * Web Workers for the checker, where the host has them: the only file that starts threads.
 *
 * @module
 */
import type { Job, Message, News, Reply, Request } from "./parallel/messages.ts";
import type { ModelSource } from "./types.ts";

/** How many threads can run at once, this one included; 1 where there are no workers (Node, a page that forbids them). */
export function threadsOfHost(): number {
  if (typeof Worker === "undefined") return 1;
  return typeof navigator === "undefined" ? 1 : navigator.hardwareConcurrency ?? 1;
}

/** Lets messages in: resolves after so many milliseconds, or when the function that `lend` is told is called. */
export function rest(ms: number, lend: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    lend(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Calls back after a while, unless it is taken back by the function that is answered. */
export function after(milliseconds: number, call: () => void): () => void {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
}

/** Whoever a worker works for. */
export interface Employer {
  hear(reply: Reply | News): void;
  fail(message: string): void;
}

/** A worker thread. It works through its tasks in the order in which it is given them. */
export class Helper {
  /** Tasks it was given and has not answered. */
  owing = 0;
  /** Whom it tells; nobody while it rests. */
  employer: Employer | undefined = undefined;
  readonly #worker: Worker;
  #source: string | undefined;

  /** Starts a thread. */
  constructor() {
    this.#worker = new Worker(new URL("./parallel/worker_main.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.employer?.fail(event.message);
    };
  }

  /** Has it load the model, unless that is the one it has. */
  load(source: ModelSource): void {
    const name = JSON.stringify(source);
    if (name === this.#source) return;
    this.#source = name;
    this.send({ kind: "load", source });
  }

  /** Hands over a task; answers false if its values cannot be sent to another thread. */
  give(job: Job): boolean {
    if (!this.send(job)) return false;
    this.owing++;
    return true;
  }

  /** Hands over what needs no answer; answers false if its values cannot be sent. */
  send(request: Request): boolean {
    try {
      this.#worker.postMessage(request);
    } catch {
      return false;
    }
    return true;
  }

  /** Ends the thread at once. */
  end(): void {
    this.#worker.terminate();
  }

  #receive(message: Message): void {
    if (message.kind === "failed") {
      // What it holds is of no use any more.
      this.#source = undefined;
      this.employer?.fail(message.message);
      return;
    }
    if (message.kind !== "turn" && "task" in message) this.owing--;
    this.employer?.hear(message);
  }
}
