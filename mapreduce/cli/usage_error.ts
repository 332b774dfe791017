/** What was asked for cannot be done as it was asked: the message is for the person at the keyboard, the exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
