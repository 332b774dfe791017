/**
 * Keys that live as long as their lease: never shorter, and not for ever.
 *
 * The end of a lease is a write that nobody asks for: in the history it may take effect at any time from the moment on until which
 * the lease was surely kept.
 * @module
 */

import { BadInputError, type Clerk, RefusedError } from "../../kv/mod.ts";
import { kvCodec, type KvInput, kvModel, type KvOutput, type Operation } from "../../porcupine/mod.ts";
import type { Violation } from "../check/violation.ts";
import type { Load } from "../nemesis/plan.ts";
import { askText } from "./append.ts";
import { clerkAt } from "./register.ts";
import type { Asking, WorkloadParts } from "./workload.ts";

/** A client and the leases it began. */
export interface LeaseClient {
  readonly clerk: Clerk;
  readonly ends: { readonly input: KvInput; fromMs: number }[];
}

const TTL_MS = 900;
const MOST_KEEPS = 3;
/** Log time stands still while nobody leads: some seconds more than the lease. */
const GONE_AFTER_MS = 4000;
/** So many keys of each client are looked at in the end. */
const AUDITED = 8;

/** See the module's page. */
export const leaseWorkload: WorkloadParts<string, KvInput, KvOutput, LeaseClient> = {
  name: "lease",
  summary: "keys that live as long as their lease",
  checker: "porcupine, strings by key; no key outlives its lease for long",
  uniqueCommands: false,
  codec: kvCodec,
  model: kvModel,
  facts: {},
  connect: (runtime, sea) => ({ clerk: clerkAt(runtime, sea), ends: [] }),
  think({ name, nth, random, load }) {
    if (random.chance((load.putShare + load.appendShare) / 2)) {
      return { f: "put", key: keyOf(name, nth), value: `${name}.${nth}` };
    }
    const whose = random.chance(0.6) ? name : `c${1 + random.below(load.clients)}`;
    return { f: "get", key: keyOf(whose, Math.max(1, nth - random.below(6))) };
  },
  ask: (client, input, asking) =>
    input.f === "put" ? write(client, input, asking) : askText(client.clerk, input, asking.timeoutMs),
  probe: { f: "put", key: "probe", value: "probe" },
  audit: (load) => audited(load).map((key) => ({ f: "get", key })),
  auditAfterMs: TTL_MS + GONE_AFTER_MS,
  ghosts: ({ ends }) => ends,
  sessions: () => null,
  laws: noneOutlived,
};

function keyOf(client: string, nth: number): string {
  return `lease/${client}.${nth}`;
}

function audited({ clients }: Load): string[] {
  return Array.from(
    { length: clients * AUDITED },
    (_, at) => keyOf(`c${1 + at % clients}`, 1 + at % AUDITED),
  );
}

async function write(
  client: LeaseClient,
  input: KvInput & { readonly f: "put" },
  { name, timeoutMs, sea }: Asking<KvInput, KvOutput>,
): Promise<KvOutput> {
  const { clerk, ends } = client;
  const { world, honestClocks } = sea;
  if (name === "probe") return askText(clerk, input, timeoutMs);
  const askedMs = world.nowMs;
  const lease = await grant(clerk, timeoutMs);
  const end = {
    input: { ...input, value: "" },
    // Where a server's clock may run fast nothing is promised.
    fromMs: honestClocks ? askedMs + TTL_MS : askedMs,
  };
  ends.push(end);
  try {
    await clerk.put(input.key, input.value, { timeoutMs, lease });
  } catch (cause) {
    if (cause instanceof BadInputError) throw new RefusedError("invalid", "The lease has ended", { cause });
    throw cause;
  }
  void keep(clerk, lease, sea, (sureUntilMs) => {
    if (honestClocks) end.fromMs = Math.max(end.fromMs, sureUntilMs);
  });
  return { f: "put" };
}

async function grant(clerk: Clerk, timeoutMs: number): Promise<number> {
  try {
    return await clerk.grantLease(TTL_MS, { timeoutMs });
  } catch (cause) {
    throw new RefusedError("timeout", "No lease was to be had, so nothing was written", { cause });
  }
}

async function keep(
  clerk: Clerk,
  lease: number,
  { world }: Asking<KvInput, KvOutput>["sea"],
  onKept: (sureUntilMs: number) => void,
): Promise<void> {
  for (let nth = 0; nth < lease % (MOST_KEEPS + 1); nth++) {
    await world.clock.sleep(TTL_MS / 3);
    const askedMs = world.nowMs;
    try {
      if (!await clerk.keepLease(lease, { timeoutMs: TTL_MS })) return;
      onKept(askedMs + TTL_MS);
    } catch {
      // Nobody answered: nothing more is sure.
      return;
    }
  }
}

/** What is read in the end lies long after every lease. */
export function noneOutlived(operations: readonly Operation<KvInput, KvOutput>[]): Violation | null {
  for (const { client, input, outcome } of operations) {
    if (client !== "audit" || outcome.status !== "ok") continue;
    if (outcome.output.f !== "get" || outcome.output.value === "") continue;
    return {
      law: "lease-ends",
      node: "",
      sentence: `${input.key} still lives ${GONE_AFTER_MS} ms after its lease has run out.`,
    };
  }
  return null;
}
