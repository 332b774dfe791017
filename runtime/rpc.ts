/**
 * Calls with an answer, on a network that only carries messages.
 *
 * A service is defined by types. Every call has a deadline; an answer that does not come in time leaves the outcome
 * unknown, and the error says so.
 * @module
 */

import type { Clock, Timer } from "./clock.ts";
import type { Address, Channel, Codec, Network, Port } from "./network.ts";
import type { Random } from "./random.ts";
import { copyValue, decodeValue, encodeValue, type WireValue } from "./wire.ts";
import { WireError } from "./wire_error.ts";

/** The methods of a service: what goes in and what comes out, all of them plain values. */
export type Methods = {
  readonly [method: string]: { readonly request: WireValue; readonly reply: WireValue };
};

/** A service by name. `M` exists for the types only. */
export interface Service<M extends Methods> {
  readonly name: string;
  readonly methods: readonly (keyof M & string)[];
}

/** Names a service and its methods. Both ends use the same definition. */
export function defineService<M extends Methods>(
  name: string,
  methods: readonly (keyof M & string)[],
): Service<M> {
  return { name, methods };
}

/** One function per method; each answers one call. What it throws reaches the caller as `RpcError` (`refused`). */
export type Handlers<M extends Methods> = {
  readonly [method in keyof M & string]: (
    request: M[method]["request"],
    from: Address,
  ) => M[method]["reply"] | Promise<M[method]["reply"]>;
};

/** Why a call brought no reply. */
export type RpcErrorCode =
  /** No answer in time: the call may have been executed, may yet be, or never. */
  | "timeout"
  /** The caller's signal fired: like `timeout`, nothing is known. */
  | "aborted"
  /** The handler threw; its message is in the error's. */
  | "refused"
  /** This end is dead. */
  | "closed";

/** A call that brought no reply. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: RpcErrorCode;

  constructor(code: RpcErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** How one call is made. */
export interface CallOptions {
  /** The call fails with `timeout` after this many milliseconds. */
  readonly timeoutMs: number;
  /** Fails the call with `aborted`. */
  readonly signal?: AbortSignal;
}

/** What went through one end of a service since it was opened. Bytes are not counted: see `Network.counters`. */
export interface RpcCounters {
  readonly callsMade: number;
  readonly callsServed: number;
}

/** What a peer of a service needs of its runtime. */
export interface RpcRuntime {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly signal: AbortSignal;
}

interface Request {
  readonly kind: "request";
  /** Which life of the caller asks: a restarted one must not take answers meant for its former self. */
  readonly life: number;
  readonly id: number;
  readonly method: number;
  readonly body: WireValue;
}

interface Reply {
  readonly kind: "reply" | "refused";
  readonly life: number;
  readonly id: number;
  readonly body: WireValue;
}

type RpcMessage = Request | Reply;

const KINDS = ["request", "reply", "refused"] as const;

const rpcCodec: Codec<RpcMessage> = {
  encode: (message) =>
    encodeValue([
      KINDS.indexOf(message.kind),
      message.life,
      message.id,
      message.kind === "request" ? message.method : 0,
      message.body,
    ]),
  decode: (bytes) => toMessage(decodeValue(bytes)),
  copy: (message) => ({ ...message, body: copyValue(message.body) }),
};

function toMessage(value: WireValue): RpcMessage {
  if (!Array.isArray(value) || value.length !== 5) {
    throw new WireError("malformed", "Cannot decode: not a call");
  }
  const [kind, life, id, method, body] = value as readonly WireValue[];
  if (typeof life !== "number" || typeof id !== "number" || typeof method !== "number") {
    throw new WireError("malformed", "Cannot decode: not a call");
  }
  if (kind === 0) return { kind: "request", life, id, method, body };
  if (kind !== 1 && kind !== 2) throw new WireError("malformed", `Cannot decode: no call is of kind ${kind}`);
  return { kind: KINDS[kind], life, id, body };
}

interface Pending {
  readonly to: Address;
  readonly resolve: (reply: WireValue) => void;
  readonly reject: (error: RpcError) => void;
  readonly timer: Timer;
}

