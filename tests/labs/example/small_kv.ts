/**
 * Lab 4 of both years on the small Raft, as small as it goes: a replicated state machine, a store on it, clerks.
 *
 * `deno task lab 2 4A 4B 4C --impl tests/labs/example/small_kv.ts` runs every test of labs 2 and 4 on it.
 * @module
 */

import { decodeValue, encodeValue, type WireValue } from "../../../runtime/mod.ts";
import type {
  AppendClerk,
  ApplyMessage,
  ClerkSeat,
  KvPeer,
  KvServerSeat,
  PeerState,
  RsmMachine,
  RsmPeer,
  RsmResult,
  VersionedClerkFace,
  VersionedGet,
  VersionedPut,
} from "../mod.ts";
import { SmallRaft } from "./small_raft.ts";
import { judged, VersionedMap } from "./small_single.ts";

export {
  makeLock,
  makeSingleClerk,
  makeSingleServer,
  makeSingleVersionedClerk,
  makeVersionedServer,
} from "./small_single.ts";

type Submission = { readonly id: string; readonly request: WireValue };
type Waiter = { readonly id: string; readonly term: number; readonly resolve: (result: RsmResult) => void };

const WRONG_LEADER: RsmResult = { kind: "wrongLeader" };
const LOOK_MS = 20;

/** A replica: what is committed is executed in order, and whoever submitted it is told. */
class SmallRsm implements RsmPeer {
  readonly #seat: KvServerSeat;
  readonly #machine: RsmMachine;
  readonly #raft: SmallRaft;
  readonly #waiters = new Map<number, Waiter>();
  /** Another one in each life: an entry of the last life is nobody's here. */
  readonly #life: number;
  #submitted = 0;

  constructor(seat: KvServerSeat, machine: RsmMachine) {
    this.#seat = seat;
    this.#machine = machine;
    this.#life = seat.random.below(2 ** 30);
    const snapshot = seat.persister.readSnapshot();
    if (snapshot.length > 0) machine.restore(snapshot);
    this.#raft = new SmallRaft({ ...seat, apply: (message) => Promise.resolve(this.#apply(message)) });
    seat.signal.addEventListener("abort", () => this.#giveUp(() => true));
    this.#look();
  }

  getState(): PeerState {
    return this.#raft.getState();
  }

  submit(request: unknown): Promise<RsmResult> {
    const id = `${this.#seat.me}.${this.#life}.${++this.#submitted}`;
    // As bytes: this Raft saves its whole log each time, and bytes are quickly copied.
    const command = encodeValue({ id, request: request as WireValue });
    const { index, term, isLeader } = this.#raft.start(command);
    if (!isLeader || this.#seat.signal.aborted) return Promise.resolve(WRONG_LEADER);
    return new Promise((resolve) => {
      this.#waiters.get(index)?.resolve(WRONG_LEADER);
      this.#waiters.set(index, { id, term, resolve });
    });
  }

  #apply(message: ApplyMessage): void {
    if (message.type === "snapshot") return this.#machine.restore(message.snapshot);
    const { id, request } = decodeValue(message.command as Uint8Array) as Submission;
    const reply = this.#machine.doOp(request);
    const waiter = this.#waiters.get(message.index);
    this.#waiters.delete(message.index);
    waiter?.resolve(waiter.id === id ? { kind: "ok", reply } : WRONG_LEADER);
    const { maxRaftStateBytes, persister } = this.#seat;
    if (maxRaftStateBytes !== null && persister.raftStateSizeBytes > maxRaftStateBytes) {
      this.#raft.snapshot(message.index, this.#machine.snapshot());
    }
  }

  /** Now and then it looks whether it still leads: what it has submitted may never come. */
  async #look(): Promise<void> {
    const { clock, signal } = this.#seat;
    while (!signal.aborted) {
      await clock.sleep(LOOK_MS);
      const { term, isLeader } = this.getState();
      this.#giveUp((waiter) => !isLeader || waiter.term !== term);
    }
  }

  #giveUp(lost: (waiter: Waiter) => boolean): void {
    for (const [index, waiter] of this.#waiters) {
      if (!lost(waiter)) continue;
      this.#waiters.delete(index);
      waiter.resolve(WRONG_LEADER);
    }
  }
}

