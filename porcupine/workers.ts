/**
 * Web Workers for the checker, where the host has them: the only file that starts threads.
 *
 * @module
 */
import type { Reply, Request } from "./parallel/messages.ts";
import type { ModelSource } from "./types.ts";

const WORKER: URL = new URL("./parallel/worker_main.ts", import.meta.url);

/**
 * How many threads can run at once, this one included; 1 where there are no workers (Node), and where Deno may not read the
 * file that a worker begins with.
 */
export function threadsOfHost(): number {
  if (typeof Worker === "undefined" || !mayRead(WORKER)) return 1;
  return typeof navigator === "undefined" ? 1 : navigator.hardwareConcurrency ?? 1;
}

function mayRead(file: URL): boolean {
  if (typeof Deno === "undefined" || file.protocol !== "file:") return true;
  return Deno.permissions.querySync({ name: "read", path: file }).state === "granted";
}

/** Lets messages in: resolves when those that wait have been delivered. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Calls back after a while, unless it is taken back by the function that is answered. */
export function after(milliseconds: number, call: () => void): () => void {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
}

/** A worker thread with the model loaded. */
export class Helper {
  /** Whether the model is loaded and no task is under way. */
  idle = false;
  readonly #worker: Worker | undefined;
  #hasSpoken = false;

  /**
   * Starts a thread; `hear` is told what it answers, `fail` what went wrong. A thread that could not even start (a page or a
   * host that forbids it) is never idle, and its failure is `unstarted`: the work can be done without it.
   */
  constructor(
    source: ModelSource,
    hear: (reply: Reply) => void,
    fail: (message: string, unstarted: boolean) => void,
  ) {
    this.#worker = begin();
    if (this.#worker === undefined) {
      queueMicrotask(() => fail("the host refuses to start a worker", true));
      return;
    }
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      this.#hasSpoken = true;
      if (data.kind === "ready" || data.kind === "decided" || data.kind === "raced") this.idle = true;
      if (data.kind === "failed") fail(data.message, false);
      else hear(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message, !this.#hasSpoken);
    };
    this.#send({ kind: "load", source });
  }

  /** Hands over a task; answers false if its values cannot be sent to another thread. */
  give(request: Request): boolean {
    try {
      this.#send(request);
      this.idle = false;
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the thread at once. */
  end(): void {
    this.#worker?.terminate();
  }

  #send(request: Request): void {
    this.#worker?.postMessage(request);
  }
}

/** A page's own worker may not come from another origin: browsers refuse that with an error at once. */
function begin(): Worker | undefined {
  try {
    return new Worker(WORKER, { type: "module" });
  } catch {
    return undefined;
  }
}
