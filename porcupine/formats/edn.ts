/**
 * A small reader of EDN, the notation of Clojure, in which jepsen and knossos write histories.
 *
 * Our own, because the readers on npm (`edn-data`, `jsedn`, `edn-to-js`) read a whole document at once, and either keep
 * keywords as objects or have not been touched for years; a history needs one form at a time and nothing exotic.
 *
 * @module
 */

/**
 * A value of EDN. Keywords and symbols are written out (`":invoke"`, `"foo"`); sets, lists and vectors are arrays; a
 * tagged value is the value; integers beyond 2^53, ratios and decimals of more than 15 digits (`M`) are kept as their
 * text, so that different numbers stay different.
 */
export type Edn = null | boolean | number | string | readonly Edn[] | EdnMap;

/** A map; keys are written out as in {@linkcode Edn}, other keys as their EDN text. */
export class EdnMap {
  /** The entries, by written-out key. */
  readonly entries: ReadonlyMap<string, Edn>;

  /** Wraps entries. */
  constructor(entries: ReadonlyMap<string, Edn>) {
    this.entries = entries;
  }

  /** The value of a key such as `":type"`; `null` if there is none. */
  get(key: string): Edn {
    return this.entries.get(key) ?? null;
  }
}

/** What is wrong with a piece of EDN, and where in the text. */
export class EdnError extends Error {
  /** What is wrong. */
  readonly code = "bad-edn";
  /** The offset in the text, in characters. */
  readonly at: number;

  /** Builds the error; `at` is an offset in the text. */
  constructor(message: string, at: number) {
    super(`${message} at character ${at + 1}`);
    this.name = "EdnError";
    this.at = at;
  }
}

/** Deeper nesting than any history has is refused, so that no input can exhaust the stack. */
const MAX_DEPTH = 200;

/** Decimals of so many digits are different numbers if they differ. */
const MOST_DIGITS = 15;

const CLOSERS: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}" };
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  '"': '"',
  "\\": "\\",
};
const CHARACTERS: Readonly<Record<string, string>> = {
  newline: "\n",
  return: "\r",
  space: " ",
  tab: "\t",
  formfeed: "\f",
  backspace: "\b",
};

/**
 * Reads one value; throws an {@linkcode EdnError} if the text is anything else than exactly one.
 *
 * @example
 * ```ts
 * import { EdnMap, parseEdn } from "@flotilla/flotilla/porcupine";
 *
 * const event = parseEdn("{:process 3, :type :invoke, :f :cas, :value [1 2]} ; swap");
 * if (!(event instanceof EdnMap) || event.get(":type") !== ":invoke") throw new Error("not read");
 * ```
 */
