/**
 * The store as a client of Redis reaches it: any node is asked, and asks the leader.
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../../../kv/mod.ts";
import type { Random, Runtime } from "../../../runtime/mod.ts";
import type { TextStore } from "../../workloads/workload.ts";
import { RespClient, RespError, type RespReply } from "../resp_client.ts";

const CONNECT_MS = 500;
const PAUSE_MS = 30;

/** See the module's page. */
export class RespStore implements TextStore {
  readonly #runtime: Runtime;
  readonly #ports: () => readonly string[];
  readonly #random: Random;
  #connection: RespClient | null = null;

  /** `ports`: where the nodes listen for clients of Redis; it changes as they are started again. */
  constructor(runtime: Runtime, ports: () => readonly string[]) {
    this.#runtime = runtime;
    this.#ports = ports;
    this.#random = runtime.random.split("redis");
    runtime.signal.addEventListener("abort", () => this.#connection?.close(), { once: true });
  }

  async get(key: string, { timeoutMs }: { readonly timeoutMs: number }): Promise<string | null> {
    const reply = await this.#ask(["GET", key], timeoutMs, "harmless");
    return reply === null ? null : `${reply}`;
  }

  put(key: string, value: string, { timeoutMs }: { readonly timeoutMs: number }): Promise<unknown> {
    return this.#ask(["SET", key, value], timeoutMs, "writes");
  }

  append(key: string, value: string, { timeoutMs }: { readonly timeoutMs: number }): Promise<unknown> {
    return this.#ask(["APPEND", key, value], timeoutMs, "writes");
  }

  async #ask(words: readonly string[], timeoutMs: number, what: "harmless" | "writes"): Promise<RespReply> {
    const { clock } = this.#runtime;
    const untilMs = clock.now() + timeoutMs;
    for (;;) {
      const leftMs = untilMs - clock.now();
      if (leftMs <= 0) throw new RefusedError("timeout", "No node took it in");
      const connection = await this.#connected();
      const reply = connection === null ? null : await this.#reply(connection.send(...words), leftMs);
      if (reply !== null && !(reply.kind === "refused")) {
        if (reply.kind === "answer") return reply.answer;
        // What was asked may still be under way there: its answer must not be taken for another's.
        this.#connection?.close();
        this.#connection = null;
        if (what === "writes") throw new UnknownOutcomeError("The connection gave no answer");
      }
      // Certainly not done: somebody else may be asked.
      await clock.sleep(Math.max(1, Math.min(PAUSE_MS, untilMs - clock.now())));
    }
  }

  async #connected(): Promise<RespClient | null> {
    if (this.#connection === null || this.#connection.closed) {
      const ports = this.#ports();
      const port = ports[this.#random.below(ports.length)];
      this.#connection = await RespClient.connect(port, CONNECT_MS).catch(() => null);
      if (this.#runtime.signal.aborted) this.#connection?.close();
    }
    return this.#connection;
  }

  async #reply(
    asked: Promise<RespReply>,
    leftMs: number,
  ): Promise<
    { readonly kind: "answer"; readonly answer: RespReply } | { readonly kind: "refused" | "silence" }
  > {
    const late = Promise.withResolvers<undefined>();
    const timer = this.#runtime.clock.setTimer(Math.min(leftMs, 1e9), () => late.resolve(undefined));
    try {
      const reply = await Promise.race([asked.catch(() => undefined), late.promise]);
      if (reply === undefined) return { kind: "silence" };
      if (!(reply instanceof RespError)) return { kind: "answer", answer: reply };
      return { kind: reply.code === "TRYAGAIN" ? "refused" : "silence" };
    } finally {
      timer.cancel();
    }
  }
}
