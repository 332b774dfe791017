import { checkOperations, renderHtml } from "../../../porcupine/mod.ts";
import { comparePiece, SUBJECTS } from "../fuzz/pieces.ts";
import { simulate, specOf } from "../generate.ts";
import { withOperations } from "../generate/operations.ts";
import { type Bar, n } from "./bars.ts";
import { timed } from "./measure.ts";

const NOW = (): number => performance.now();

/** Bar 10: the page. When it is painted only a browser can tell: `picture/browser_test.ts`. */
export function pageBars(): Bar[] {
  const specs = {
    "versioned kv": { model: "kvv", clients: 10, keys: 20, maybe: 0.05 },
    "200 keys": { model: "kv", clients: 50, keys: 200, reads: 0.4, puts: 0.06 },
  } as const;
  return Object.entries(specs).map(([name, spec]): Bar => {
    const records = simulate(specOf({ ...spec, ops: 100_000, seed: 11 })).ok;
    const [ms, html] = withOperations(spec.model, records, {
      use: ({ model, operations }) => {
        const verdict = checkOperations(model, operations);
        return timed(NOW, () => renderHtml({ model, operations }, verdict));
      },
    });
    const bytes = new TextEncoder().encode(html).length;
    return {
      number: 10,
      asked: `the page of 100,000 operations (${name}): at most 3 million bytes`,
      reached: `${bytes} bytes, made in ${n(ms)} ms`,
      holds: bytes <= 3_000_000,
    };
  });
}

/** So many small histories of each model in a bench: a slice of `deno task oracle`. */
const SLICE = 1000;

/** Bar 11: trust. */
export function trustBar(): Bar {
  const results = SUBJECTS.map(({ name }) =>
    comparePiece({ subject: name, first: 1, count: SLICE, mode: "deciding" })
  );
  const wrong = results.filter(({ difference }) => difference !== null);
  return {
    number: 11,
    asked: "no difference from trying every order (deno task oracle: 200,000 histories of each model)",
    reached: `${wrong.length} differences in ${SLICE} histories of each of ${results.length} models` +
      wrong.map(({ piece }) => ` ${piece.subject}`).join(),
    holds: wrong.length === 0,
  };
}
