/**
 * Programs that are started, killed, stopped and started again; none is left behind.
 * @module
 */

/** How a program is run. */
export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Resolves to true once it answers; asked again and again until it does. */
  readonly ready: () => Promise<boolean>;
}

const READY_MS = 30_000;
const ASK_EVERY_MS = 50;
const KEPT_CHARACTERS = 10_000;

/** Whether a program of this name can be started. */
export async function isInstalled(command: string): Promise<boolean> {
  try {
    await new Deno.Command(command, { args: ["--version"], stdout: "null", stderr: "null" }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Outlives the harness if that is killed where it stands, and then ends the program: its standard input closes with the harness.
 * (A Redis or an etcd that nobody knows of keeps its port, and the next run's clients talk to the last run's data.)
 */
function appointHeir(pid: number): Deno.ChildProcess {
  const args = ["-c", `read -r _; kill -KILL ${pid}`];
  return new Deno.Command("sh", { args, stdin: "piped", stdout: "null", stderr: "null", detached: true })
    .spawn();
}

/** One program, through all its lives. */
export class Program implements AsyncDisposable {
  /** What it said last, errors included. */
  said = "";
  readonly #options: ProgramOptions;
  #life: {
    readonly child: Deno.ChildProcess;
    readonly heir: Deno.ChildProcess;
    readonly ended: Promise<unknown>;
  } | null = null;

  /** It does not run yet. */
  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  /** Starts it, and resolves when it answers. Throws `Error` with what it said if it ends, or does not answer in half a minute. */
  async start(): Promise<void> {
    const { command, args, ready } = this.#options;
    const child = new Deno.Command(command, {
      args: [...args],
      stdout: "piped",
      stderr: "piped",
      stdin: "null",
      // Ctrl-C at a terminal is meant for the harness, which judges what was seen: the store has to be there for the last reads.
      detached: true,
    }).spawn();
    const heir = appointHeir(child.pid);
    let over = false;
    const ended = Promise.all([this.#listen(child.stdout), this.#listen(child.stderr), child.status])
      .then(() => over = true);
    this.#life = { child, heir, ended };
    const untilMs = performance.now() + READY_MS;
    while (!await ready().catch(() => false)) {
      if (over) throw new Error(`${command} ended instead of answering: ${this.said}`);
      if (performance.now() > untilMs) throw new Error(`${command} does not answer: ${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }

  /** Pulls the plug, and resolves when it is gone. */
  async kill(): Promise<void> {
    const life = this.#life;
    this.#life = null;
    if (life === null) return;
    try {
      life.child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await life.ended;
    // Before its standard input closes: the number may be another program's by now.
    life.heir.kill("SIGKILL");
    await life.heir.status;
    await life.heir.stdin.close();
  }

  /** Stops it where it is. */
  stop(): void {
    this.#life?.child.kill("SIGSTOP");
  }

  /** Lets it go on. */
  go(): void {
    this.#life?.child.kill("SIGCONT");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  async #listen(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.said = (this.said + text).slice(-KEPT_CHARACTERS);
    }
  }
}
