/**
 * Real processes for the tests: started in a folder of their own, with a deadline, and gone when the test is.
 * @module
 */

import { assert, assertEquals } from "@std/assert";

/** Puts limits on a process before it becomes the one that is wanted. */
const SHELL = "/bin/sh";
const CLI = new URL("../../../mapreduce/cli.ts", import.meta.url).href;
/** No test waits longer for a process; test-mr.sh gives two minutes where workers crash, but machines are slow at times. */
const DEADLINE_MS = 300_000;

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
  /** Resolves when standard error has said this. */
  heard(text: string): Promise<void>;
}

/** What a test asks of the applications in its folder. */
export interface FolderOptions {
  /** Which calls of `tests/mapreduce/apps/slow.ts` are held, and how many of them are not; see there. */
  readonly hold?: Readonly<Partial<Record<Held, number>>>;
  /** More for the environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

type Held = "map" | "reduce" | "own";

/** A folder for one test and the processes in it. `await using` it. */
export class TestFolder implements AsyncDisposable {
  readonly path: string = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "mr-test-" }));
  readonly #running = new Set<Running>();
  readonly #environment: Record<string, string>;

  constructor({ hold = {}, environment = {} }: FolderOptions = {}) {
    const held = Object.entries(hold);
    for (const [what] of held) Deno.writeTextFileSync(`${this.path}/hold-${what}`, "");
    this.#environment = {
      ...environment,
      MR_TEST_HOLD: held.map(([what, free]) => `${what} ${free}`).join(),
    };
  }

  /** Lets calls go on that were held. */
  release(what: Held): void {
    Deno.removeSync(`${this.path}/hold-${what}`);
  }

  /** Starts `mapreduce/cli.ts` with these arguments, in this folder; `before` are words for the shell. */
  start(args: readonly string[], { before = "" }: { readonly before?: string } = {}): Running {
    const command = [Deno.execPath(), "run", "--no-check", "--quiet", "-A", CLI, ...args];
    const child = new Deno.Command(before === "" ? command[0] : SHELL, {
      args: before === "" ? command.slice(1) : ["-c", `${before}; exec "$0" "$@"`, ...command],
      cwd: this.path,
      env: this.#environment,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const running = watch(child, () => this.#killAll());
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
    const process = this.start(["coordinator", "--work", "", "--keep", ...args]);
    return { process, at: await process.line("listening on ") };
  }

  /** Starts a worker for the coordinator at that address, with more options and with words for the shell. */
  worker(
    at: string,
    { args = [], before = "" }: { readonly args?: readonly string[]; readonly before?: string } = {},
  ): Running {
    return this.start(["worker", "--at", at, "--patience", "20", ...args], { before });
  }

  /** Writes a file into the folder and returns its path. */
  write(name: string, contents: string | Uint8Array): string {
    const path = `${this.path}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
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

  /** The names of what is in the folder, sorted; none if there is no such folder. */
  names(folder = "."): string[] {
    try {
      return [...Deno.readDirSync(`${this.path}/${folder}`)].map(({ name }) => name).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** How often `tests/mapreduce/apps/slow.ts` was called here. */
  calls(what: "map" | "reduce"): number {
    return this.names().filter((name) => name.startsWith(`call-${what}-`)).length;
  }

  /** How often each process called it. */
  callsByProcess(): Map<number, number> {
    const calls = new Map<number, number>();
    for (const name of this.names()) {
      const [, pid] = /^call-\w+-(\d+)-/.exec(name) ?? [];
      if (pid !== undefined) calls.set(Number(pid), (calls.get(Number(pid)) ?? 0) + 1);
    }
    return calls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = [...this.#running];
    for (const process of running) process.kill("SIGKILL");
    await Promise.all(running.map(({ ended }) => ended));
    // Workers must not outlive whoever started them, however that went.
    try {
      await until("no process is left behind", () => processesIn(this.path).length === 0);
    } finally {
      this.#killAll();
    }
    Deno.removeSync(this.path, { recursive: true });
  }

  /** Also those that others have started: as long as one of them lives, somebody's standard output stays open. */
  #killAll(): void {
    for (const pid of processesIn(this.path)) Deno.kill(pid, "SIGKILL");
  }
}

function watch(child: Deno.ChildProcess, onLate: () => void): Running {
  const out = new Collector(child.stdout);
  const err = new Collector(child.stderr);
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has gone by itself.
    }
  };
  const timer = setTimeout(onLate, DEADLINE_MS);
  const end = async (): Promise<Ended> => {
    const { code, signal } = await child.status;
    const atMs = performance.now();
    clearTimeout(timer);
    return { code, signal, stdout: await out.whole, stderr: await err.whole, atMs };
  };
  return {
    pid: child.pid,
    ended: end(),
    kill,
    line: (start) => out.line(start),
    heard: (text) => err.heard(text),
  };
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
    const find = () => this.#text.split("\n").slice(0, -1).find((line) => line.startsWith(start));
    await this.#until(start, () => find() !== undefined);
    return (find() ?? "").slice(start.length);
  }

  heard(text: string): Promise<void> {
    return this.#until(text, () => this.#text.includes(text));
  }

  async #until(what: string, condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#done) throw new Error(`the process ended without saying "${what}": ${this.#text}`);
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

/**
 * A test that stops processes, limits them or looks at them, as only Linux lets it. Elsewhere there is no such test; the
 * simulated world does all of this everywhere.
 */
export function testOnLinux(title: string, body: () => Promise<void>): void {
  if (Deno.build.os === "linux") Deno.test(title, body);
}

/** A worker was told to go, or was so slow that nobody waited for it any more. */
export function assertLeft({ code, signal, stderr }: Ended): void {
  assertEquals(signal, null);
  if (code !== 0) assert(stderr.includes("is gone"), stderr);
}

/** The processes that work in a folder, where the system tells. */
export function processesIn(folder: string): number[] {
  const pids: number[] = [];
  if (Deno.build.os !== "linux") return pids;
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (Deno.readLinkSync(`/proc/${name}/cwd`) === folder) pids.push(Number(name));
    } catch {
      // Gone while we looked, or somebody else's.
    }
  }
  return pids;
}

/** Waits until `condition` holds, looking often; throws after `timeoutMs`. */
export async function until(what: string, condition: () => boolean, timeoutMs = DEADLINE_MS): Promise<void> {
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
