/**
 * Labs 2 and 4 for `deno task lab`: for Flotilla's own code, or for what a module of somebody's own exports.
 * @module
 */

import type { LabPart } from "../lab.ts";
import { makeAppendClerk, makeFlotillaServer, makeVersionedClerk } from "./flotilla_kv.ts";
import { watchFlotillaServers } from "./flotilla_peer.ts";
import { makeFlotillaRsm } from "./flotilla_rsm.ts";
import {
  makeExactlyOnceClerk,
  makeExactlyOnceServer,
  makeSingleVersionedClerk,
  makeVersionedLock,
  makeVersionedServer,
} from "./flotilla_single.ts";
import { kvLab, type KvPartName } from "./kv_lab.ts";
import { kvServerLab } from "./kv_server_lab.ts";
import type { MakeRsm } from "./rsm_tester.ts";
import { rsmLab } from "./rsm_lab.ts";
import type { KvPeer, KvServerSeat } from "./seat.ts";
import type { ServerWatch } from "./server_watch.ts";
import type { MakeLock } from "./single_2025.ts";
import type { MakeSingleServer } from "./single_stage.ts";
import type { MakeAppendClerk } from "./tester.ts";
import type { MakeVersionedClerk } from "./versioned_tester.ts";

/** What a module of somebody's own may export: whatever is there is tested. */
export interface KvModule {
  /** Lab 2 of 2024: the server ... */
  readonly makeSingleServer?: MakeSingleServer;
  /** ... and its clerk, whose `append` gives the value before. */
  readonly makeSingleClerk?: MakeAppendClerk;
  /** Lab 2 of 2025: the server ... */
  readonly makeVersionedServer?: MakeSingleServer;
  /** ... its clerk ... */
  readonly makeSingleVersionedClerk?: MakeVersionedClerk;
  /** ... and the lock on that. */
  readonly makeLock?: MakeLock;
  /** Lab 4: a replicated server ... */
  readonly makeKvServer?: (seat: KvServerSeat) => KvPeer | Promise<KvPeer>;
  /** ... its clerk of 2024 ... */
  readonly makeAppendClerk?: MakeAppendClerk;
  /** ... or of 2025. */
  readonly makeVersionedClerk?: MakeVersionedClerk;
  /** Lab 4A of 2025: a replicated state machine. */
  readonly makeRsm?: MakeRsm;
}

/** The parts that are about key/value. */
export type KvLabPart = "2" | KvPartName;

/** Flotilla's own. */
export const FLOTILLA_KV: KvModule = {
  makeSingleServer: makeExactlyOnceServer,
  makeSingleClerk: makeExactlyOnceClerk,
  makeVersionedServer,
  makeSingleVersionedClerk,
  makeLock: makeVersionedLock,
  makeKvServer: makeFlotillaServer,
  makeAppendClerk,
  makeVersionedClerk,
  makeRsm: makeFlotillaRsm,
};

/** The tests of a part for Flotilla's own, with the laws of its Raft watched after each event. */
export function flotillaKvPart(part: KvLabPart): LabPart {
  return kvPart(part, FLOTILLA_KV, {
    replay: (test, seed) => `deno task lab ${part} --test ${test} --seed ${seed}`,
    makeWatch: watchFlotillaServers,
  });
}

/** How a part is run. */
export interface KvPartOptions {
  /** The command that repeats a run. */
  readonly replay: (test: string, seed: number) => string;
  /** See `KvServerMaker`. */
  readonly makeWatch?: () => ServerWatch<KvPeer>;
}

/** The tests of a part for what `module` exports. Empty if it exports nothing of that part. */
export function kvPart(part: KvLabPart, module: KvModule, options: KvPartOptions): LabPart {
  const parts = part === "2" ? singleParts(module, options.replay) : replicatedParts(part, module, options);
  return { part, tests: parts.flatMap(({ tests }) => tests) };
}

function singleParts(module: KvModule, replay: KvPartOptions["replay"]): LabPart[] {
  const parts: LabPart[] = [];
  const { makeSingleServer, makeSingleClerk, makeVersionedServer, makeSingleVersionedClerk, makeLock } =
    module;
  if (makeSingleServer !== undefined && makeSingleClerk !== undefined) {
    const server = { year: 2024, makeServer: makeSingleServer, makeClerk: makeSingleClerk, replay } as const;
    parts.push(kvServerLab(server).part());
  }
  if (makeVersionedServer !== undefined && makeSingleVersionedClerk !== undefined && makeLock !== undefined) {
    const makers = { makeServer: makeVersionedServer, makeClerk: makeSingleVersionedClerk, makeLock };
    parts.push(kvServerLab({ year: 2025, ...makers, replay }).part());
  }
  return parts;
}

function replicatedParts(part: KvPartName, module: KvModule, options: KvPartOptions): LabPart[] {
  const parts: LabPart[] = [];
  const { makeKvServer, makeAppendClerk, makeVersionedClerk, makeRsm } = module;
  if (makeKvServer !== undefined && makeAppendClerk !== undefined) {
    const server = { year: 2024, makeServer: makeKvServer, makeClerk: makeAppendClerk, ...options } as const;
    parts.push(kvLab(server).part(part));
  }
  if (makeRsm !== undefined && part !== "4B") parts.push(rsmLab(makeRsm, options).part(part));
  if (makeKvServer !== undefined && makeVersionedClerk !== undefined) {
    const server = {
      year: 2025,
      makeServer: makeKvServer,
      makeClerk: makeVersionedClerk,
      ...options,
    } as const;
    parts.push(kvLab(server).part(part));
  }
  return parts;
}
