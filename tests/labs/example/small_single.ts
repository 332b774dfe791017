/**
 * Lab 2 of both years, as small as it goes: single servers, their clerks, and the lock.
 *
 * Like the small Raft it shares nothing with Flotilla's own: it shows what the suites ask of an implementation, and keeps
 * them fair.
 * @module
 */

import type {
  AppendClerk,
  ClerkSeat,
  LockFace,
  SingleServerSeat,
  VersionedClerkFace,
  VersionedGet,
  VersionedPut,
} from "../mod.ts";

type Write = {
  readonly client: number;
  readonly number: number;
  readonly key: string;
  readonly value: string;
  readonly append: boolean;
};
type VersionedWrite = { readonly key: string; readonly value: string; readonly version: number };

const PAUSE_MS = 10;

/** Asks until somebody answers. */
async function untilAnswered<T>(
  { call, clock }: ClerkSeat,
  asked: { readonly server: () => string; readonly method: string; readonly request: unknown },
  read: (reply: unknown) => T | null,
): Promise<T> {
  for (;;) {
    const reply = await call(asked.server(), asked.method, asked.request);
    const answer = reply === null ? null : read(reply);
    if (answer !== null) return answer;
    await clock.sleep(PAUSE_MS);
  }
}

/** The server of 2024: of each client it remembers its last write, and what an append has replaced. */
export function makeSingleServer({ serve }: SingleServerSeat): void {
  const values = new Map<string, string>();
  const numbers = new Map<number, number>();
  const replaced = new Map<number, string>();
  serve({
    get: ({ key }: { readonly key: string }) => ({ value: values.get(key) ?? "" }),
    write: ({ client, number, key, value, append }: Write) => {
      // The same once more, or an older one that is late: nobody waits for that.
      if (number <= (numbers.get(client) ?? 0)) return { old: replaced.get(client) ?? "" };
      const old = values.get(key) ?? "";
      values.set(key, append ? old + value : value);
      numbers.set(client, number);
      if (append) replaced.set(client, old);
      else replaced.delete(client);
      return { old };
    },
    // The client has its answer: ten megabytes of it may go. It may have written again before this came.
    done: ({ client, number }: { readonly client: number; readonly number: number }) => {
      return numbers.get(client) === number && replaced.delete(client);
    },
  });
}

/** Its clerk. */
export function makeSingleClerk(seat: ClerkSeat): AppendClerk {
  const [address] = seat.servers;
  const client = seat.random.below(2 ** 30);
  let number = 0;
  const ask = <T>(method: string, request: unknown) =>
    untilAnswered(seat, { server: () => address, method, request }, (reply) => reply as T);
  const write = (key: string, value: string, append: boolean) =>
    ask<{ old: string }>("write", { client, number: ++number, key, value, append });
  return {
    get: async (key) => (await ask<{ value: string }>("get", { key })).value,
    put: async (key, value) => void await write(key, value, false),
    append: async (key, value) => {
      const { old } = await write(key, value, true);
      seat.call(address, "done", { client, number });
      return old;
    },
  };
}

/** The server of 2025 has no memory of its clients. */
export function makeVersionedServer({ serve }: SingleServerSeat): void {
  const store = new VersionedMap();
  serve({
    get: ({ key }: { readonly key: string }) => store.get(key),
    put: (write: VersionedWrite) => store.put(write),
  });
}

/** Values with versions. */
export class VersionedMap {
  /** What there is. */
  readonly values: Map<string, { readonly value: string; readonly version: number }> = new Map();

  /** Reads. */
  get(key: string): VersionedGet {
    const found = this.values.get(key);
    return found === undefined ? { kind: "noKey" } : { kind: "found", ...found };
  }

  /** Writes if the version is right. */
  put({ key, value, version }: VersionedWrite): VersionedPut {
    const present = this.values.get(key)?.version ?? 0;
    if (present !== version) return present === 0 ? "noKey" : "version";
    this.values.set(key, { value, version: version + 1 });
    return "ok";
  }
}

/** What a put comes to whose answer to the first or to a later try is this. */
export function judged(answer: VersionedPut, tries: number): VersionedPut {
  return answer === "version" && tries > 1 ? "maybe" : answer;
}

/** Its clerk. */
export function makeSingleVersionedClerk(seat: ClerkSeat): VersionedClerkFace {
  const [address] = seat.servers;
  return {
    get: (key) =>
      untilAnswered(
        seat,
        { server: () => address, method: "get", request: { key } },
        (reply) => reply as VersionedGet,
      ),
    put: async (key, value, version) => {
      let tries = 0;
      const server = () => (tries++, address);
      const request = { key, value, version };
      const answer = await untilAnswered(
        seat,
        { server, method: "put", request },
        (reply) => reply as VersionedPut,
      );
      return judged(answer, tries);
    },
  };
}

/** The lock on it: the key holds its holder's name, or nothing. */
export function makeLock(clerk: VersionedClerkFace, name: string, { clock, random }: ClerkSeat): LockFace {
  const me = `${random.below(2 ** 30)}`;
  let turn = 0;
  let version = 0;
  return {
    async acquire() {
      const mine = `${me}.${++turn}`;
      for (;;) {
        const found = await clerk.get(name);
        version = found.kind === "found" ? found.version : 0;
        if (found.kind === "found" && found.value === mine) return;
        const free = found.kind === "noKey" || found.value === "";
        if (free && await clerk.put(name, mine, version) === "ok") {
          version++;
          return;
        }
        await clock.sleep(random.below(20));
      }
    },
    async release() {
      await clerk.put(name, "", version);
    },
  };
}
