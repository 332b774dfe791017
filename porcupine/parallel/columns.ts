import { hidesFields } from "../canonical.ts";
import { survives, Unsendable } from "../copies.ts";

/** What has no parts, and is the same wherever it is. */
type Primitive = string | number | boolean | bigint | null | undefined;

/**
 * A list of values, laid out so that it can be sent at the price of its bytes. Copying an object from thread to thread costs
 * about a microsecond, as much as to judge it; here only what fits in no other way is copied as objects.
 */
export type Column =
  | { readonly kind: "numbers"; readonly numbers: Int32Array | Float64Array }
  /** Few different ones: the places of each in a table. */
  | { readonly kind: "few"; readonly table: readonly Primitive[]; readonly codes: Uint8Array }
  /** One text for all; `ends` says where each ends. */
  | { readonly kind: "texts"; readonly text: string; readonly ends: Int32Array }
  /** Objects, told apart by the names of their fields. */
  | { readonly kind: "records"; readonly shapes: readonly Shape[]; readonly codes: Uint8Array }
  /** Few different objects: the place of each in a list. */
  | { readonly kind: "repeated"; readonly different: Column; readonly codes: Uint8Array }
  | { readonly kind: "values"; readonly values: readonly unknown[] };

/** Objects with the same fields in the same order; or one primitive value that stands among objects. */
type Shape =
  | { readonly kind: "record"; readonly names: readonly string[]; readonly columns: readonly Column[] }
  | { readonly kind: "one"; readonly value: Primitive };

/** A table, or the shapes of a column, are no longer than this. */
export const MOST_CODES = 255;
/** Texts are looked up in a table while there are no more than this: a look-up reads all of a text. */
const MOST_TEXTS = 64;
/** Objects within objects within objects are copied as they are. */
const DEEPEST = 3;

/** Which values of a list are the same to whoever looks at them. */
export interface Alike {
  /** By value: the number of its class; the classes are numbered 0, 1, 2, ... in the order in which they are met. */
  readonly of: Int32Array;
  readonly count: number;
}

/** Lays out a list of which that is known already, with `MOST_CODES` classes at most: no value is looked at, but the first of each. */
export function layOutAlike(values: readonly unknown[], { of, count }: Alike): Column {
  const different: unknown[] = [];
  for (let i = 0; i < of.length && different.length < count; i++) {
    if (of[i] === different.length) different.push(values[i]);
  }
  return { kind: "repeated", different: layOut(different), codes: Uint8Array.from(of) };
}

/** Lays out a list. Throws {@linkcode Unsendable} if copies of the values would not be what they are. */
export function layOut(values: readonly unknown[], depth = 0): Column {
  return numbersOf(values) ?? textsOf(values) ?? fewOf(values, MOST_CODES) ?? recordsOf(values, depth) ??
    valuesOf(values);
}

function valuesOf(values: readonly unknown[]): Column {
  if (!values.every((value) => survives(value))) throw new Unsendable();
  return { kind: "values", values };
}

function numbersOf(values: readonly unknown[]): Column | undefined {
  if (typeof values[0] !== "number") return undefined;
  const whole = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "number") return undefined;
    // -0 is another number than 0 to whoever divides by it.
    if (!Object.is(value | 0, value)) return floatsOf(values);
    whole[i] = value;
  }
  return { kind: "numbers", numbers: whole };
}

function floatsOf(values: readonly unknown[]): Column | undefined {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "number") return undefined;
    numbers[i] = value;
  }
  return { kind: "numbers", numbers };
}

function textsOf(values: readonly unknown[]): Column | undefined {
  if (typeof values[0] !== "string") return undefined;
  const few = fewOf(values, MOST_TEXTS);
  if (few !== undefined) return few;
  const ends = new Int32Array(values.length);
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "string") return undefined;
    ends[i] = end += value.length;
  }
  // More than a text may hold: no machine has the memory to be told so by an error.
  return end > 2 ** 28 ? undefined : { kind: "texts", text: values.join(""), ends };
}

function isPrimitive(value: unknown): value is Primitive {
  return value === null ||
    (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol");
}

function fewOf(values: readonly unknown[], most: number): Column | undefined {
  const codes = new Uint8Array(values.length);
  const table: Primitive[] = [];
  const numbers = new Map<unknown, number>();
  let last: unknown;
  let code: number | undefined;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (i === 0 || value !== last) code = numbers.get(last = value);
    if (code === undefined) {
      // A map cannot tell -0 from 0.
      if (!isPrimitive(value) || value === 0 || table.length === most) return undefined;
      numbers.set(value, code = table.length);
      table.push(value);
    }
    codes[i] = code;
  }
  return { kind: "few", table, codes };
}

