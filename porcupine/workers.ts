/**
 * Web Workers for the checker, where the host has them: the only file that starts threads.
 *
 * @module
 */
import type { Job, Message, News, Reply, Request } from "./parallel/messages.ts";
import type { ModelSource } from "./types.ts";

const WORKER: URL = new URL("./parallel/worker_main.ts", import.meta.url);

/** Asked once: the system counts its processors anew each time, which takes as long as to judge a hundred operations. */
let processors: number | undefined;

/** How many threads can run at once, this one included; 1 where there are no workers (Node). */
export function threadsOfHost(): number {
  if (typeof Worker === "undefined" || typeof navigator === "undefined") return 1;
  return processors ??= navigator.hardwareConcurrency ?? 1;
}

/** Asked when a thread is to be started, and not before: most checks need none, and the answer may change. */
function mayRead(file: URL): boolean {
  if (typeof Deno === "undefined" || file.protocol !== "file:") return true;
  return Deno.permissions.querySync({ name: "read", path: file }).state === "granted";
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
  /** `unstarted`: the thread could not even start (a page or a host that forbids it), and the work can be done without. */
  fail(message: string, unstarted: boolean): void;
}

/** A worker thread. It works through its tasks in the order in which it is given them. */
export class Helper {
  /** Tasks it was given and has not answered. */
  owing = 0;
  /** Whom it tells; nobody while it rests. */
  employer: Employer | undefined = undefined;
  readonly #worker: Worker | undefined;
  #hasSpoken = false;
  #source: string | undefined;

  /** Starts a thread. */
  constructor() {
    this.#worker = begin();
    if (this.#worker === undefined) return;
    this.#worker.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.employer?.fail(event.message, !this.#hasSpoken);
    };
  }

  /** False if the host has refused to start the thread. */
  get hasStarted(): boolean {
    return this.#worker !== undefined;
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
      this.#worker?.postMessage(request);
    } catch {
      return false;
    }
    return true;
  }

  /** Ends the thread at once. */
  end(): void {
    this.#worker?.terminate();
  }

  #receive(message: Message): void {
    this.#hasSpoken = true;
    if (message.kind === "failed") {
      // What it holds is of no use any more.
      this.#source = undefined;
      this.employer?.fail(message.message, false);
      return;
    }
    if (message.kind !== "turn" && "task" in message) this.owing--;
    this.employer?.hear(message);
  }
}

/**
 * A page's own worker may not come from another origin: browsers refuse that with an error at once. Deno needs the permission
 * to read the file that a worker begins with.
 */
function begin(): Worker | undefined {
  if (!mayRead(WORKER)) return undefined;
  try {
    return new Worker(WORKER, { type: "module" });
  } catch {
    return undefined;
  }
}
