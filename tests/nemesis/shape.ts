/**
 * What a value from a file must look like, told so that whoever edited the file finds the place.
 * @module
 */

/** Gives what is wrong with a value, as the end of a sentence that begins with its place (`.delay.ms must be ...`); null if nothing is. */
export type Shape = (value: unknown) => string | null;

/** The shapes of an object's fields; fields that are not named may be there and mean nothing. */
export type Fields = Readonly<Record<string, Shape>>;

/** A number of that range. */
export function number(least: number, most: number = Infinity): Shape {
  const range = rangeOf(least, most);
  return (value) => isWithin(value, least, most) ? null : ` must be a number ${range}`;
}

/** A whole number of that range. */
export function whole(least: number, most: number = Infinity): Shape {
  const range = rangeOf(least, most);
  return (value) =>
    Number.isSafeInteger(value) && isWithin(value, least, most) ? null : ` must be a whole number ${range}`;
}

/** A number above 0: what lasts no time at all, or comes every zero milliseconds, never ends. */
export function positive(value: unknown): string | null {
  return isWithin(value, Number.MIN_VALUE, Infinity) ? null : " must be a number above 0";
}

/** One of these. */
export function oneOf(values: readonly (string | number)[]): Shape {
  return (value) => values.some((one) => one === value) ? null : ` must be one of ${values.join(", ")}`;
}

/** True or false. */
export function flag(value: unknown): string | null {
  return typeof value === "boolean" ? null : " must be true or false";
}

/** A text that is not empty. */
export function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? null : " must be a text";
}

/** A list of such things. */
export function list(item: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return " must be a list";
    for (const [at, one] of value.entries()) {
      const wrong = item(one);
      if (wrong !== null) return `[${at}]${wrong}`;
    }
    return null;
  };
}

/** An object with these fields. */
export function record(fields: Fields): Shape {
  return (value) => {
    if (!isObject(value)) return " must be an object";
    for (const [name, shape] of Object.entries(fields)) {
      const wrong = value[name] === undefined ? " is missing" : shape(value[name]);
      if (wrong !== null) return `.${name}${wrong}`;
    }
    return null;
  };
}

/** An object whose other fields depend on what stands under `kind`. */
export function byKind(kinds: Readonly<Record<string, Fields>>): Shape {
  const kind = record({ kind: oneOf(Object.keys(kinds)) });
  return (value) => kind(value) ?? record(kinds[(value as { readonly kind: string }).kind])(value);
}

/** That, or null. */
export function orNull(shape: Shape): Shape {
  return (value) => value === null ? null : shape(value);
}

/** Whether a value has fields. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= least && value <= most;
}

function rangeOf(least: number, most: number): string {
  return most === Infinity ? `from ${least} on` : `from ${least} to ${most}`;
}
