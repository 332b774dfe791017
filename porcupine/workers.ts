/**
 * Web Workers for the checker, where the host has them: the only file that starts threads.
 *
 * @module
 */
import type { Reply, Request } from "./parallel/messages.ts";
import type { ModelSource } from "./types.ts";

/** How many threads can run at once, this one included; 1 where there are no workers (Node, a page that forbids them). */
export function threadsOfHost(): number {
  if (typeof Worker === "undefined") return 1;
  return typeof navigator === "undefined" ? 1 : navigator.hardwareConcurrency ?? 1;
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
  readonly #worker: Worker;

  /** Starts a thread; `hear` is told what it answers, `fail` what went wrong. */
  constructor(source: ModelSource, hear: (reply: Reply) => void, fail: (message: string) => void) {
    this.#worker = new Worker(new URL("./parallel/worker_main.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (data.kind === "ready" || data.kind === "decided" || data.kind === "raced") this.idle = true;
      if (data.kind === "failed") fail(data.message);
      else hear(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message);
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
    this.#worker.terminate();
  }

  #send(request: Request): void {
    this.#worker.postMessage(request);
  }
}
