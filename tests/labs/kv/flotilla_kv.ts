/**
 * Flotilla's own store and clerk, in the shapes of both years.
 * @module
 */

import { Clerk, Store } from "../../../kv/mod.ts";
import { LabCaller, serveReplica } from "./flotilla_server.ts";
import type {
  AppendClerk,
  ClerkSeat,
  KvPeer,
  KvServerSeat,
  VersionedClerkFace,
  VersionedGet,
  VersionedPut,
} from "./seat.ts";

/** Starts a server. Nobody watches in the labs, so no history is kept: TestSnapshotSize4B counts every byte. */
export function makeFlotillaServer(seat: KvServerSeat): Promise<KvPeer> {
  return serveReplica(new Store({ historyEvents: 0 }), seat);
}

function makeClerk(seat: ClerkSeat): Clerk {
  const { clock, random, signal, servers } = seat;
  return new Clerk({
    runtime: { clock, random, signal },
    caller: new LabCaller(seat),
    servers,
    timeoutMs: Infinity,
  });
}

/** A clerk of 2024. */
export function makeAppendClerk(seat: ClerkSeat): AppendClerk {
  const clerk = makeClerk(seat);
  return {
    get: async (key) => await clerk.get(key) ?? "",
    put: async (key, value) => void await clerk.put(key, value),
    append: (key, value) => clerk.append(key, value),
  };
}

/** A clerk of 2025. With sessions it always knows: it never says "maybe". */
export function makeVersionedClerk(seat: ClerkSeat): VersionedClerkFace {
  const clerk = makeClerk(seat);
  return {
    async get(key): Promise<VersionedGet> {
      const entry = await clerk.entry(key);
      if (entry === null) return { kind: "noKey" };
      return { kind: "found", value: entry.value, version: entry.version };
    },
    async put(key, value, version): Promise<VersionedPut> {
      const result = await clerk.putIfVersion(key, value, version);
      if (result.kind === "written") return "ok";
      return result.version === 0 ? "noKey" : "version";
    },
  };
}
