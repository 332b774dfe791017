/**
 * Calls with an answer, on a network that only carries messages.
 *
 * A service is defined by types. Every call has a deadline; an answer that does not come in time leaves the outcome
 * unknown, and the error says so.
 * @module
 */

import type { Clock, Timer } from "./clock.ts";
import type { Address, Network, Port } from "./network.ts";
import type { Random } from "./random.ts";
import { MeasuringCodec, type Reply, type Request, type RpcMessage } from "./rpc_message.ts";
import type { WireValue } from "./wire.ts";

/** The methods of a service: what goes in and what comes out, all of them plain values. */
export type Methods = {
  readonly [method: string]: { readonly request: WireValue; readonly reply: WireValue };
};

/** A service by name. `M` exists for the types only. */
export interface Service<M extends Methods> {
  /** Unique on one network. */
  readonly name: string;
  /** In the same order at both ends: they travel as numbers. */
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
  /** Whoever was asked seems to be gone, see {@linkcode RpcPeer.giveUp}: like `timeout`, but nobody had to wait for it. */
  | "gone"
  /** The caller's signal fired: like `timeout`, nothing is known. */
  | "aborted"
  /** The handler threw; its message is in the error's. */
  | "refused"
  /** This end is dead. */
  | "closed";

/** A call that brought no reply. */
export class RpcError extends Error {
  /** Always `RpcError`. */
  override readonly name = "RpcError";
  /** Why there is no reply, and so what is known of the call. */
  readonly code: RpcErrorCode;

  /** `message` names the call. */
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

/** Calls and their bytes. Bytes are those of the encoded messages; 0 where a simulation copies instead of encoding. */
export interface CallCounters {
  /** Calls, answered or not. */
  readonly calls: number;
  /** Bytes of their requests. */
  readonly requestBytes: number;
  /** Bytes of the replies that came, or were given. */
  readonly replyBytes: number;
}

/** What went through one end of a service since it was opened. */
export interface RpcCounters {
  /** Calls of this end to others. */
  readonly made: CallCounters;
  /** Calls of others to this end. */
  readonly served: CallCounters;
}

/** What a peer of a service needs of its runtime. */
export interface RpcRuntime {
  /** Measures deadlines. */
  readonly clock: Clock;
  /** Tells one life of this end from another; must differ from start to start. */
  readonly random: Random;
  /** Carries the calls. */
  readonly network: Network;
  /** The end's death: every open call fails with `closed`, nothing is served any more. */
  readonly signal: AbortSignal;
}

interface Pending {
  readonly to: Address;
  readonly resolve: (reply: WireValue) => void;
  readonly reject: (error: unknown) => void;
  readonly deadline: Timer;
  /** Lets go of the caller's signal; null if there is none. */
  readonly release: (() => void) | null;
}

/** A reason is for people: one that quotes a whole request must not fail for its own size. */
const MAX_REASON_LENGTH = 1000;

/** Counters that count. */
class Tally implements CallCounters {
  calls = 0;
  requestBytes = 0;
  replyBytes = 0;

  called(sizeBytes: number): void {
    this.calls++;
    this.requestBytes += sizeBytes;
  }

  get fixed(): CallCounters {
    const { calls, requestBytes, replyBytes } = this;
    return { calls, requestBytes, replyBytes };
  }
}

/** One end of a service: it can serve, call, or both. */
export class RpcPeer<M extends Methods> {
  readonly #service: Service<M>;
  readonly #runtime: RpcRuntime;
  readonly #codec = new MeasuringCodec();
  readonly #port: Port<RpcMessage>;
  readonly #handlers: Handlers<M> | null;
  readonly #life: number;
  readonly #pending = new Map<number, Pending>();
  readonly #made = new Tally();
  readonly #madeTo = new Map<Address, Tally>();
  readonly #served = new Tally();
  readonly #onDeath = () => this.close();
  #nextId = 1;
  #closed = false;

  /** Opens the service's channel on the runtime's network. `handlers` is null for an end that only calls. */
  constructor(runtime: RpcRuntime, service: Service<M>, handlers: Handlers<M> | null) {
    this.#service = service;
    this.#runtime = runtime;
    this.#handlers = handlers;
    this.#life = runtime.random.split(`rpc ${service.name}`).below(4294967296);
    const channel = { name: `rpc:${service.name}`, codec: this.#codec };
    this.#port = runtime.network.open(channel, (from, message) => this.#receive(from, message));
    if (runtime.signal.aborted) this.close();
    else runtime.signal.addEventListener("abort", this.#onDeath, { once: true });
  }

  /** Calls made and served so far, in total. */
  get counters(): RpcCounters {
    return { made: this.#made.fixed, served: this.#served.fixed };
  }

  /** The calls that this end has made to `server`. */
  countersFor(server: Address): CallCounters {
    return (this.#madeTo.get(server) ?? new Tally()).fixed;
  }

  /**
   * Calls `method` at `to`. Rejects with {@linkcode RpcError}, see its codes for what is then known; with `WireError` for a
   * request that cannot travel, which then has not left.
   */
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
    return new Promise<WireValue>((resolve, reject) => {
      const deadline = this.#runtime.clock.setTimer(timeoutMs, () => {
        this.#fail(id, new RpcError("timeout", `No answer to ${method} from ${to} within ${timeoutMs} ms`));
      });
      const release = signal === undefined ? null : this.#listen(id, method, signal);
      this.#pending.set(id, { to, resolve, reject, deadline, release });
      try {
        this.#request(to, {
          kind: "request",
          life: this.#life,
          id,
          method: this.#numberOf(method),
          body: request,
        });
      } catch (error) {
        this.#fail(id, error);
      }
    });
  }

