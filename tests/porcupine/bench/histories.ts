import {
  checkOperations,
  type CheckOptions,
  type Model,
  type Operation,
  type Verdict,
} from "../../../porcupine/mod.ts";
import { loadHistory, modelNamed } from "../../../porcupine/formats/mod.ts";
import { plain } from "../fuzz/compare.ts";
import { faultOf } from "../fuzz/oracle.ts";
import { families, type Family, simulate } from "../generate.ts";
import { type Judgeable, withOperations } from "../generate/operations.ts";
import { GO_FIGURES, type GoFigure } from "./go_figures.ts";

/** A history in memory, its types hidden. */
export interface LoadedCase {
  readonly count: number;
  judge(options: CheckOptions): Verdict;
  /** What is wrong with the order of an `ok` verdict; `undefined` if it replays. */
  faultOf(verdict: Verdict): string | undefined;
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

/** The generated families, each as a linearizable history and one with a wrong answer. */
export function generatedCases(chosen: readonly Family[] = families()): BenchCase[] {
  return chosen.flatMap(({ name, spec }) => {
    const figures = GO_FIGURES[name] ?? [null, null];
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
    faultOf: (verdict) =>
      verdict.kind === "ok" ? faultOf(model, operations, verdict.linearization) : undefined,
  };
}
