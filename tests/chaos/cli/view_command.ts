/**
 * `chaos view`: the runs that a folder keeps, as a list coloured by verdict, each with its page and its files.
 * @module
 */

import { escapeText } from "../../report/page/draw.ts";
import { UsageError } from "./arguments.ts";
import { Interrupt } from "./interrupt.ts";

/** A run that is kept. */
export interface KeptRun {
  readonly name: string;
  readonly verdict: string;
  /** The law that was broken, or what else is worth a word. */
  readonly words: string;
  readonly files: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json",
  jsonl: "text/plain; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  log: "text/plain; charset=utf-8",
};

const STYLE =
  `:root { color-scheme: light dark; } body { font: 15px/1.6 system-ui, sans-serif; max-width: 1000px; margin: 24px auto; padding: 0 16px; }
table { border-collapse: collapse; width: 100%; } td { padding: 4px 10px; border-bottom: 1px solid #8884; vertical-align: top; }
.verdict { border-radius: 4px; padding: 1px 8px; color: #fff; background: #8a6d00; } .pass { background: #1e7d43; } .violation { background: #b3261e; }`;

/** Serves `folder` until Ctrl-C; resolves to the exit code. */
export async function viewCommand(folder: string, port: number): Promise<number> {
  using interrupt = new Interrupt();
  await serveRuns(folder, {
    port,
    signal: interrupt.signal,
    onListen: (url) => console.log(`The runs in ${folder}: ${url} (Ctrl-C ends)`),
  });
  return 0;
}

/** How runs are served. */
export interface ServeRunsOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Hears where the list is. */
  readonly onListen: (url: string) => void;
}

/**
 * Serves `folder` on this machine only; resolves when the signal has fired and whoever was being answered has been. Throws `UsageError`
 * for a folder that is none, or a port that somebody else has.
 */
export async function serveRuns(folder: string, { port, signal, onListen }: ServeRunsOptions): Promise<void> {
  try {
    if (!(await Deno.stat(folder)).isDirectory) {
      throw new UsageError(`Cannot view ${folder}: it is no folder`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UsageError(`Cannot view ${folder}: there is no such folder; a failing run makes one`);
  }
  let server: Deno.HttpServer;
  try {
    server = Deno.serve({
      hostname: "127.0.0.1",
      port,
      onListen: (at) => onListen(`http://127.0.0.1:${at.port}/`),
    }, (request) => answer(folder, new URL(request.url).pathname));
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new UsageError(
      `Cannot serve at port ${port}: somebody else does; give --port another one, or 0 for a free one`,
    );
  }
  const stop = () => void server.shutdown();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  await server.finished;
  signal.removeEventListener("abort", stop);
}

/** What is at a path: the list, or a file of a run. Nothing outside the folder can be reached. */
export async function answer(folder: string, path: string): Promise<Response> {
  const runs = await keptRuns(folder);
  if (path === "/") return new Response(list(runs), { headers: { "content-type": TYPES.html } });
  const [, name, file] = path.split("/").map(decoded);
  const known = runs.find((run) => run.name === name)?.files.includes(file) ?? false;
  if (!known) return new Response("There is no such run or file", { status: 404 });
  const type = TYPES[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return new Response(await Deno.readFile(`${folder}/${name}/${file}`), {
    headers: { "content-type": type },
  });
}

/** What no path means stays as it is: then there is no such file. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The runs, those that broke something first. */
export async function keptRuns(folder: string): Promise<KeptRun[]> {
  const runs: KeptRun[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) continue;
    const files = [...Deno.readDirSync(`${folder}/${name}`)].filter(({ isFile }) => isFile).map((one) =>
      one.name
    );
    if (!files.includes("results.json")) continue;
    runs.push({ name, files: files.sort(), ...await verdictOf(`${folder}/${name}/results.json`) });
  }
  const rank = ({ verdict }: KeptRun) => ["violation", "undecided", "vacuous", "pass"].indexOf(verdict);
  return runs.sort((left, right) => rank(left) - rank(right) || (left.name < right.name ? -1 : 1));
}

async function verdictOf(path: string): Promise<Pick<KeptRun, "verdict" | "words">> {
  try {
    const { verdict } = JSON.parse(await Deno.readTextFile(path));
    const words = verdict.kind === "violation"
      ? `${verdict.violation.law}: ${verdict.violation.sentence}`
      : verdict.sentence ?? "";
    return { verdict: verdict.kind, words };
  } catch (error) {
    return { verdict: "unreadable", words: error instanceof Error ? error.message : String(error) };
  }
}

function list(runs: readonly KeptRun[]): string {
  const rows = runs.map(({ name, verdict, words, files }) => {
    const link = (file: string, text: string) =>
      `<a href="/${encodeURIComponent(name)}/${encodeURIComponent(file)}">${escapeText(text)}</a>`;
    const page = files.includes("report.html") ? link("report.html", name) : escapeText(name);
    return `<tr><td><span class="verdict ${escapeText(verdict)}">${
      escapeText(verdict)
    }</span></td><td>${page}<br><small>${
      files.filter((file) => file !== "report.html").map((file) => link(file, file)).join(" ")
    }</small></td><td>${escapeText(words)}</td></tr>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chaos: ${runs.length} runs</title><style>${STYLE}</style></head>` +
    `<body><h1>${runs.length} runs</h1><table>${rows.join("")}</table></body></html>`;
}
