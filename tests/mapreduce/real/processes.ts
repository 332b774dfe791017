/**
 * Real processes for the tests: started in a folder of their own, with a deadline, and gone when the test is.
 * @module
 */

const CLI = new URL("../../../mapreduce/cli.ts", import.meta.url).pathname;
/** No test waits longer for a process (test-mr.sh gives 45 s, and 120 s where workers crash). */
const DEADLINE_MS = 45_000;

/** How a process ended. */
export interface Ended {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
  /** When, on the clock of `performance.now`. */
  readonly atMs: number;
}

/** A process of a test. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  kill(signal: Deno.Signal): void;
  /** Resolves with the first line of standard output that begins with `start`, without it. */
  line(start: string): Promise<string>;
}

/** A folder for one test and the processes in it. `await using` it. */
export class TestFolder implements AsyncDisposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "mr-test-" });
  readonly #running = new Set<Running>();
  readonly #environment: Record<string, string>;

  constructor(environment: Record<string, string> = {}) {
    this.#environment = environment;
  }

  /** Starts `mapreduce/cli.ts` with these arguments, in this folder. */
  start(
    args: readonly string[],
    { deadlineMs = DEADLINE_MS }: { readonly deadlineMs?: number } = {},
  ): Running {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--quiet", "-A", CLI, ...args],
      cwd: this.path,
      env: this.#environment,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const running = watch(child, deadlineMs);
    this.#running.add(running);
    void running.ended.then(() => this.#running.delete(running));
    return running;
  }

  /** Runs it to its end. */
  run(args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** Starts a coordinator for the lab: everything in this folder; resolves when it can be called. */
  async coordinator(args: readonly string[]): Promise<{ readonly process: Running; readonly at: string }> {
    const process = this.start(["coordinator", "--work", "", "--keep", "--quiet", ...args]);
    return { process, at: await process.line("listening on ") };
  }

  /** Starts a worker for the coordinator at that address. */
  worker(at: string, args: readonly string[] = []): Running {
    return this.start(["worker", "--at", at, "--patience", "2", ...args]);
  }

  /** Writes a file into the folder and returns its path. */
  write(name: string, contents: string | Uint8Array): string {
    const path = `${this.path}/${name}`;
    if (typeof contents === "string") Deno.writeTextFileSync(path, contents);
    else Deno.writeFileSync(path, contents);
    return path;
  }

  /** The lines of all `mr-out-*` together, sorted. */
  output(folder = "."): string[] {
    const lines: string[] = [];
    for (const { name } of Deno.readDirSync(`${this.path}/${folder}`)) {
      if (!name.startsWith("mr-out-")) continue;
      const text = Deno.readTextFileSync(`${this.path}/${folder}/${name}`);
      lines.push(...text.split("\n").filter((line) => line !== ""));
    }
    return lines.sort();
  }

  /** The names of what is in the folder, sorted. */
  names(folder = "."): string[] {
    return [...Deno.readDirSync(`${this.path}/${folder}`)].map(({ name }) => name).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = [...this.#running];
    for (const process of running) process.kill("SIGKILL");
    await Promise.all(running.map(({ ended }) => ended));
    Deno.removeSync(this.path, { recursive: true });
  }
}

function watch(child: Deno.ChildProcess, deadlineMs: number): Running {
  const out = new Collector(child.stdout);
  const err = new Collector(child.stderr);
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has gone by itself.
    }
  };
  const timer = setTimeout(() => kill("SIGKILL"), deadlineMs);
  const end = async (): Promise<Ended> => {
    const { code, signal } = await child.status;
    const atMs = performance.now();
    clearTimeout(timer);
    return { code, signal, stdout: await out.whole, stderr: await err.whole, atMs };
  };
  return { pid: child.pid, ended: end(), kill, line: (start) => out.line(start) };
}

/** Reads a stream to its end and lets others look on. */
class Collector {
  readonly whole: Promise<string>;
  #text = "";
  #change = Promise.withResolvers<void>();
  #done = false;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.whole = this.#read(stream);
  }

  async line(start: string): Promise<string> {
    for (;;) {
      const lines = this.#text.split("\n").slice(0, -1);
      const found = lines.find((line) => line.startsWith(start));
      if (found !== undefined) return found.slice(start.length);
      if (this.#done) throw new Error(`the process ended without the line "${start}...": ${this.#text}`);
      await this.#change.promise;
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<string> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) this.#tell(decoder.decode(chunk, { stream: true }));
    this.#done = true;
    this.#tell("");
    return this.#text;
  }

  #tell(text: string): void {
    this.#text += text;
    const change = this.#change;
    this.#change = Promise.withResolvers();
    change.resolve();
  }
}

/** The processes whose command line names `path`. */
export function processesNaming(path: string): number[] {
  const pids: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      // A zombie is gone already, but for its parent.
      if (/\) Z /.test(stat)) continue;
      if (Deno.readTextFileSync(`/proc/${name}/cmdline`).includes(path)) pids.push(Number(name));
    } catch {
      // Gone while we looked.
    }
  }
  return pids;
}

/** Waits until `condition` holds, looking often; throws after `timeoutMs`. */
export async function until(what: string, condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const untilMs = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > untilMs) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await pause(20);
  }
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
