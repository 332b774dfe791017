/**
 * What workers and coordinator say to one another, heard on the lines between them.
 * @module
 */

import { MAP_REDUCE, type MapReduceMethods } from "../../../../mapreduce/service.ts";
import { ByteReader, WireError } from "../../../../runtime/mod.ts";
import { MeasuringCodec, type RpcMessage } from "../../../../runtime/rpc_message.ts";
import type { OperationCounts } from "../../../chaos/result.ts";
import type { Look } from "../../../report/chronicle.ts";
import type { Step } from "../../../report/story.ts";
import type { Piece } from "../../pieces.ts";
import type { MessageListener } from "../../wiring.ts";

/** Hears of what a worker is at. */
export type WorkerListener = (worker: string, look: Look, words: string) => void;

/** What is needed to understand them. */
export interface JobCallsOptions {
  readonly now: () => number;
  /** How many map tasks the present job has. */
  readonly maps: () => number;
  readonly onWorker: WorkerListener;
  /** Hears of every message, in words. */
  readonly onMessage: MessageListener;
}

type Method = keyof MapReduceMethods & string;

interface Open {
  readonly method: Method;
  readonly atMs: number;
  readonly words: string;
}

/** A message's length stands before it. */
const LENGTH_BYTES = 4;
const MOST_STEPS = 4000;

/** See the module's page. */
export class JobCalls {
  readonly #options: JobCallsOptions;
  readonly #codec = new MeasuringCodec();
  readonly #open = new Map<string, Open>();
  readonly #steps: Step[] = [];
  readonly #latencies: { readonly atMs: number; readonly tookMs: number }[] = [];
  readonly #counts = { ok: 0, refused: 0 };
  #asked = 0;

  /** Calls that nobody has made yet. */
  constructor(options: JobCallsOptions) {
    this.#options = options;
  }

  /** Hears what passes over the lines. */
  get listener(): MessageListener {
    return (what, message) => {
      const { from, to, piece } = message;
      const call = this.#callIn(piece);
      const words = call === null ? piece.words : this.#hear(what, from, to, call);
      this.#options.onMessage(what, { ...message, piece: { ...piece, words } });
    };
  }

  /** Tasks taken and reports made: answered, not counted any more, without an answer. */
  get counts(): OperationCounts {
    const unknown = [...this.#open.values()].filter(({ method }) => method === "report").length;
    return { ...this.#counts, unknown };
  }

  /** So many tasks were taken and reported. */
  get asked(): number {
    return this.#asked;
  }

  /** How long answers took. */
  get latencies(): readonly { readonly atMs: number; readonly tookMs: number }[] {
    return this.#latencies;
  }

  /** Tasks taken and reports made, in words. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  #callIn({ message, bytes }: Piece): RpcMessage | null {
    if (!message) return null;
    try {
      const reader = new ByteReader(bytes.subarray(LENGTH_BYTES));
      reader.varint();
      return this.#codec.decode(bytes.subarray(LENGTH_BYTES + reader.offset));
    } catch (error) {
      if (error instanceof WireError) return null;
      throw error;
    }
  }

  /** Takes a message in; returns it in words. */
  #hear(what: "sent" | "arrived", from: string, to: string, call: RpcMessage): string {
    const { now, onWorker } = this.#options;
    if (call.kind === "request") {
      const method = MAP_REDUCE.methods[call.method];
      const words = this.#asks(method, call);
      const name = nameOf(from, call);
      // The network may bring a call twice: it is one.
      if (what === "sent" && !this.#open.has(name)) {
        this.#open.set(name, { method, atMs: now(), words });
        if (method === "report") {
          this.#asked++;
          onWorker(from, "waiting", words);
        }
      }
      return words;
    }
    const name = nameOf(to, call);
    const open = this.#open.get(name);
    const words = open === undefined ? "an answer" : this.#answers(open.method, call);
    if (what === "arrived" && open !== undefined) {
      this.#open.delete(name);
      this.#latencies.push({ atMs: now(), tookMs: now() - open.atMs });
      this.#settle(to, open, call, words);
    }
    return words;
  }

  #settle(worker: string, { method, words: asked }: Open, { kind, body }: RpcMessage, words: string): void {
    const { now, maps, onWorker } = this.#options;
    if (method !== "ask" && method !== "report") return;
    if (kind === "refused") this.#counts.refused++;
    else if (method === "report") {
      // As the service defines it.
      const { accepted } = body as MapReduceMethods["report"]["reply"];
      this.#counts[accepted ? "ok" : "refused"]++;
    } else {
      const answer = body as MapReduceMethods["ask"]["reply"];
      if (answer.kind !== "task") return onWorker(worker, answer.kind === "wait" ? "waiting" : "over", words);
      this.#asked++;
      this.#counts.ok++;
      onWorker(worker, answer.ref.task < maps() ? "mapping" : "reducing", words);
    }
    this.#steps.push({ atMs: now(), text: `${worker}: ${asked} -> ${words}` });
    if (this.#steps.length > 2 * MOST_STEPS) this.#steps.splice(0, MOST_STEPS);
  }

  #asks(method: Method, { body }: RpcMessage): string {
    switch (method) {
      case "report": {
        const { ref, outcome } = body as MapReduceMethods["report"]["request"];
        return `${this.#task(ref.task)}, attempt ${ref.attempt}: ${outcome.kind}`;
      }
      case "renew": {
        const { ref } = body as MapReduceMethods["renew"]["request"];
        return `still at ${this.#task(ref.task)}, attempt ${ref.attempt}`;
      }
      case "ask":
        return "asks for work";
      default:
        return method;
    }
  }

  #answers(method: Method, { kind, body }: RpcMessage): string {
    if (kind === "refused") return `refused: ${body}`;
    switch (method) {
      case "ask": {
        const answer = body as MapReduceMethods["ask"]["reply"];
        if (answer.kind !== "task") return answer.kind === "wait" ? "wait" : `go: ${answer.reason}`;
        return `${this.#task(answer.ref.task)}, attempt ${answer.ref.attempt}`;
      }
      case "report":
        return (body as MapReduceMethods["report"]["reply"]).accepted ? "taken in" : "not taken in";
      case "renew":
        return (body as MapReduceMethods["renew"]["reply"]).accepted ? "go on" : "nobody wants it any more";
      default:
        return `answer to ${method}`;
    }
  }

  #task(task: number): string {
    const maps = this.#options.maps();
    return task < maps ? `map ${task}` : `reduce ${task - maps}`;
  }
}

/** A call and its answer go by one name. */
function nameOf(caller: string, { life, id }: RpcMessage): string {
  return `${caller} ${life} ${id}`;
}
