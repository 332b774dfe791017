/**
 * Words of a command line.
 * @module
 */

/** A command line that cannot be understood; the message says what is wrong and what would be right. */
export class UsageError extends Error {
  /** The class, for logs. */
  override readonly name = "UsageError";
  /** Always the same. */
  readonly code = "usage";
}

/** A command line in its parts. */
export interface Flags {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/** What a command takes. */
export interface FlagNames {
  readonly flags: readonly string[];
  readonly values: readonly string[];
}

/** Reads `argv`. What follows `--` is words, whatever it looks like. Throws {@linkcode UsageError}. */
export function readFlags(argv: readonly string[], names: FlagNames, help: string): Flags {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at];
    if (word === "--") {
      words.push(...argv.slice(at + 1));
      break;
    }
    if (!word.startsWith("--")) {
      words.push(word);
      continue;
    }
    const equals = word.indexOf("=");
    const name = word.slice(2, equals === -1 ? undefined : equals);
    if (names.flags.includes(name) && equals === -1) flags.add(name);
    else if (!names.values.includes(name)) throw new UsageError(`There is no option ${word}: see ${help}`);
    else if (values.has(name)) throw new UsageError(`The option --${name} is given twice`);
    else if (equals !== -1) values.set(name, word.slice(equals + 1));
    else if (at + 1 < argv.length) values.set(name, argv[++at]);
    else throw new UsageError(`The option ${word} needs a value: see ${help}`);
  }
  return { flags, values, words };
}

/** A whole number within bounds. */
export function numberFlag(
  { values }: Flags,
  name: string,
  bounds: { readonly absent: number; readonly least: number; readonly most: number },
): number {
  const text = values.get(name);
  if (text === undefined) return bounds.absent;
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= bounds.least && value <= bounds.most) return value;
  throw new UsageError(
    `Cannot use --${name} ${text}: give a whole number from ${bounds.least} to ${bounds.most}`,
  );
}

/** `host:port`. */
export function checkAddress(name: string, text: string): string {
  const [, port] = /^(?:\[[0-9A-Fa-f:.%]+\]|[^\s:[\]]+):(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) <= 65535) return text;
  throw new UsageError(`Cannot use ${text} for ${name}: give host:port, as in 127.0.0.1:7001`);
}

/** Whether only this machine reaches an address. */
export function isLoopback(address: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+$/.test(address);
}
