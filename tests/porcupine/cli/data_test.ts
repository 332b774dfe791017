/** The files of a data folder with an `expected.json`, where there is one: `PORCUPINE_DATA=DIR deno test -A tests/porcupine/cli`. */
import { assertEquals } from "@std/assert";
import { check } from "./run.ts";

interface Expected {
  readonly model: string;
  readonly expected: "ok" | "illegal";
}

const folder = Deno.env.get("PORCUPINE_DATA") ?? "";
const expected: Record<string, Expected> = folder === ""
  ? {}
  : JSON.parse(await Deno.readTextFile(`${folder}/expected.json`));

for (const [file, { model, expected: verdict }] of Object.entries(expected)) {
  Deno.test(`${file} is ${verdict}, and so the command line says`, async () => {
    // Logs that name no model are of key-value stores.
    const flags = model === "kv" && !file.includes(".jsonl") ? ["--model", "kv"] : [];
    const { code, out } = await check(`${folder}/${file}`, "--json", ...flags);
    const report = JSON.parse(out);
    assertEquals([report.verdict, code], [verdict, verdict === "ok" ? 0 : 1]);
    if (verdict === "illegal") assertEquals(report.core.length > 0 && report.sentence.length > 0, true);
  });
}
