/**
 * The long run against the oracle, which tries every order of small random histories: `deno task oracle --help`.
 *
 * Histories of 2 to 7 operations of up to 5 clients, with lost answers, equal times, repeated values and answers that are
 * guessed. Every way of deciding - both searches alone, in competition, and the fast path - must agree, and every order
 * found must replay. Prints a line for each model and goes on after a difference, which is shrunk and printed with its seed;
 * then it ends with exit code 1.
 *
 * @module
 */
import { longRun } from "./cycles/long_run.ts";
import {
  argumentsOf,
  type CyclesCommand,
  HELP,
  type OracleCommand,
  OracleUsageError,
} from "./fuzz/command.ts";
import { comparePiece, type Piece, type PieceResult } from "./fuzz/pieces.ts";

/** Histories that a thread is given at a time. */
const PIECE = 10_000;
/** How far it has come is told so often. */
const TELL_EVERY_MS = 20_000;

/** Adds up the pieces of each model. */
class Table {
  readonly #left = new Map<string, number>();
  readonly #results = new Map<string, PieceResult[]>();
  readonly #started = performance.now();
  readonly #expected: number;
  #toldAt = 0;
  /** Models on which something differed. */
  readonly wrong = new Set<string>();
  histories = 0;

  constructor(pieces: readonly Piece[]) {
    for (const { subject } of pieces) this.#left.set(subject, (this.#left.get(subject) ?? 0) + 1);
    this.#expected = pieces.reduce((sum, { count }) => sum + count, 0);
    console.log(`${"model".padEnd(56)} histories  differences  us each`);
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  add(result: PieceResult): void {
    const { piece: { subject, mode }, difference, done } = result;
    this.histories += done;
    if (difference !== null) {
      this.wrong.add(subject);
      const again = `deno task oracle --model "${subject}" --seed ${difference.seed} --count 1${
        mode === "deciding" ? "" : ` --${mode}`
      }`;
      console.error(`${subject}, seed ${difference.seed} (again: ${again}): ${difference.text}`);
    }
    const results = this.#results.get(subject) ?? [];
    results.push(result);
    this.#results.set(subject, results);
    const left = (this.#left.get(subject) ?? 1) - 1;
    this.#left.set(subject, left);
    if (left === 0) this.#row(subject, results);
    else this.#tell(subject);
  }

  #row(subject: string, results: readonly PieceResult[]): void {
    const count = results.reduce((sum, one) => sum + one.done, 0);
    const ms = results.reduce((sum, one) => sum + one.ms, 0);
    const differences = results.filter((one) => one.difference !== null).length;
    const each = Math.round(1000 * ms / Math.max(1, count));
    const columns = [String(count).padStart(9), String(differences).padStart(11), String(each).padStart(7)];
    console.log(`${subject.padEnd(56)} ${columns.join("  ")}`);
  }

  /** A sign of life, for whoever waits: to the standard error, so that the table stays a table. */
  #tell(subject: string): void {
    if (performance.now() - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = performance.now();
    const share = (100 * this.histories / this.#expected).toFixed(0);
    console.error(`... ${subject}: ${this.histories} of ${this.#expected} histories, ${share} %`);
  }
}

/** Has the pieces compared in several threads. */
async function compareAll(
  pieces: readonly Piece[],
  workers: number,
  heard: (result: PieceResult) => void,
): Promise<void> {
  const queue = pieces.values();
  async function work(): Promise<void> {
    const worker = new Worker(new URL("./oracle_worker.ts", import.meta.url), { type: "module" });
    try {
      for (const piece of queue) {
        heard(
          await new Promise<PieceResult>((resolve, reject) => {
            worker.onmessage = ({ data }: MessageEvent<PieceResult>) => resolve(data);
            worker.onerror = (event) => {
              event.preventDefault();
              reject(new Error(`a thread of the long run failed: ${event.message}`));
            };
            worker.postMessage(piece);
          }),
        );
      }
    } finally {
      worker.terminate();
    }
  }
  await Promise.all(Array.from({ length: workers }, work));
}

function piecesOf({ subjects, first, count, mode }: OracleCommand): Piece[] {
  const pieces: Piece[] = [];
  for (const subject of subjects) {
    for (let from = first; from < first + count; from += PIECE) {
      pieces.push({ subject, first: from, count: Math.min(PIECE, first + count - from), mode });
    }
  }
  return pieces;
}

/** Runs the command line; answers the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let command: OracleCommand | CyclesCommand | "help" | "list";
  try {
    command = argumentsOf(args);
  } catch (error) {
    if (!(error instanceof OracleUsageError)) throw error;
    console.error(error.message);
    return 3;
  }
  if (command === "help" || command === "list") {
    console.log(command === "help" ? HELP : argumentsOf([]).subjects.join("\n"));
    return 0;
  }
  if (command.kind === "cycles") return longRun(command.first, command.count);
  const pieces = piecesOf(command);
  const table = new Table(pieces);
  const workers = Math.min(command.workers, pieces.length);
  if (workers > 1) await compareAll(pieces, workers, (one) => table.add(one));
  else for (const piece of pieces) table.add(comparePiece(piece));
  const wrong = table.wrong.size;
  console.log(
    `${command.subjects.length} models, ${table.histories} histories, ${wrong} models with differences, ${
      table.seconds.toFixed(0)
    } s`,
  );
  return wrong === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
