/**
 * The long run against the oracle, which tries every order of small random histories: `deno task oracle`.
 *
 * ```text
 *   --count N      histories of each model (200000)
 *   --model TEXT   only the model of that name, or those with TEXT in their names
 *   --seed N       the first seed (1)
 *   --online       the on-line checker: on small histories against the oracle, on one in fifty that is longer against
 *                  checking every prefix
 *   --certificates everything that a verdict says beside its kind: orders, cores, the first impossible answer
 *   --workers N    threads (one for each processor); 1: no others
 * ```
 *
 * Histories of 2 to 7 operations of up to 5 clients, with lost answers, equal times, repeated values and answers that are
 * guessed. Every way of deciding - both searches alone, in competition, and the fast path - must agree, and every order
 * found must replay. Prints a line for each model and goes on after a difference, which is shrunk and printed with its seed;
 * then it ends with exit code 1.
 *
 * @module
 */
import { comparePiece, type Mode, type Piece, type PieceResult, SUBJECTS } from "./fuzz/pieces.ts";

/** Histories that a thread is given at a time. */
const PIECE = 10_000;

function argument(name: string): string | undefined {
  const at = Deno.args.indexOf(name);
  return at < 0 ? undefined : Deno.args[at + 1];
}

/** Adds up the pieces of each model. */
class Table {
  readonly #left = new Map<string, number>();
  readonly #results = new Map<string, PieceResult[]>();
  /** Models on which something differed. */
  readonly wrong = new Set<string>();
  histories = 0;

  expect(pieces: readonly Piece[]): void {
    for (const { subject } of pieces) this.#left.set(subject, (this.#left.get(subject) ?? 0) + 1);
    console.log(`${"model".padEnd(56)} histories  differences  us each`);
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
    if (left > 0) return;
    const count = results.reduce((sum, one) => sum + one.done, 0);
    const ms = results.reduce((sum, one) => sum + one.ms, 0);
    const differences = results.filter((one) => one.difference !== null).length;
    const each = Math.round(1000 * ms / count);
    console.log(
      `${subject.padEnd(56)} ${String(count).padStart(9)}  ${String(differences).padStart(11)}  ${
        String(each).padStart(7)
      }`,
    );
  }
}

/** Has the pieces compared in several threads. */
async function compareAll(
  pieces: Piece[],
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

async function main(): Promise<number> {
  const part = argument("--model") ?? "";
  const count = Number(argument("--count") ?? 200_000);
  const first = Number(argument("--seed") ?? 1);
  const workers = Number(argument("--workers") ?? navigator.hardwareConcurrency);
  const named = SUBJECTS.filter(({ name }) => name === part);
  const chosen = named.length > 0 ? named : SUBJECTS.filter(({ name }) => name.includes(part));
  if (chosen.length === 0 || ![count, first, workers].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    console.error(`No model has "${part}" in its name, or a number is wrong. Models:`);
    for (const { name } of SUBJECTS) console.error(`  ${name}`);
    return 3;
  }
  const mode: Mode = Deno.args.includes("--online")
    ? "online"
    : Deno.args.includes("--certificates")
    ? "certificates"
    : "deciding";
  const pieces: Piece[] = [];
  for (const { name: subject } of chosen) {
    for (let from = first; from < first + count; from += PIECE) {
      pieces.push({ subject, first: from, count: Math.min(PIECE, first + count - from), mode });
    }
  }
  const table = new Table();
  table.expect(pieces);
  const started = performance.now();
  if (workers > 1) await compareAll(pieces, Math.min(workers, pieces.length), (one) => table.add(one));
  else for (const piece of pieces) table.add(comparePiece(piece));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const wrong = table.wrong.size;
  console.log(
    `${chosen.length} models, ${table.histories} histories, ${wrong} models with differences, ${seconds} s`,
  );
  return wrong === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