/** One end of a service: it can serve, call, or both. */
export class RpcPeer<M extends Methods> {
  readonly #service: Service<M>;
  readonly #runtime: RpcRuntime;
  readonly #port: Port<RpcMessage>;
  readonly #handlers: Handlers<M> | null;
  readonly #life: number;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #closed = false;
  #callsMade = 0;
  #callsServed = 0;

  /** Opens the service's channel on the runtime's network. `handlers` is null for an end that only calls. */
  constructor(runtime: RpcRuntime, service: Service<M>, handlers: Handlers<M> | null) {
    this.#service = service;
    this.#runtime = runtime;
    this.#handlers = handlers;
    this.#life = runtime.random.split(`rpc ${service.name}`).below(4294967296);
    const channel: Channel<RpcMessage> = { name: `rpc:${service.name}`, codec: rpcCodec };
    this.#port = runtime.network.open(channel, (from, message) => this.#receive(from, message));
    runtime.signal.addEventListener("abort", () => this.close(), { once: true });
  }

  /** Calls made and served so far. */
  get counters(): RpcCounters {
    return { callsMade: this.#callsMade, callsServed: this.#callsServed };
  }

  /** Calls `method` at `to`. Rejects with {@linkcode RpcError}; see its codes for what is then known. */
  call<K extends keyof M & string>(
    to: Address,
    method: K,
    request: M[K]["request"],
    options: CallOptions,
  ): Promise<M[K]["reply"]> {
    const { timeoutMs, signal } = options;
    if (this.#closed) {
      return Promise.reject(new RpcError("closed", `Cannot call ${method}: this end is closed`));
    }
    if (signal?.aborted) {
      return Promise.reject(new RpcError("aborted", `Cannot call ${method}: aborted before it began`));
    }
    const id = this.#nextId++;
    this.#callsMade++;
    return new Promise<WireValue>((resolve, reject) => {
      const timer = this.#runtime.clock.setTimer(timeoutMs, () => {
        this.#fail(id, new RpcError("timeout", `No answer to ${method} from ${to} within ${timeoutMs} ms`));
      });
      const onAbort = () => this.#fail(id, new RpcError("aborted", `The call of ${method} was aborted`));
      signal?.addEventListener("abort", onAbort, { once: true });
      const settled = () => {
        timer.cancel();
        signal?.removeEventListener("abort", onAbort);
      };
      this.#pending.set(id, {
        to,
        timer,
        resolve: (reply) => {
          settled();
          resolve(reply);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      const body = request;
      const number = this.#service.methods.indexOf(method);
      this.#port.send(to, { kind: "request", life: this.#life, id, method: number, body });
    });
  }

  /** Fails every open call with `closed` and stops serving. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#port.close();
    for (const id of [...this.#pending.keys()]) this.#fail(id, new RpcError("closed", "This end was closed"));
  }

  #fail(id: number, error: RpcError): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.reject(error);
  }

  #receive(from: Address, message: RpcMessage): void {
    if (this.#closed) return;
    if (message.kind === "request") {
      this.#serve(from, message);
      return;
    }
    const pending = this.#pending.get(message.id);
    // The network may repeat an answer, or bring one that was meant for this end's former life.
    if (pending === undefined || pending.to !== from || message.life !== this.#life) return;
    this.#pending.delete(message.id);
    if (message.kind === "reply") pending.resolve(message.body);
    else pending.reject(new RpcError("refused", String(message.body)));
  }

  async #serve(from: Address, request: Request): Promise<void> {
    const method = this.#service.methods[request.method];
    const { life, id } = request;
    if (this.#handlers === null || method === undefined) {
      const body =
        `${this.#runtime.network.address} does not serve method ${request.method} of ${this.#service.name}`;
      this.#port.send(from, { kind: "refused", life, id, body });
      return;
    }
    this.#callsServed++;
    let answer: RpcMessage;
    try {
      const body = await this.#handlers[method](request.body, from);
      answer = { kind: "reply", life, id, body };
    } catch (error) {
      answer = { kind: "refused", life, id, body: error instanceof Error ? error.message : String(error) };
    }
    // The answer of a dead server goes nowhere.
    if (!this.#closed) this.#port.send(from, answer);
  }
}
