/**
 * What a person at the keyboard got wrong.
 * @module
 */

/** What was asked for cannot be done as it was asked: the message is for the person at the keyboard, the exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Does something that the command line asked for. What the system refuses is then no fault of ours. */
export function orRefuse<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    return refuse(what, cause);
  }
}

/** Says what could not be done. */
export function refuse(what: string, cause: unknown): never {
  if (cause instanceof UsageError) throw cause;
  throw new UsageError(`Cannot ${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
}