/** A replica of `machine`. */
export function makeRsm(seat: KvServerSeat, machine: RsmMachine): RsmPeer {
  return new SmallRsm(seat, machine);
}

type Operation =
  | { readonly op: "get"; readonly key: string }
  | { readonly op: "putIf"; readonly key: string; readonly value: string; readonly version: number }
  | {
    readonly op: "put" | "append";
    readonly key: string;
    readonly value: string;
    readonly client: number;
    readonly number: number;
  };

/** The store of both years; writes of 2024 are numbered, and executed once. */
class SmallStore implements RsmMachine {
  readonly #versions = new VersionedMap();
  readonly #numbers = new Map<number, number>();

  doOp(request: unknown): unknown {
    const operation = request as Operation;
    const { key } = operation;
    if (operation.op === "get") return this.#versions.get(key);
    if (operation.op === "putIf") return this.#versions.put(operation);
    const { op, value, client, number } = operation;
    if (number <= (this.#numbers.get(client) ?? 0)) return "ok";
    this.#numbers.set(client, number);
    const found = this.#versions.get(key);
    const present = found.kind === "found" ? found : { value: "", version: 0 };
    return this.#versions.put({
      key,
      value: op === "append" ? present.value + value : value,
      version: present.version,
    });
  }

  snapshot(): Uint8Array {
    const values = [...this.#versions.values].map(([key, { value, version }]) => [key, value, version]);
    return encodeValue([values, [...this.#numbers]]);
  }

  restore(snapshot: Uint8Array): void {
    const [values, numbers] = decodeValue(snapshot) as [[string, string, number][], [number, number][]];
    this.#versions.values.clear();
    for (const [key, value, version] of values) this.#versions.values.set(key, { value, version });
    this.#numbers.clear();
    for (const [client, number] of numbers) this.#numbers.set(client, number);
  }
}

/** One server of the store. */
export function makeKvServer(seat: KvServerSeat): KvPeer {
  const rsm = new SmallRsm(seat, new SmallStore());
  seat.serve({ operate: (operation: Operation) => rsm.submit(operation) });
  return rsm;
}

/** Asks one server after the other until one leads; keeps to it. */
class LeaderFinder {
  readonly #seat: ClerkSeat;
  #at = 0;

  constructor(seat: ClerkSeat) {
    this.#seat = seat;
  }

  /** Gives the reply, and how many servers were asked. */
  async ask<T>(request: Operation): Promise<{ readonly reply: T; readonly tries: number }> {
    const { servers } = this.#seat;
    let tries = 0;
    for (;;) {
      tries++;
      const result = await this.#call(request);
      if (result?.kind === "ok") return { reply: result.reply as T, tries };
      this.#at = (this.#at + 1) % servers.length;
      if (tries % servers.length === 0) await this.#seat.clock.sleep(LOOK_MS);
    }
  }

  #call(request: Operation): Promise<RsmResult | null> {
    return this.#seat.call<RsmResult>(this.#seat.servers[this.#at], "operate", request);
  }
}

/** The clerk of 2024. */
export function makeAppendClerk(seat: ClerkSeat): AppendClerk {
  const finder = new LeaderFinder(seat);
  const client = seat.random.below(2 ** 30);
  let number = 0;
  const write = (op: "put" | "append", key: string, value: string) =>
    finder.ask<VersionedPut>({ op, key, value, client, number: ++number });
  return {
    get: async (key) => {
      const { reply } = await finder.ask<VersionedGet>({ op: "get", key });
      return reply.kind === "found" ? reply.value : "";
    },
    put: async (key, value) => void await write("put", key, value),
    append: (key, value) => write("append", key, value),
  };
}

/** The clerk of 2025. */
export function makeVersionedClerk(seat: ClerkSeat): VersionedClerkFace {
  const finder = new LeaderFinder(seat);
  return {
    get: async (key) => (await finder.ask<VersionedGet>({ op: "get", key })).reply,
    put: async (key, value, version) => {
      const { reply, tries } = await finder.ask<VersionedPut>({ op: "putIf", key, value, version });
      return judged(reply, tries);
    },
  };
}
