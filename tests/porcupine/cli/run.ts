import { main } from "../../../porcupine/cli.ts";

/** What a run of the command line left behind. */
export interface Outcome {
  readonly code: number;
  /** What it printed. */
  readonly out: string;
  /** What it complained. */
  readonly err: string;
}

/** Runs the command line in this process; tests of one file run one after the other, so that the console is ours. */
export async function check(...args: string[]): Promise<Outcome> {
  const { log, error } = console;
  const out: string[] = [];
  const err: string[] = [];
  console.log = (...items: unknown[]) => out.push(items.join(" "));
  console.error = (...items: unknown[]) => err.push(items.join(" "));
  try {
    return { code: await main(args), out: out.join("\n"), err: err.join("\n") };
  } finally {
    console.log = log;
    console.error = error;
  }
}

/** A folder that is gone afterwards. */
export class Folder implements AsyncDisposable {
  /** Its path, without a slash at the end. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes one. */
  static async make(): Promise<Folder> {
    return new Folder(await Deno.makeTempDir({ prefix: "check-" }));
  }

  /** Writes a file; answers its path. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = `${this.path}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await (typeof content === "string" ? Deno.writeTextFile(path, content) : Deno.writeFile(path, content));
    return path;
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
