/**
 * The checker's command line: `deno task check FILES... --model kv [--html out.html] [--json]`.
 *
 * Exit code 0: every history is linearizable; 1: some is not; 2: some could not be settled within the limits; 3: bad input
 * or command line.
 *
 * @module
 */
import { checkOperations } from "./check.ts";
import { type CheckCommand, helpText, parseCommand, UsageError } from "./cli/flags.ts";
import { jsonReport, type Judged, textReport } from "./cli/report.ts";
import {
  type Codec,
  FormatError,
  loadOpened,
  type ModelEntry,
  modelNamed,
  MODELS,
  openHistory,
  type RawHistory,
} from "./formats/mod.ts";
import { PorcupineError, type Verdict } from "./types.ts";

const EXIT = { ok: 0, illegal: 1, unknown: 2, badInput: 3 } as const;

/** Runs the command line; answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let command: CheckCommand | null;
  try {
    command = parseCommand(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return EXIT.badInput;
  }
  if (command === null) {
    console.log(helpText());
    return EXIT.ok;
  }
  let worst: number = EXIT.ok;
  for (const file of command.files) worst = worse(worst, await judgeFile(file, command));
  return worst;
}

/** Bad input outweighs a violation, a violation outweighs a doubt. */
function worse(a: number, b: number): number {
  const weight = [0, 2, 1, 3];
  return weight[a] >= weight[b] ? a : b;
}

async function judgeFile(file: string, command: CheckCommand): Promise<number> {
  try {
    using source = await openSource(file);
    const history = await openHistory(file, source.bytes, command.format ?? undefined);
    const verdict = await chooseModel(file, history, command).with({
      use: <State, Input, Output>(codec: Codec<State, Input, Output>) =>
        judge({ file, history, codec, command }),
    });
    return verdict === "ok" ? EXIT.ok : verdict === "illegal" ? EXIT.illegal : EXIT.unknown;
  } catch (error) {
    const bad = error instanceof FormatError || error instanceof PorcupineError ||
      error instanceof UsageError;
    if (!bad) throw error;
    const message = error instanceof PorcupineError ? `${file}: ${error.message}` : error.message;
    if (command.json) console.log(JSON.stringify({ file, error: { code: error.code, message } }));
    console.error(message);
    return EXIT.badInput;
  }
}

interface Source extends Disposable {
  readonly bytes: AsyncIterable<Uint8Array>;
}

async function openSource(file: string): Promise<Source> {
  if (file === "-") return { bytes: Deno.stdin.readable, [Symbol.dispose]: () => {} };
  let handle: Deno.FsFile;
  try {
    handle = await Deno.open(file);
    if ((await handle.stat()).isDirectory) throw new UsageError(`${file} is a folder; name the files in it`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${file} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return { bytes: chunks(handle), [Symbol.dispose]: () => handle.close() };
}

/** The handle stays ours to close: a reader that stops at an error must not leave the file open. */
async function* chunks(handle: Deno.FsFile): AsyncGenerator<Uint8Array> {
  for (;;) {
    const buffer = new Uint8Array(256 * 1024);
    const length = await handle.read(buffer);
    if (length === null) return;
    yield buffer.subarray(0, length);
  }
}

/** What the flag says, else what the file says, else what only one model can be meant by. */
function chooseModel(file: string, history: RawHistory, command: CheckCommand): ModelEntry {
  if (command.model !== null) return modelNamed(command.model, { file: "--model", line: 0 });
  if (history.header !== null) return modelNamed(history.header.model, { file, line: 1 });
  if (history.format === "etcd-log") return modelNamed("register", { file, line: 0 });
  if (history.format === "empty") return MODELS[0];
  throw new UsageError(
    `${file} does not say what it was recorded from; add --model, one of ${
      MODELS.map(({ name }) => name).join(", ")
    }`,
  );
}

interface Job<State, Input, Output> {
  readonly file: string;
  readonly history: RawHistory;
  readonly codec: Codec<State, Input, Output>;
  readonly command: CheckCommand;
}

async function judge<State, Input, Output>(job: Job<State, Input, Output>): Promise<Verdict["kind"]> {
  const { file, codec, command } = job;
  const history = await loadOpened(codec, file, job.history);
  for (const warning of history.warnings) console.error(`${file}: ${warning}`);
  const started = performance.now();
  const verdict = checkOperations(history.model, history.operations, {
    explain: command.quick ? "verdict" : "full",
    ...(command.timeMs !== null && { timeLimitMs: command.timeMs }),
    ...(command.memoryBytes !== null && { memoryLimitBytes: command.memoryBytes }),
  });
  const elapsedMs = performance.now() - started;
  const judged: Judged<State, Input, Output> = { history, modelName: codec.name, verdict, elapsedMs };
  console.log(command.json ? jsonReport(judged) : textReport(judged, painter()));
  return verdict.kind;
}

function painter(): (colour: "red" | "green" | "yellow" | "dim", text: string) => string {
  const codes = { red: "1;31", green: "1;32", yellow: "1;33", dim: "2" };
  if (!Deno.stdout.isTerminal() || Deno.noColor) return (_colour, text) => text;
  return (colour, text) => `\x1b[${codes[colour]}m${text}\x1b[0m`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
