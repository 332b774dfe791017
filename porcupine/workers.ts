/**
 * Web Workers for the checker, where the host has them: the only file that starts threads.
 *
 * @module
 */
import { isAlike } from "./copies.ts";
import type {
  Failure,
  Job,
  LaterJob,
  Message,
  News,
  RegistersJob,
  Reply,
  Request,
  TextsJob,
} from "./parallel/messages.ts";
import type { ModelSource } from "./types.ts";

const WORKER: URL = new URL("./parallel/worker_main.ts", import.meta.url);

/** A thread that sleeps looks at its limits so often. */
const LONGEST_SLEEP_MS = 10;

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

/**
 * Lets in what has been sent already, and no more: a timer of no time at all takes one to three milliseconds, this a third of one.
 * Timers may have to wait: whoever wants to hear of a signal rests.
 */
export function pause(): Promise<void> {
  if (typeof MessageChannel === "undefined") return rest(0, () => {});
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      port2.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Calls back after a while, unless it is taken back by the function that is answered. */
export function after(milliseconds: number, call: () => void): () => void {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
}

/** In a worker: sleeps while the first of some shared numbers is this one, and not for long: whoever sleeps sees no limit. */
export function sleepWhile(cells: Int32Array, value: number): void {
  Atomics.wait(cells, 0, value, LONGEST_SLEEP_MS);
}

/** Whoever a worker works for. */
export interface Employer {
  hear(reply: Reply | News): void;
  /** What went wrong there: whoever does the work goes wrong. */
  fail(failure: Failure): void;
  /** The thread is gone, or could not even start (a page or a host that forbids it): the work can be done without. */
  lose(helper: Helper): void;
}

/** A worker thread. It works through its tasks in the order in which it is given them. */
export class Helper {
  /** Tasks it was given and has not answered. */
  owing = 0;
  /** Whom it tells; nobody while it rests. */
  employer: Employer | undefined = undefined;
  readonly #worker: Worker | undefined;
  #isGone = false;
  #source: ModelSource | undefined;

  /** Starts a thread. */
  constructor() {
    this.#worker = begin();
    if (this.#worker === undefined) return;
    this.#worker.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      // A thread that can be told of says what went wrong itself: this one is gone, in the middle of its work or before.
      this.#leave();
    };
  }

  /** False if the host has refused to start the thread. */
  get hasStarted(): boolean {
    return this.#worker !== undefined;
  }

  /** Has it load the model for a check (`null`: for none in particular), unless that is the one it has. */
  load(source: ModelSource, check: number | null): void {
    if (isAlike(source, this.#source)) return;
    // Whoever gave it may change it afterwards.
    this.#source = structuredClone(source);
    this.send({ kind: "load", source, check });
  }

  /** Hands over tasks; answers false if their values cannot be sent to another thread. */
  give(job: Job | LaterJob | TextsJob | RegistersJob): boolean {
    if (!this.send(job)) return false;
    this.owing += job.kind === "later" ? 1 : job.tasks.length;
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

  /** Whether it has ended, by itself or otherwise. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Ends the thread at once. */
  end(): void {
    this.#isGone = true;
    this.#worker?.terminate();
  }

  #leave(): void {
    this.#isGone = true;
    this.employer?.lose(this);
  }

  #receive(message: Message): void {
    if (message.kind === "leaving") return this.#leave();
    if (message.kind === "failed") {
      // What it holds is of no use any more.
      this.#source = undefined;
      this.employer?.fail(message);
      return;
    }
    if (isLast(message)) this.owing--;
    this.employer?.hear(message);
  }
}

/** Whether a message is the last one about a task. */
export function isLast(message: Message): boolean {
  return message.kind === "declined" || message.kind === "unfit" || message.kind === "decided" ||
    message.kind === "raced" || message.kind === "relayOver";
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
