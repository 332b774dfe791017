import {
  type Codec,
  FormatError,
  type LoadedHistory,
  loadOpened,
  type ModelEntry,
  MODELS,
  type RawHistory,
} from "../formats/mod.ts";
import { TRANSACTION_KINDS } from "../cycles/codec.ts";
import { modelAmong } from "../formats/models.ts";
import { openAs } from "../formats/read.ts";
import { checkLevels, type LevelsReport } from "../levels/mod.ts";
import { checkInParallel } from "../parallel/check.ts";
import { PorcupineError, type PorcupineErrorCode, type Verdict } from "../types.ts";
import { type CheckCommand, UsageError } from "./flags.ts";
import { openSource, pictureFile, requireWritable, writeFile } from "./files.ts";
import { jsonReport, type Judged, textReport } from "./report.ts";
import { drawPicture } from "./draw.ts";
import { isModule, ownModel } from "./own_model.ts";
import { isTransactions, judgeTransactions } from "./transactions.ts";

/** The models that are judged by their isolation level. */
const TRANSACTIONS = Object.keys(TRANSACTION_KINDS);

/** What the other levels may cost when nobody asked for them, and when somebody did. */
const LEVELS_MS = { unasked: 1_000, asked: 10_000 };

/** Judges one file and reports it. Throws what its reading throws. */
export async function judgeFile(file: string, command: CheckCommand): Promise<Verdict["kind"]> {
  using source = await openSource(file);
  if (command.html !== null) await requireWritable(pictureFile(command.html, file, command.files));
  const named = command.model !== null && isTransactions(command.model) ? command.model : null;
  const options = { format: command.format ?? undefined, transactions: named !== null };
  const history = await openAs(file, source.bytes, options);
  const recorded = history.header?.model ?? "";
  const kind = named ?? (command.model === null && isTransactions(recorded) ? recorded : null);
  if (isTransactions(recorded) && command.model !== null && !isModule(command.model) && kind !== recorded) {
    // The list of what else there is would not name what it was recorded from.
    throw new FormatError("model-mismatch", { file, line: 1 }, {
      expected: `a history for model ${command.model}`,
      found: `one for model ${recorded}`,
    });
  }
  if (kind !== null) return await judgeTransactions({ file, opened: history, kind }, command, painter());
  if (command.level !== null) {
    throw new UsageError(`--level ${command.level} is for transactions: ${TRANSACTIONS.join(", ")}`);
  }
  return await (await chooseModel(file, history, command)).with({
    use: <State, Input, Output>(codec: Codec<State, Input, Output>) =>
      judge({ file, history, codec, command }),
  });
}

/** What the flag says, else what the file says, else what only one model can be meant by. */
async function chooseModel(
  file: string,
  history: RawHistory,
  command: CheckCommand,
): Promise<ModelEntry> {
  if (command.model !== null) {
    return isModule(command.model)
      ? await ownModel(command.model)
      : modelAmong(command.model, { file: "--model", line: 0 }, TRANSACTIONS);
  }
  if (history.header !== null) return modelAmong(history.header.model, { file, line: 1 }, TRANSACTIONS);
  if (history.format === "etcd-log") return modelAmong("register", { file, line: 0 }, TRANSACTIONS);
  if (history.format === "empty") return MODELS[0];
  throw new UsageError(
    `${file} does not say what it was recorded from; add --model, one of ${
      [...MODELS.map(({ name }) => name), ...TRANSACTIONS].join(", ")
    }`,
  );
}

interface Job<State, Input, Output> {
  readonly file: string;
  readonly history: RawHistory;
  readonly codec: Codec<State, Input, Output>;
  readonly command: CheckCommand;
}

/** What is wrong with a model of the user's own, with the line of the operation it was asked about. */
export class ModelFault extends Error {
  /** The kind of mistake. */
  readonly code: PorcupineErrorCode;

  /** Builds the error from the one of the check. */
  constructor(where: string, { code, message, cause }: PorcupineError) {
    super(`${where}: ${message}`, { cause });
    this.name = "ModelFault";
    this.code = code;
  }
}

async function judge<State, Input, Output>(job: Job<State, Input, Output>): Promise<Verdict["kind"]> {
  const { file, codec, command } = job;
  const history = await loadOpened(codec, file, job.history, { facts: command.facts });
  for (const warning of history.warnings) console.error(`${file}: ${warning}`);
  try {
    return await judgeLoaded(job, history);
  } catch (error) {
    if (!(error instanceof PorcupineError) || error.code !== "model-threw") throw error;
    throw new ModelFault(error.index < 0 ? file : `${file}:${history.lines[error.index]}`, error);
  }
}

async function judgeLoaded<State, Input, Output>(
  { file, codec, command }: Job<State, Input, Output>,
  history: LoadedHistory<State, Input, Output>,
): Promise<Verdict["kind"]> {
  const started = performance.now();
  const verdict = await checkInParallel(history.model, history.operations, {
    ...(!command.workers && { workers: 0 }),
    explain: command.quick ? "verdict" : "full",
    ...(command.timeMs !== null && { timeLimitMs: command.timeMs }),
    ...(command.memoryBytes !== null && { memoryLimitBytes: command.memoryBytes }),
  });
  const elapsedMs = performance.now() - started;
  const levels = judgeLevels(history, verdict, command);
  const picture = command.html === null ? null : pictureFile(command.html, file, command.files);
  const judged: Judged<State, Input, Output> = {
    history,
    modelName: codec.name,
    verdict,
    elapsedMs,
    levels,
    picture,
    quick: command.quick,
  };
  if (picture !== null) await writeFile(picture, drawPicture(judged, codec));
  console.log(command.json ? jsonReport(judged, command) : textReport(judged, painter()));
  return verdict.kind;
}

/** Asked for: every key; after a violation: the key that has it; otherwise nothing. */
function judgeLevels<State, Input, Output>(
  { model, operations }: Pick<Judged<State, Input, Output>["history"], "model" | "operations">,
  verdict: Verdict,
  command: CheckCommand,
): LevelsReport | null {
  if (command.levels) {
    return checkLevels(model, operations, { verdict, timeLimitMs: command.timeMs ?? LEVELS_MS.asked });
  }
  if (verdict.kind !== "illegal" || command.quick) return null;
  const timeLimitMs = Math.min(LEVELS_MS.unasked, command.timeMs ?? Infinity);
  return checkLevels(model, operations, { verdict, timeLimitMs, keys: [verdict.partition] });
}

function painter(): (colour: "red" | "green" | "yellow" | "dim", text: string) => string {
  const codes = { red: "1;31", green: "1;32", yellow: "1;33", dim: "2" };
  if (!Deno.stdout.isTerminal() || Deno.noColor) return (_colour, text) => text;
  return (colour, text) => `\x1b[${codes[colour]}m${text}\x1b[0m`;
}
