/**
 * Worker processes on this machine: started, watched, replaced, and never left behind.
 * @module
 */

/** If so many in a row never even said hello, no more will. */
const MAX_STILLBORN = 5;

/** How a worker's process ended. */
export interface WorkerExit {
  readonly worker: string;
  readonly code: number;
  /** In words. */
  readonly why: string;
}

/** What is to be done after a worker has gone: another may be of more use, or will never be, or is not wanted. */
export type Verdict = "replace" | "replaceStillborn" | "leave";

/** How workers are started. */
export interface SupervisorOptions {
  /** The command line after `mr worker`, given the worker's name. */
  readonly argumentsFor: (name: string) => readonly string[];
  readonly count: number;
  /** A worker's process has ended although nobody here stopped it. Must not reject. */
  readonly onExit: (exit: WorkerExit) => Promise<Verdict>;
  /** Workers die before they are of any use. */
  readonly onHopeless: (why: string) => void;
}

/** See the module's page. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #children = new Map<string, Deno.ChildProcess>();
  readonly #ends = new Set<Promise<void>>();
  #stopping = false;
  #born = 0;
  #stillborn = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    for (let at = 0; at < options.count; at++) this.#spawn();
  }

  /** Kills a worker that is no longer of any use; another takes its place. */
  kill(worker: string): void {
    signal(this.#children.get(worker), "SIGKILL");
  }

  /** Those that go from here on are not replaced. */
  retire(): void {
    this.#stopping = true;
  }

  /** Resolves when all have gone and none is to be replaced. */
  async over(): Promise<void> {
    while (this.#ends.size > 0) await Promise.all(this.#ends);
  }

  /** Waits until all have gone by themselves, at most so long; then sees to it that they go. */
  async stop(graceMs: number): Promise<void> {
    this.retire();
    const timer = setTimeout(() => {
      for (const child of this.#children.values()) signal(child, "SIGKILL");
    }, graceMs);
    await this.over();
    clearTimeout(timer);
  }

  #spawn(): void {
    const name = `worker-${this.#born++}-${Deno.pid}`;
    const entry = new URL("../cli.ts", import.meta.url).href;
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-check",
        "--quiet",
        "-A",
        entry,
        "worker",
        "--tied",
        ...this.#options.argumentsFor(name),
      ],
      // The worker goes when this pipe closes, which it does even if this process is killed.
      stdin: "piped",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
    this.#children.set(name, child);
    const end = this.#watch(name, child).finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }

  async #watch(name: string, child: Deno.ChildProcess): Promise<void> {
    const status = await child.status;
    this.#children.delete(name);
    await child.stdin.close().catch(() => {});
    if (this.#stopping) return;
    const why = status.signal !== null ? `killed by ${status.signal}` : `exit code ${status.code}`;
    const verdict = await this.#options.onExit({ worker: name, code: status.code, why });
    if (verdict === "leave") return;
    if (verdict === "replace") this.#stillborn = 0;
    else if (++this.#stillborn >= MAX_STILLBORN * this.#options.count) return this.#options.onHopeless(why);
    if (!this.#stopping) this.#spawn();
  }
}

function signal(child: Deno.ChildProcess | undefined, name: Deno.Signal): void {
  try {
    child?.kill(name);
  } catch {
    // It has just gone by itself.
  }
}
