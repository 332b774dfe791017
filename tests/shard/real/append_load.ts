/**
 * Clients that append, and know what must be there afterwards: each of their words once, in the order in which they wrote them.
 * @module
 */

import { RespError } from "../../real/resp_client.ts";
import type { RespClient } from "../../real/resp_client.ts";

/** What a load came to. */
export interface LoadTally {
  /** Appends that were answered. */
  readonly answered: number;
  /** Answers that were errors, by their first word. */
  readonly errors: ReadonlyMap<string, number>;
  /** Connections that ended before an answer came. */
  readonly cut: number;
  /** The longest that a client waited for an answer. */
  readonly longestMs: number;
}

/** A word, and whether its append was answered, refused, or nobody can tell. */
interface Word {
  readonly text: string;
  state: "answered" | "refused" | "unknown";
}

/** See the module's page. */
export class AppendLoad {
  readonly #keys: readonly string[];
  /** Each client's words in each key, in order. */
  readonly #words: Map<string, Word[]>[] = [];
  readonly #errors = new Map<string, number>();
  #answered = 0;
  #cut = 0;
  #longestMs = 0;
  #goOn = true;
  readonly #working: Promise<void>[] = [];

  /** `connects` open one connection each, and again when it was cut. */
  constructor(keys: readonly string[], connects: readonly (() => Promise<RespClient>)[]) {
    this.#keys = keys;
    for (const [client, connect] of connects.entries()) {
      this.#words.push(new Map(keys.map((key) => [key, []])));
      this.#working.push(this.#work(client, connect));
    }
  }

  /** What it came to so far. */
  get tally(): LoadTally {
    const { length } = this.#working;
    if (length === 0) throw new Error("There are no clients");
    return {
      answered: this.#answered,
      errors: this.#errors,
      cut: this.#cut,
      longestMs: Math.round(this.#longestMs),
    };
  }

  /** Measures the longest wait from now on. */
  restartWatch(): void {
    this.#longestMs = 0;
  }

  /** Begins nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#goOn = false;
    await Promise.all(this.#working);
  }

  /** What is wrong with what is stored; empty if nothing is. */
  async audit(reader: RespClient): Promise<string[]> {
    const wrong: string[] = [];
    for (const key of this.#keys) {
      const value = `${await reader.must("GET", key) ?? ""}`;
      const stored = value.split(" ").filter((word) => word !== "");
      for (const [client, words] of this.#words.entries()) {
        const own = stored.filter((word) => word.startsWith(`${client}.`));
        wrong.push(...judge(own, words.get(key) ?? []).map((what) => `${key}: ${what}`));
      }
    }
    return wrong;
  }

  async #work(client: number, connect: () => Promise<RespClient>): Promise<void> {
    let line: RespClient | null = null;
    for (let nth = 0; this.#goOn; nth++) {
      const key = this.#keys[(nth * 7 + client * 3) % this.#keys.length];
      const word: Word = { text: `${client}.${nth}`, state: "unknown" };
      try {
        line ??= await connect();
      } catch {
        // Nobody listens: the node is about to be started again.
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      this.#words[client].get(key)?.push(word);
      const beganMs = performance.now();
      try {
        const reply = await line.send("APPEND", key, `${word.text} `);
        this.#longestMs = Math.max(this.#longestMs, performance.now() - beganMs);
        if (reply instanceof RespError) {
          this.#errors.set(reply.code, (this.#errors.get(reply.code) ?? 0) + 1);
          if (reply.code === "TRYAGAIN") word.state = "refused";
        } else {
          word.state = "answered";
          this.#answered++;
        }
      } catch {
        this.#cut++;
        line = null;
      }
    }
    line?.close();
  }
}

/** `stored` are one client's words in one key. */
function judge(stored: readonly string[], words: readonly Word[]): string[] {
  const wrong: string[] = [];
  const counts = new Map<string, number>();
  for (const text of stored) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const { text, state } of words) {
    const count = counts.get(text) ?? 0;
    counts.delete(text);
    if (count > 1) wrong.push(`${text} is there ${count} times`);
    if (count === 0 && state === "answered") wrong.push(`${text} was acknowledged, and is lost`);
    if (count > 0 && state === "refused") wrong.push(`${text} was refused, and is there`);
  }
  for (const text of counts.keys()) wrong.push(`${text} was never written`);
  const order = stored.map((text) => Number(text.split(".")[1]));
  const certain = new Set(words.filter(({ state }) => state === "answered").map(({ text }) => text));
  const late = order.find((nth, at) => at > 0 && nth < order[at - 1] && certain.has(stored[at]));
  // Nobody waited for what ended as unknown: it may come whenever it likes.
  if (late !== undefined && words.every(({ state }) => state !== "unknown")) {
    wrong.push(`the words are not in the order in which they were written, see number ${late}`);
  }
  return wrong;
}
