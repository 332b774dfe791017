import { TRANSACTION_KINDS } from "../cycles/codec.ts";
import { ISOLATION_LEVELS } from "../cycles/levels.ts";
import type { IsolationLevel } from "../cycles/types.ts";
import { nearest } from "../require/nearest.ts";
import { type Datum, type FormatName, FORMATS, MODELS } from "../formats/mod.ts";

/** What the command line asks for. */
export interface CheckCommand {
  /** Files to judge; `-` is the standard input. */
  readonly files: readonly string[];
  /** The model's name, or a module with one; `null`: what the file says. */
  readonly model: string | null;
  /** The format; `null`: found by looking. */
  readonly format: FormatName | null;
  /** Where to write the picture; `null`: nowhere. */
  readonly html: string | null;
  readonly json: boolean;
  /** Tell the order that was found, too. */
  readonly order: boolean;
  readonly timeMs: number | null;
  readonly memoryBytes: number | null;
  readonly workers: boolean;
  /** Stop at the verdict, without looking for the smallest core. */
  readonly quick: boolean;
  /** Tell about the weaker levels of every key. */
  readonly levels: boolean;
  /** What transactions must satisfy; `null`: strict serializability. */
  readonly level: IsolationLevel | null;
  /** Fields that count as if they stood in the header. */
  readonly facts: { readonly [name: string]: Datum };
}

/** A command line that makes no sense; the message says what exists. */
export class UsageError extends Error {
  /** The kind of mistake. */
  readonly code = "usage";

  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** Flags with a value, and what the value is. */
const VALUED = ["--model", "--format", "--html", "--time", "--memory", "--level", "--facts"] as const;
const PLAIN = ["--json", "--order", "--no-workers", "--quick", "--levels", "--help"] as const;

/** The help page. */
export function helpText(): string {
  const all = [
    ...MODELS,
    ...Object.entries(TRANSACTION_KINDS).map(([name, summary]) => ({ name, summary })),
  ];
  const column = Math.max(...all.map(({ name }) => name.length));
  const models = all.map(({ name, summary }) => `  ${name.padEnd(column)}  ${summary}`);
  const formats = Object.entries(FORMATS).map(([name, what]) => `  ${name.padEnd(column)}  ${what}`);
  return [
    "Judges whether recorded histories are linearizable.",
    "",
    "deno task check FILES... [--model NAME] [flags]        a file - is the standard input; .gz is unpacked",
    "",
    "  --model NAME     what the store is; needed where the file does not say",
    "  --model FILE.ts  a model of your own: a module that exports a codec (FILE.ts#NAME: one of several)",
    "  --html FILE      write a picture of the history and the verdict (a folder: a page in it for each file)",
    "  --json           one JSON object a line for each file, for programs (porcupine/cli/README.md)",
    "  --order          with --json: the order that was found, as lines of the file",
    "  --time 60s       give up on a file after this long (ms, s, m, h)",
    "  --memory 1GiB    give up when the search holds more than this (KiB, MiB, GiB or K, M, G; KB, MB, GB)",
    "  --quick          stop at the verdict; do not look for the smallest contradiction",
    "  --levels         tell what weaker guarantees held, and how stale reads were, for every key",
    "  --level NAME     what transactions must satisfy (strict-serializable): " +
    ISOLATION_LEVELS.slice(0, 3).join(", ") + ",",
    "                   " + ISOLATION_LEVELS.slice(3).join(", "),
    "  --no-workers     use one thread",
    "  --format NAME    do not guess the format",
    '  --facts JSON     what a header would say of the store, such as \'{"accounts":{"a":10,"b":0}}\'',
    "",
    "exit code: 0 linearizable, 1 not, 2 could not tell within the limits, 3 bad input or command line,",
    "           4 the checker itself failed",
    "",
    "models",
    ...models,
    "",
    "formats",
    ...formats,
  ].join("\n");
}

/** Reads the command line; `null` if help is wanted. Throws a {@linkcode UsageError}. */
export function parseCommand(args: readonly string[]): CheckCommand | null {
  const files: string[] = [];
  const values = new Map<string, string>();
  const seen = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--") {
      files.push(...args.slice(i + 1));
      break;
    }
    const [flag, joined] = splitFlag(args[i]);
    if (flag === null) files.push(args[i]);
    else if (isOneOf(PLAIN, flag)) {
      if (joined !== null) throw new UsageError(`${flag} takes no value`);
      seen.add(flag);
    } else if (isOneOf(VALUED, flag)) {
      const value = joined ?? args[++i];
      if (value === undefined || value === "") throw new UsageError(`${flag} needs a value`);
      if (values.has(flag)) throw new UsageError(`${flag} is given twice`);
      values.set(flag, value);
    } else throw unknownFlag(flag);
  }
  if (seen.has("--help")) return null;
  if (files.length === 0) throw new UsageError("no file to check; `deno task check --help` shows how");
  if (seen.has("--order") && !seen.has("--json")) {
    throw new UsageError(
      "--order is for programs; add --json, or see the order in a picture with --html FILE",
    );
  }
  return {
    files,
    model: values.get("--model") ?? null,
    format: parseFormat(values.get("--format")),
    html: values.get("--html") ?? null,
    json: seen.has("--json"),
    order: seen.has("--order"),
    timeMs: parseMeasure("--time", values.get("--time"), {
      ms: 1,
      s: 1000,
      m: 60_000,
      h: 3_600_000,
      sec: 1000,
      min: 60_000,
    }),
    memoryBytes: parseMeasure("--memory", values.get("--memory"), {
      B: 1,
      KB: 1e3,
      MB: 1e6,
      GB: 1e9,
      KiB: 2 ** 10,
      MiB: 2 ** 20,
      GiB: 2 ** 30,
      TiB: 2 ** 40,
      K: 2 ** 10,
      M: 2 ** 20,
      G: 2 ** 30,
    }),
    workers: !seen.has("--no-workers"),
    quick: seen.has("--quick"),
    levels: seen.has("--levels"),
    level: parseLevel(values.get("--level")),
    facts: parseFacts(values.get("--facts")),
  };
}

