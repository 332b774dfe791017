/** Writes a value for a reader: strings quoted, long ones cut in the middle. */
export function show(value: unknown): string {
  if (typeof value === "string") {
    const text = value.length <= 48 ? value : `${value.slice(0, 20)}...${value.slice(-20)}`;
    return JSON.stringify(text);
  }
  // JSON would make null of NaN, which a register can hold, too.
  if (["bigint", "symbol", "number"].includes(typeof value)) return String(value);
  try {
    return JSON.stringify(value) ?? "?";
  } catch {
    // It goes round in a circle, or has a bigint in it: no model holds such a value, but what it refuses it has to tell.
    return "...";
  }
}
