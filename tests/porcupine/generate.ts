/**
 * Histories from a seed: what the tests and the bench judge, so that no recorded file needs to be kept.
 *
 * `deno run -A tests/porcupine/generate.ts --out DIR [--name PART] [--more]` writes the families as linhist-1 files;
 * `deno run tests/porcupine/generate.ts --list` names them.
 *
 * @module
 */
import { type GeneratedPair, type LinhistRecord, simulate } from "./generate/simulate.ts";
import { families, type Family, type HistorySpec, moreFamilies, specOf } from "./generate/spec.ts";

export { Random } from "./generate/random.ts";
export {
  families,
  type Family,
  type GeneratedPair,
  type HistorySpec,
  type LinhistRecord,
  moreFamilies,
  simulate,
  specOf,
};

/** The lines of a linhist-1 file, header first, without line ends. */
export function* linhistLines(spec: HistorySpec, records: readonly LinhistRecord[]): Generator<string> {
  const { model, clients, ops, seed } = spec;
  yield JSON.stringify({ format: "linhist-1", model, clients, ops, seed });
  for (const { c, f, k, v, ver, o, s, e } of records) yield JSON.stringify({ c, f, k, v, ver, o, s, e });
}

/** A whole linhist-1 file. */
export function linhistText(spec: HistorySpec, records: readonly LinhistRecord[]): string {
  return [...linhistLines(spec, records), ""].join("\n");
}

async function writeFamilies(folder: string, chosen: readonly Family[]): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const { name, spec } of chosen) {
    const { ok, bad } = simulate(spec);
    await Deno.writeTextFile(`${folder}/${name}-ok.jsonl`, linhistText(spec, ok));
    if (bad !== undefined) await Deno.writeTextFile(`${folder}/${name}-bad.jsonl`, linhistText(spec, bad));
    console.log(`${name}: ${ok.length} operations, ${bad === undefined ? "no bad twin" : "ok and bad"}`);
  }
}

function argument(name: string): string | undefined {
  const at = Deno.args.indexOf(name);
  return at < 0 ? undefined : Deno.args[at + 1];
}

if (import.meta.main) {
  const all = Deno.args.includes("--more") ? [...families(), ...moreFamilies()] : families();
  const part = argument("--name") ?? "";
  const chosen = all.filter(({ name }) => name.includes(part));
  const out = argument("--out");
  if (out !== undefined) await writeFamilies(out, chosen);
  else for (const { name, spec } of chosen) console.log(name, JSON.stringify(spec));
}