export function parseEdn(text: string): Edn {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.expectEnd();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  expectEnd(): void {
    this.#skip(0);
    if (this.#at < this.#text.length) throw new EdnError("one value expected, more follows", this.#at);
  }

  value(depth: number): Edn {
    if (depth > MAX_DEPTH) throw new EdnError(`nested deeper than ${MAX_DEPTH}`, this.#at);
    this.#skip(depth);
    const c = this.#text[this.#at];
    switch (c) {
      case undefined:
        throw new EdnError("a value expected, but the text ends", this.#at);
      case "[":
      case "(":
        return this.#list(CLOSERS[c], depth);
      case "{":
        return this.#map(depth);
      case '"':
        return this.#string();
      case "\\":
        return this.#character();
      case "#":
        return this.#dispatch(depth);
      case "]":
      case ")":
      case "}":
        throw new EdnError(`a value expected before ${c}`, this.#at);
      default:
        return this.#atom();
    }
  }

  /** White space (a comma is some), comments, and values thrown away by #_. */
  #skip(depth: number): void {
    for (;;) {
      const c = this.#text.charCodeAt(this.#at);
      if (c === 32 || c === 44 || (c >= 9 && c <= 13)) this.#at++;
      else if (c === 59) {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#text.length : end + 1;
      } else if (c === 35 && this.#text[this.#at + 1] === "_") {
        this.#at += 2;
        this.value(depth + 1);
      } else return;
    }
  }

  #list(closer: string, depth: number): Edn[] {
    const start = this.#at++;
    const items: Edn[] = [];
    for (;;) {
      this.#skip(depth);
      if (this.#text[this.#at] === closer) break;
      if (this.#at >= this.#text.length) throw new EdnError(`${closer} missing for the one opened`, start);
      items.push(this.value(depth + 1));
    }
    this.#at++;
    return items;
  }

  #map(depth: number): EdnMap {
    const start = this.#at;
    const items = this.#list("}", depth);
    if (items.length % 2 !== 0) throw new EdnError("a map with a key that has no value", start);
    const entries = new Map<string, Edn>();
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      const name = typeof key === "string" ? key : JSON.stringify(key);
      if (entries.has(name)) throw new EdnError(`a map with the key ${name} twice`, start);
      entries.set(name, items[i + 1]);
    }
    return new EdnMap(entries);
  }

  #string(): string {
    const start = this.#at++;
    let out = "";
    for (;;) {
      const from = this.#at;
      while (this.#at < this.#text.length && !isStringEnd(this.#text.charCodeAt(this.#at))) this.#at++;
      out += this.#text.slice(from, this.#at);
      const c = this.#text[this.#at++];
      if (c === undefined) throw new EdnError("a string that does not end", start);
      if (c === '"') return out;
      const escape = this.#text[this.#at++];
      if (isOctal(escape)) out += this.#octal(this.#at - 1);
      else if (escape === "u") {
        const hex = this.#text.slice(this.#at, this.#at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw new EdnError("four hex digits expected after \\u", this.#at);
        out += String.fromCharCode(parseInt(hex, 16));
        this.#at += 4;
      } else if (escape !== undefined && Object.hasOwn(ESCAPES, escape)) out += ESCAPES[escape];
      else throw new EdnError(`the escape \\${escape ?? ""} is not known`, this.#at - 1);
    }
  }

  /** The character of a code of one to three octal digits, 377 at most, as Clojure reads it. */
  #octal(from: number): string {
    let end = from;
    while (end < from + 3 && isOctal(this.#text[end])) end++;
    const code = parseInt(this.#text.slice(from, end), 8);
    if (code > 0o377) throw new EdnError("an octal code of at most 377 expected", from);
    this.#at = end;
    return String.fromCharCode(code);
  }

  #character(): string {
    const from = ++this.#at;
    this.#at++;
    while (this.#at < this.#text.length && !isDelimiter(this.#text.charCodeAt(this.#at))) this.#at++;
    const name = this.#text.slice(from, this.#at);
    if (name === "") throw new EdnError("a character expected after \\", from);
    if (Object.hasOwn(CHARACTERS, name)) return CHARACTERS[name];
    if (/^u[0-9a-fA-F]{4}$/.test(name)) return String.fromCharCode(parseInt(name.slice(1), 16));
    if (/^o[0-3]?[0-7]{1,2}$/.test(name)) return String.fromCharCode(parseInt(name.slice(1), 8));
    if ([...name].length !== 1) throw new EdnError(`the character \\${name} is not known`, from);
    return name;
  }

  #dispatch(depth: number): Edn {
    if (this.#text[this.#at + 1] === "{") {
      this.#at++;
      return this.#list("}", depth);
    }
    if (this.#text[this.#at + 1] === "#") return this.#symbolic();
    // A tag, such as #jepsen.history.Op: what follows it is all that matters here.
    const from = ++this.#at;
    while (this.#at < this.#text.length && !isDelimiter(this.#text.charCodeAt(this.#at))) this.#at++;
    if (this.#at === from) throw new EdnError("a tag expected after #", from);
    return this.value(depth + 1);
  }

  /** ##Inf, ##-Inf, ##NaN. */
  #symbolic(): number {
    const match = /^##(Inf|-Inf|NaN)/.exec(this.#text.slice(this.#at, this.#at + 6));
    if (match === null) throw new EdnError("##Inf, ##-Inf or ##NaN expected", this.#at);
    this.#at += match[0].length;
    return match[1] === "NaN" ? NaN : match[1] === "Inf" ? Infinity : -Infinity;
  }

  #atom(): Edn {
    const from = this.#at;
    while (this.#at < this.#text.length && !isDelimiter(this.#text.charCodeAt(this.#at))) this.#at++;
    const text = this.#text.slice(from, this.#at);
    switch (text) {
      case "nil":
        return null;
      case "true":
        return true;
      case "false":
        return false;
    }
    const c = text.charCodeAt(text.length > 1 && (text[0] === "-" || text[0] === "+") ? 1 : 0);
    if (c < 48 || c > 57) return text;
    // What Java calls an object is printed with its address: #object[java.lang.Object 0x1f5e7a "..."].
    if (/^0[xX][0-9a-fA-F]+$/.test(text)) return exactly(text);
    const plain = text.replace(/[NM]$/, "");
    // A whole number that begins with 0 would be octal to Clojure, and decimal to others.
    if (!/^[-+]?(0|[1-9]\d*)(\/\d+|(\.\d*)?([eE][-+]?\d+)?)$/.test(plain)) {
      throw new EdnError(`${text} is not a number`, from);
    }
    // A big decimal may have more digits than a number holds.
    return text.endsWith("M") && digitsOf(plain) > MOST_DIGITS ? plain : exactly(plain);
  }
}

/** The number, if it is surely the one that is written; else its text: two that differ must not become one. */
function exactly(text: string): number | string {
  const value = Number(text);
  return Number.isNaN(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER ? text : value;
}

/** How many digits of a decimal matter. */
function digitsOf(text: string): number {
  return text.replace(/[eE].*$/, "").replaceAll(/\D/g, "").replace(/^0+/, "").length;
}

function isOctal(c: string | undefined): boolean {
  return c !== undefined && c >= "0" && c <= "7";
}

function isStringEnd(c: number): boolean {
  return c === 34 || c === 92;
}

/** White space, comma, brackets, quote, semicolon. */
function isDelimiter(c: number): boolean {
  return c <= 32 || c === 44 || c === 34 || c === 59 || c === 91 || c === 93 || c === 40 || c === 41 ||
    c === 123 ||
    c === 125;
}
