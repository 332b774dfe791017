/**
 * The fingerprint of a run: a hash chain over everything that happens, and, if asked for, the whole event log.
 *
 * Two runs with equal fingerprints did the same things in the same order at the same virtual times.
 * @module
 */

/** What can happen; a kind is the index of its name. The first ones are events of the loop, the others notes inside an event. */
export const EVENT_KINDS = [
  "control",
  "timer",
  "deliver",
  "sync",
  "send",
  "lose",
  "duplicate",
  "write",
  "directory",
  "fault",
  "boot",
  "crash",
  "wipe",
  "pause",
  "resume",
  "note",
] as const;

/** The name of one kind of event. */
export type EventKind = (typeof EVENT_KINDS)[number];

/** The number of a kind, as the hot paths use it. */
export const KIND: { readonly [name in EventKind]: number } = {
  control: 0,
  timer: 1,
  deliver: 2,
  sync: 3,
  send: 4,
  lose: 5,
  duplicate: 6,
  write: 7,
  directory: 8,
  fault: 9,
  boot: 10,
  crash: 11,
  wipe: 12,
  pause: 13,
  resume: 14,
  note: 15,
};

/** One line of the event log. `node` and `peer` are names, empty where none is meant. */
export interface TraceLine {
  /** Virtual time in microseconds. */
  readonly timeUs: number;
  /** What happened. */
  readonly kind: EventKind;
  /** Where. */
  readonly node: string;
  /** The other end, of messages. */
  readonly peer: string;
  /** Whatever else tells it from its like. */
  readonly digest: number;
  /** What it was in words, empty if nobody said. */
  readonly detail: string;
}

/** The hash chain, and the log while `recording`. */
export class Trace {
  /** Whether the log is kept; whoever builds a `detail` text asks first, because texts cost. */
  readonly recording: boolean;
  #high = 0x6a09e667;
  #low = 0xbb67ae85 | 0;
  #count = 0;
  readonly #names: string[] = [];
  readonly #lines: TraceLine[] = [];

  /** An empty chain. */
  constructor(options: { readonly recording: boolean }) {
    this.recording = options.recording;
  }

  /** Gives `node` a name for the log. */
  name(node: number, name: string): void {
    this.#names[node] = name;
  }

  /** Adds one happening to the chain. All arguments are integers; `node` and `peer` are -1 where none is meant. */
  fold(timeUs: number, kind: number, node: number, peer: number, digest: number): void {
    const who = kind ^ (node << 5) ^ (peer << 18);
    let low = Math.imul(this.#low ^ timeUs, 0x9e3779b1) ^ who;
    low = Math.imul(low ^ (low >>> 15), 0x85ebca6b) ^ digest;
    let high = Math.imul(this.#high ^ digest ^ (low >>> 16), 0xc2b2ae35) + low | 0;
    high = Math.imul(high ^ (high >>> 13), 0x27d4eb2f) ^ (timeUs / 4294967296);
    this.#low = low ^ (high >>> 17);
    this.#high = high;
    this.#count++;
    if (this.recording) this.#record(timeUs, kind, node, peer, digest);
  }

  /** Says in words what the happening folded last was; does nothing unless `recording`. */
  describe(detail: string): void {
    const last = this.#lines.length - 1;
    if (last >= 0) this.#lines[last] = { ...this.#lines[last], detail };
  }

  /** How many happenings are in the chain. */
  get count(): number {
    return this.#count;
  }

  /** The fingerprint so far, 16 hexadecimal digits. */
  get hash(): string {
    const high = (this.#high >>> 0).toString(16).padStart(8, "0");
    const low = (this.#low >>> 0).toString(16).padStart(8, "0");
    return high + low;
  }

  /** The log so far; empty unless `recording`. */
  get lines(): readonly TraceLine[] {
    return this.#lines;
  }

  /** The log as JSON lines, the content of an `events.jsonl`. */
  toJsonLines(): string {
    return this.#lines.map((line) => JSON.stringify(line) + "\n").join("");
  }

  #record(timeUs: number, kind: number, node: number, peer: number, digest: number): void {
    this.#lines.push({
      timeUs,
      kind: EVENT_KINDS[kind],
      node: this.#names[node] ?? "",
      peer: this.#names[peer] ?? "",
      digest,
      detail: "",
    });
  }
}

/** The answer of `compareTraces`. */
export type TraceComparison =
  | { readonly kind: "equal"; readonly length: number }
  | {
    readonly kind: "diverged";
    /** The number of the first line that differs, from 0. */
    readonly at: number;
    /** The lines at that place; `null` where a log had ended. */
    readonly left: TraceLine | null;
    readonly right: TraceLine | null;
    /** The same in one sentence. */
    readonly message: string;
  };

function inWords(line: TraceLine | null): string {
  return line === null ? "(end of the log)" : JSON.stringify(line);
}

/** Finds the first difference of two event logs. */
export function compareTraces(left: readonly TraceLine[], right: readonly TraceLine[]): TraceComparison {
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const a = left[at] ?? null;
    const b = right[at] ?? null;
    const equal = a !== null && b !== null && a.timeUs === b.timeUs && a.kind === b.kind &&
      a.node === b.node &&
      a.peer === b.peer && a.digest === b.digest && a.detail === b.detail;
    if (equal) continue;
    const message = `The runs diverge at event ${at}: ${inWords(a)} against ${inWords(b)}`;
    return { kind: "diverged", at, left: a, right: b, message };
  }
  return { kind: "equal", length };
}

/** Reads an `events.jsonl` back. Throws `SyntaxError` if a line is not JSON. */
export function readTraceLines(text: string): TraceLine[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as TraceLine);
}
