import { PorcupineError } from "../types.ts";

/** The options of a check, as a caller without types may hand them in. */
interface Handed {
  readonly timeLimitMs?: unknown;
  readonly memoryLimitBytes?: unknown;
  readonly strategy?: unknown;
  readonly explain?: unknown;
  readonly signal?: unknown;
  readonly now?: unknown;
  readonly heldBytes?: unknown;
}

const STRATEGIES: readonly unknown[] = ["auto", "search"];
const EXPLANATIONS: readonly unknown[] = ["full", "verdict"];

/**
 * Refuses options that would be taken for others, or for none: a limit that is a text, a word that nobody knows, the controller in
 * place of its signal, which would never be seen to fire.
 */
export function requireOptions(options: Handed): void {
  requireLimit("timeLimitMs", options.timeLimitMs);
  requireLimit("memoryLimitBytes", options.memoryLimitBytes);
  requireWord("strategy", options.strategy, STRATEGIES);
  requireWord("explain", options.explain, EXPLANATIONS);
  for (const name of ["now", "heldBytes"] as const) {
    if (options[name] === undefined || typeof options[name] === "function") continue;
    throw refused(`${name} is no function; give one that answers a number, or leave it out`);
  }
  const { signal } = options;
  if (signal === undefined) return;
  if (typeof signal === "object" && signal !== null) {
    if ("aborted" in signal && typeof signal.aborted === "boolean") return;
    if ("signal" in signal) {
      throw refused("signal is an AbortController; give its signal, as in { signal: controller.signal }");
    }
  }
  throw refused("signal is no AbortSignal; give one, such as AbortSignal.timeout(1000), or leave it out");
}

function requireLimit(name: string, value: unknown): void {
  if (value === undefined || (typeof value === "number" && value >= 0)) return;
  throw refused(`${name} is ${told(value)}; give a number of at least 0, or leave it out`);
}

/** Refuses a number of threads that is none: of endlessly many one after the other would be started, for ever. */
export function requireWorkers(workers: unknown): void {
  if (workers === undefined || (Number.isSafeInteger(workers) && Number(workers) >= 0)) return;
  throw refused(`workers is ${told(workers)}; give a whole number of at least 0, or leave it out`);
}

/** Refuses a word, or a yes or no, that nobody knows. */
export function requireWord(name: string, value: unknown, words: readonly unknown[]): void {
  if (value === undefined || words.includes(value)) return;
  const known = words.map(told).join(" or ");
  throw refused(`${name} is ${told(value)}; give ${known}, or leave it out`);
}

function told(value: unknown): string {
  return typeof value === "string"
    ? JSON.stringify(value)
    : typeof value === "bigint"
    ? `${value}n`
    : String(value);
}

function refused(message: string): PorcupineError {
  return new PorcupineError("bad-limit", message);
}