function unknownFlag(flag: string): UsageError {
  const all = [...VALUED, ...PLAIN];
  return new UsageError(
    `unknown flag ${flag}; ${nearest(flag, all)} is the nearest; there are ${all.join(", ")}`,
  );
}

/** Throws if the standard input is named twice, or one page for several files, or none that could be written. */
export function requirePossible(html: string | null, files: readonly string[]): void {
  if (files.indexOf("-") !== files.lastIndexOf("-")) {
    throw new UsageError("- is named twice; the standard input can be read once");
  }
  if (html === "-") throw new UsageError("--html - names no file; the standard output is for the report");
  if (html === null || files.length < 2 || html.endsWith("/")) return;
  throw new UsageError(
    `--html ${html} names one page for ${files.length} files; name a folder, ending in /, or one that exists`,
  );
}

function splitFlag(argument: string): [string | null, string | null] {
  if (!argument.startsWith("-") || argument === "-") return [null, null];
  if (argument === "-h") return ["--help", null];
  const at = argument.indexOf("=");
  return at < 0 ? [argument, null] : [argument.slice(0, at), argument.slice(at + 1)];
}

function isOneOf<T extends string>(all: readonly T[], text: string): text is T {
  return all.some((one) => one === text);
}

function parseFormat(name: string | undefined): FormatName | null {
  if (name === undefined) return null;
  if (isFormat(name)) return name;
  throw new UsageError(`unknown format ${name}; there are ${Object.keys(FORMATS).join(", ")}`);
}

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

function parseLevel(name: string | undefined): IsolationLevel | null {
  if (name === undefined) return null;
  const found = ISOLATION_LEVELS.find((level) => level === name);
  if (found !== undefined) return found;
  throw new UsageError(`unknown level ${name}; there are ${ISOLATION_LEVELS.join(", ")}`);
}

function parseFacts(text: string | undefined): { readonly [name: string]: Datum } {
  if (text === undefined) return {};
  let facts: Datum;
  try {
    facts = JSON.parse(text);
  } catch {
    facts = null;
  }
  if (facts === null || typeof facts !== "object" || isList(facts)) {
    throw new UsageError(`--facts ${text}: give a JSON object, as in '{"accounts":{"a":10,"b":0}}'`);
  }
  return facts;
}

function isList(value: Datum): value is readonly Datum[] {
  return Array.isArray(value);
}

function parseMeasure(
  flag: string,
  text: string | undefined,
  units: Readonly<Record<string, number>>,
): number | null {
  if (text === undefined) return null;
  // Elsewhere 0 often means "no limit"; taken at its word it would give up on every file before looking at it.
  if (/^0+(?:\.0+)? ?[A-Za-z]*$/.test(text)) {
    throw new UsageError(
      `${flag} ${text}: with none nothing can be looked at; for no limit leave ${flag} out`,
    );
  }
  const match = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(text);
  // Nobody means another unit by `gib` or `S`.
  const unit = Object.keys(units).find((name) => name.toLowerCase() === match?.[2].toLowerCase());
  if (match === null || unit === undefined) {
    const example = flag === "--time" ? "60s" : "1GiB";
    throw new UsageError(
      `${flag} ${text}: give a number and one of ${Object.keys(units).join(", ")}, as in ${example}`,
    );
  }
  return Number(match[1]) * units[unit];
}
