import type { Codec, ModelEntry } from "../formats/mod.ts";
import { UsageError } from "./flags.ts";

/** Whether what `--model` says is a module rather than a name. */
export function isModule(model: string): boolean {
  return /\.[mc]?[jt]s(#[\w$]+)?$/.test(model);
}

/**
 * A model of the user's own: `FILE` or `FILE#NAME`, a module that exports a `Codec`. A file with a history never says which
 * code to load; only who asks does. Throws a {@linkcode UsageError}.
 */
export async function ownModel(model: string): Promise<ModelEntry> {
  const [file, wanted] = model.split("#");
  const codecs = Object.entries(await load(file)).filter(([name]) => wanted === undefined || name === wanted)
    .flatMap(([name, value]) => isCodec(value) ? [{ name, codec: value }] : []);
  if (codecs.length === 1) return entry(codecs[0].codec);
  if (codecs.length > 1) {
    const names = codecs.map(({ name }) => `${file}#${name}`).join(" or ");
    throw new UsageError(`--model ${model}: the module exports several codecs; say ${names}`);
  }
  throw new UsageError(
    `--model ${model}: expected the module to export ${wanted ?? "a codec"}, an object with ${
      PARTS.join(", ")
    } (the type Codec of the checker)`,
  );
}

async function load(file: string): Promise<Record<string, unknown>> {
  try {
    // Everything that a path may hold and a URL may not is escaped, but for the slashes.
    const path = file.split("/").map(encodeURIComponent).join("/");
    return await import(/^https?:/.test(file) ? file : new URL(path, `file://${Deno.cwd()}/`).href);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--model ${file} cannot be loaded: ${why}`);
  }
}

/** What a codec consists of. */
const PARTS = ["name", "model", "input", "output", "mark"] as const;

function isCodec(value: unknown): value is Codec<unknown, unknown, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return PARTS.every((part) => {
    const found: unknown = Reflect.get(value, part);
    return part === "name" ? typeof found === "string" : typeof found === "function";
  });
}

function entry(codec: Codec<unknown, unknown, unknown>): ModelEntry {
  return { name: codec.name, summary: codec.summary, with: (user) => user.use(codec) };
}