/** Objects of one shape, or one primitive value, while they are collected. */
interface Draft {
  readonly names: readonly string[] | undefined;
  readonly one: Primitive;
  readonly lists: readonly unknown[][];
}

function recordsOf(values: readonly unknown[], depth: number): Column | undefined {
  if (depth === DEEPEST) return undefined;
  const codes = new Uint8Array(values.length);
  const drafts: Draft[] = [];
  // Those of the object that is looked at: written over by the next one, since half of them meet a shape that is known.
  const names: string[] = [];
  const fields: unknown[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    let code: number;
    if (isPrimitive(value)) code = codeOfOne(drafts, value);
    else {
      if (!isPlain(value)) return undefined;
      const count = fieldsOf(value, names, fields);
      // A copy would be without them.
      if (count < 0 || hidesFields(value, count)) return undefined;
      code = codeOf(drafts, names, count);
      if (code < 0) return undefined;
      const { lists } = drafts[code];
      for (let j = 0; j < count; j++) lists[j].push(fields[j]);
    }
    if (code >= MOST_CODES) return undefined;
    codes[i] = code;
  }
  const shapes = drafts.map(({ names, one, lists }): Shape => {
    if (names === undefined) return { kind: "one", value: one };
    return { kind: "record", names, columns: lists.map((list) => layOut(list, depth + 1)) };
  });
  return { kind: "records", shapes, codes };
}

/** Only what a copy would be the same as: its fields and nothing else. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Lists the fields of an object, and answers how many there are; -1 if one of them throws when it is read. */
function fieldsOf(value: Readonly<Record<string, unknown>>, names: string[], fields: unknown[]): number {
  let count = 0;
  try {
    for (const name in value) {
      names[count] = name;
      fields[count++] = value[name];
    }
    return count;
  } catch {
    return -1;
  }
}

function codeOfOne(drafts: Draft[], value: Primitive): number {
  const known = drafts.findIndex(({ names, one }) => names === undefined && Object.is(one, value));
  return known >= 0 ? known : drafts.push({ names: undefined, one: value, lists: [] }) - 1;
}

/** The shape of the first `count` names; -1 if no such object can be made as others are. */
function codeOf(drafts: Draft[], names: readonly string[], count: number): number {
  for (let i = 0; i < drafts.length; i++) {
    const known = drafts[i].names;
    if (known === undefined || known.length !== count) continue;
    let j = 0;
    while (j < count && known[j] === names[j]) j++;
    if (j === count) return i;
  }
  const own = names.slice(0, count);
  return own.includes("__proto__")
    ? -1
    : drafts.push({ names: own, one: null, lists: own.map(() => []) }) - 1;
}

/** The list again. */
export function listOf(column: Column): readonly unknown[] {
  switch (column.kind) {
    case "numbers":
      return Array.from(column.numbers);
    case "values":
      return column.values;
    case "few": {
      const { table, codes } = column;
      const list: unknown[] = new Array(codes.length);
      for (let i = 0; i < list.length; i++) list[i] = table[codes[i]];
      return list;
    }
    case "texts": {
      const { text, ends } = column;
      const list: unknown[] = new Array(ends.length);
      for (let i = 0, from = 0; i < list.length; from = ends[i++]) list[i] = text.slice(from, ends[i]);
      return list;
    }
    case "records":
      return recordsIn(column.shapes, column.codes);
    case "repeated": {
      const { codes } = column;
      const different = listOf(column.different);
      const list: unknown[] = new Array(codes.length);
      for (let i = 0; i < list.length; i++) list[i] = different[codes[i]];
      return list;
    }
  }
}

function recordsIn(shapes: readonly Shape[], codes: Uint8Array): unknown[] {
  const readers = shapes.map((shape) => shape.kind === "one" ? () => shape.value : readerOf(shape));
  const list: unknown[] = new Array(codes.length);
  for (let i = 0; i < list.length; i++) list[i] = readers[codes[i]]();
  return list;
}

/** Answers the objects of a shape, one after the other. */
function readerOf({ names, columns }: Extract<Shape, { kind: "record" }>): () => unknown {
  const lists = columns.map(listOf);
  const [a, b, c] = names;
  const [as, bs, cs] = lists;
  let next = 0;
  // Spelt out for the lengths that there are: a field that is set in a loop over the names takes five times as long.
  return () => {
    const i = next++;
    const record: Record<string, unknown> = {};
    if (names.length > 0) record[a] = as[i];
    if (names.length > 1) record[b] = bs[i];
    if (names.length > 2) record[c] = cs[i];
    for (let j = 3; j < names.length; j++) record[names[j]] = lists[j][i];
    return record;
  };
}
