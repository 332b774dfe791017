import {
  Checker,
  type CheckerStatus,
  checkInParallel,
  checkOperations,
  type CheckOptions,
  type Model,
  type Operation,
  type ParallelOptions,
  type Verdict,
} from "../../../porcupine/mod.ts";
import { loadHistory, modelNamed } from "../../../porcupine/formats/mod.ts";
import { plain } from "../fuzz/compare.ts";
import { orderHistory } from "../../../porcupine/history.ts";
import { faultOf } from "../fuzz/oracle.ts";
import { families, type Family, type HistorySpec, simulate, specOf } from "../generate.ts";
import { type Judgeable, withOperations } from "../generate/operations.ts";
import { stepAlone } from "./floor.ts";
import { GO_FIGURES, type GoFigure, type GoFigures } from "./go_figures.ts";

/** A history in memory, its types hidden. */
export interface LoadedCase {
  readonly count: number;
  judge(options: CheckOptions): Verdict;
  /** What is wrong with the order of an `ok` verdict; `undefined` if it replays. */
  faultOf(verdict: Verdict): string | undefined;
  /** The same in several threads. */
  judgeInParallel(options: ParallelOptions): Promise<Verdict>;
  /** Goes along the history with nothing but the step, up to the answer of `last`; -1: to its end. See `floor.ts`. */
  stepAlone(last: number): void;
  /** Feeds the history to an on-line checker, event by event. */
  watch(): Watched;
}

/** What an on-line checker made of a history. */
export interface Watched {
  readonly kind: CheckerStatus["kind"];
  /** Answers until it stopped. */
  readonly answers: number;
  readonly ms: number;
  /** The most operations it kept. */
  readonly kept: number;
}

/** One line of the bench. */
export interface BenchCase {
  readonly name: string;
  readonly expected: "ok" | "illegal";
  /** What the Go checker needed; `null` if it was not tried. */
  readonly go: GoFigure | null;
  load(options: LoadOptions): Promise<LoadedCase>;
}

/** How to look at a history. */
export interface LoadOptions {
  /** As a user's model with nothing but a step function, without any hint. */
  readonly plain: boolean;
}

/** The files of a data folder with an `expected.json`. */
export async function dataCases(folder: string): Promise<BenchCase[]> {
  const text = await Deno.readTextFile(`${folder}/expected.json`);
  const table: Record<
    string,
    { model: string; expected: "ok" | "illegal"; goMedianMs: number; goPeakMB: number }
  > = JSON.parse(text);
  return Object.entries(table).map(([name, { model, expected, goMedianMs, goPeakMB }]) => ({
    name,
    expected,
    go: { ms: goMedianMs, peakMb: goPeakMB },
    load: async (options) => {
      const bytes = (await Deno.open(`${folder}/${name}`)).readable;
      return await modelNamed(model, { file: name, line: 0 }).with({
        use: async (codec) => {
          const { operations } = await loadHistory(codec, name, bytes);
          return closeOver({ model: codec.model(), operations }, options);
        },
      });
    },
  }));
}

/** One generated history, whatever its name. */
export function generatedCase(partial: Partial<HistorySpec>, expected: "ok" | "illegal"): BenchCase {
  const [one] = generatedCases([{ name: "one", spec: specOf(partial) }]).filter((c) =>
    c.expected === expected
  );
  return one;
}

/** The generated families, each as a linearizable history and one with a wrong answer. */
export function generatedCases(
  chosen: readonly Family[] = families(),
  go: GoFigures = GO_FIGURES,
): BenchCase[] {
  return chosen.flatMap(({ name, spec }) => {
    const figures = go[name] ?? [null, null];
    return (["ok", "illegal"] as const).map((expected, i): BenchCase => ({
      name: `${name}-${expected === "ok" ? "ok" : "bad"}`,
      expected,
      go: figures[i],
      load: (options) => {
        const pair = simulate(spec);
        const records = expected === "ok" ? pair.ok : pair.bad;
        if (records === undefined) throw new TypeError(`${name} has no history with a wrong answer`);
        return Promise.resolve(
          withOperations(spec.model, records, { use: (judgeable) => closeOver(judgeable, options) }),
        );
      },
    }));
  });
}

function closeOver<State, Input, Output>(
  { model, operations }: Judgeable<State, Input, Output>,
  options: LoadOptions,
): LoadedCase {
  return withModel(options.plain ? plain(model) : model, operations);
}

function withModel<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): LoadedCase {
  return {
    count: operations.length,
    judge: (options) => checkOperations(model, operations, options),
    judgeInParallel: (options) => checkInParallel(model, operations, options),
    watch: () => watch(model, operations),
    stepAlone: (last) => stepAlone(model, operations, last),
    faultOf: (verdict) =>
      verdict.kind === "ok" ? faultOf(model, operations, verdict.linearization) : undefined,
  };
}

function watch<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Watched {
  const { events } = orderHistory(operations);
  const checker = new Checker(model);
  let kept = 0;
  let answers = 0;
  const started = performance.now();
  for (let at = 0; at < events.length && checker.status.kind === "ok"; at++) {
    const index = events[at] >>> 1;
    const { client, input, outcome } = operations[index];
    if ((events[at] & 1) === 0) {
      checker.call(index, client, input);
      if (outcome.status === "unknown") checker.lost(index);
    } else if (outcome.status === "ok") {
      answers++;
      checker.return(index, outcome.output);
    }
    if ((at & 0xfff) === 0) kept = Math.max(kept, checker.kept);
  }
  return { kind: checker.status.kind, answers, ms: performance.now() - started, kept };
}