  /** Lets `signal` end a call; what it gives lets go of the signal again. */
  #listen(id: number, method: string, signal: AbortSignal): () => void {
    const onAbort = () => this.#fail(id, new RpcError("aborted", `The call of ${method} was aborted`));
    signal.addEventListener("abort", onAbort, { once: true });
    return () => signal.removeEventListener("abort", onAbort);
  }

  /** Fails every open call to `to` with `gone` at once: there is reason to think that no answer will come. */
  giveUp(to: Address): void {
    for (const [id, pending] of [...this.#pending]) {
      if (pending.to === to) {
        this.#fail(id, new RpcError("gone", `No answer from ${to}: it seems to be gone`));
      }
    }
  }

  /** Fails every open call with `closed` and stops serving. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#runtime.signal.removeEventListener("abort", this.#onDeath);
    this.#port.close();
    for (const id of [...this.#pending.keys()]) this.#fail(id, new RpcError("closed", "This end was closed"));
  }

  #numberOf(method: string): number {
    const number = this.#service.methods.indexOf(method);
    if (number < 0) throw new TypeError(`Cannot call ${method}: ${this.#service.name} has no such method`);
    return number;
  }

  #request(to: Address, request: Request): void {
    this.#codec.encodedBytes = 0;
    this.#port.send(to, request);
    let tally = this.#madeTo.get(to);
    if (tally === undefined) this.#madeTo.set(to, tally = new Tally());
    const sizeBytes = this.#codec.encodedBytes;
    this.#made.called(sizeBytes);
    tally.called(sizeBytes);
  }

  #fail(id: number, error: unknown): void {
    this.#take(id)?.reject(error);
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending === undefined) return undefined;
    this.#pending.delete(id);
    pending.deadline.cancel();
    pending.release?.();
    return pending;
  }

  #receive(from: Address, message: RpcMessage): void {
    const sizeBytes = this.#codec.decodedBytes;
    this.#codec.decodedBytes = 0;
    if (this.#closed) return;
    if (message.kind === "request") void this.#serve(from, message, sizeBytes);
    else this.#settle(from, message, sizeBytes);
  }

  #settle(from: Address, reply: Reply, sizeBytes: number): void {
    const to = this.#pending.get(reply.id)?.to;
    // The network may repeat an answer, or bring one that was meant for this end's former life.
    if (to === undefined || reply.life !== this.#life) return;
    // Nobody answers for another. Who was called by several names answers under one.
    if (to !== from && !this.#runtime.network.isSame?.(to, from)) return;
    this.#made.replyBytes += sizeBytes;
    const tally = this.#madeTo.get(to);
    if (tally !== undefined) tally.replyBytes += sizeBytes;
    const pending = this.#take(reply.id);
    if (reply.kind === "reply") pending?.resolve(reply.body);
    else pending?.reject(new RpcError("refused", String(reply.body)));
  }

  async #serve(from: Address, request: Request, sizeBytes: number): Promise<void> {
    const method = this.#service.methods[request.method];
    if (this.#handlers === null || method === undefined) {
      const { address } = this.#runtime.network;
      this.#answer(
        from,
        request,
        `${address} does not serve method ${request.method} of ${this.#service.name}`,
      );
      return;
    }
    this.#served.called(sizeBytes);
    try {
      const body = await this.#handlers[method](request.body, from);
      this.#reply(from, { kind: "reply", life: request.life, id: request.id, body });
    } catch (error) {
      // Also a reply that cannot travel: the caller learns why, and this end goes on.
      this.#answer(from, request, error instanceof Error ? error.message : String(error));
    }
  }

  /** Refuses a call. `why` may hold half a surrogate pair, cut from something that the caller sent. */
  #answer(from: Address, { life, id }: Request, why: string): void {
    this.#reply(from, { kind: "refused", life, id, body: why.slice(0, MAX_REASON_LENGTH).toWellFormed() });
  }

  #reply(to: Address, reply: Reply): void {
    // The answer of a dead server goes nowhere.
    if (this.#closed) return;
    this.#codec.encodedBytes = 0;
    this.#port.send(to, reply);
    this.#served.replyBytes += this.#codec.encodedBytes;
  }
}
