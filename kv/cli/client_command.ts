/**
 * `kv`: one question to a running store.
 * @module
 */

import { denoClock, denoNetwork, entropyRandom } from "../../runtime/deno.ts";
import { RpcError } from "../../runtime/rpc.ts";
import { Clerk } from "../clerk.ts";
import { CompactedError, RefusedError, UnknownOutcomeError } from "../errors.ts";
import { acquireLock, LockLostError } from "../lock.ts";
import { BadInputError } from "../store/bad_input.ts";
import { Absences } from "./absences.ts";
import { tlsOf } from "./any_node.ts";
import type { ClientCommand, ClientCommon } from "./client_arguments.ts";
import { groupOf } from "./node.ts";
import { askNodeInfo, type NodeInfo } from "./node_info.ts";

const NOT_THERE = 1;
const REFUSED = 2;
const UNKNOWN = 3;
const INTERRUPTED = 130;
const PAGE = 1000;

interface Context {
  readonly clerk: Clerk;
  readonly info: NodeInfo;
  readonly common: ClientCommon;
  readonly signal: AbortSignal;
  /** Prints `value` as JSON, or `text` if it is not null. */
  readonly print: (value: unknown, text: string | null) => void;
}

/** Asks, prints the answer and resolves to the exit code. */
export async function clientCommand(common: ClientCommon, command: ClientCommand): Promise<number> {
  const death = new AbortController();
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort(new Error("It was interrupted"));
  Deno.addSignalListener("SIGINT", onInterrupt);
  const { signal } = death;
  try {
    const absences = new Absences();
    const { tell } = absences;
    const hints = { onPeerClosed: tell, onPeerUnreached: tell };
    const network = denoNetwork({ address: null, signal, ...hints, ...tlsOf(common) });
    const runtime = { clock: denoClock(signal), random: entropyRandom(), network, signal };
    const info = await askNodeInfo(runtime, common.servers, {
      timeoutMs: Math.min(common.timeoutMs, 5000),
      absences,
    });
    const servers = info.members.map(([, address]) => address);
    const clerk = new Clerk({ runtime, servers, group: groupOf(info.cluster), timeoutMs: common.timeoutMs });
    absences.hear((server) => clerk.client.link.suspect(server));
    const print = (value: unknown, text: string | null) => {
      if (common.json) console.log(JSON.stringify(value));
      else if (text !== null) console.log(text);
    };
    return await run({ clerk, info, common, signal: interrupt.signal, print }, command);
  } catch (error) {
    if (interrupt.signal.aborted) return INTERRUPTED;
    return complain(error, common);
  } finally {
    Deno.removeSignalListener("SIGINT", onInterrupt);
    death.abort();
  }
}

async function run(context: Context, command: ClientCommand): Promise<number> {
  const { clerk, print, signal } = context;
  switch (command.name) {
    case "get": {
      const entry = await clerk.entry(command.key, { signal });
      print(entry, entry?.value ?? null);
      return entry === null ? NOT_THERE : 0;
    }
    case "put":
      return await put(context, command);
    case "append":
      print(await clerk.append(command.key, command.value, { signal }), null);
      return 0;
    case "delete": {
      const result = await clerk.batch([], [{ op: "delete", key: command.key }], { signal });
      const deleted = result.kind === "done" && result.previousVersions[0] > 0;
      print({ deleted }, null);
      return deleted ? 0 : NOT_THERE;
    }
    case "scan":
      return await scan(context, command.prefix, command.limit);
    case "watch":
      return await watch(context, command);
    case "lock":
      return await lock(context, command);
    case "status": {
      const { revision } = await clerk.revision({ signal });
      const { cluster, members } = context.info;
      const text = `cluster ${cluster}, revision ${revision}\n${
        members.map(([id, at]) => `  ${id} at ${at}`).join("\n")
      }`;
      print({ cluster, members, revision, leaderAt: clerk.client.link.target }, text);
      return 0;
    }
  }
}

async function put(
  { clerk, print, signal }: Context,
  { key, value, version }: ClientCommand & { readonly name: "put" },
): Promise<number> {
  const conditions = version === null ? [] : [{ kind: "version", key, version } as const];
  const result = await clerk.batch(conditions, [{ op: "put", key, value, lease: 0 }], { signal });
  if (result.kind === "done") {
    print({ version: result.previousVersions[0] + 1, revision: result.revision }, null);
    return 0;
  }
  print(
    result,
    result.kind === "conditionFailed"
      ? `The key has version ${result.version}: nothing was changed`
      : result.kind,
  );
  return NOT_THERE;
}

async function scan({ clerk, print, signal }: Context, prefix: string, limit: number): Promise<number> {
  let after: string | null = null;
  for (let left = limit; left > 0;) {
    const page = await clerk.scan({ kind: "prefix", prefix }, { after, limit: Math.min(left, PAGE), signal });
    for (const entry of page.entries) print(entry, `${entry.key}\t${entry.value}`);
    left -= page.entries.length;
    if (!page.more) break;
    after = page.entries[page.entries.length - 1].key;
  }
  return 0;
}

async function watch(
  { clerk, print, signal }: Context,
  { prefix, after }: ClientCommand & { readonly name: "watch" },
): Promise<number> {
  const options = after === null ? { signal } : { signal, afterRevision: after };
  for await (const event of clerk.watch({ kind: "prefix", prefix }, options)) {
    const value = event.kind === "put" ? `\t${event.value}` : "";
    print(event, `${event.revision}\t${event.kind}\t${event.key}${value}`);
  }
  return 0;
}

async function lock(
  { clerk, signal }: Context,
  { lock, command, ttlMs }: ClientCommand & { readonly name: "lock" },
): Promise<number> {
  await using held = await acquireLock(clerk, lock, { ttlMs, signal });
  const child = new Deno.Command(command[0], {
    args: command.slice(1),
    env: { FLOTILLA_LOCK_TOKEN: `${held.token}` },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  // Whoever may no longer hold the lock must not go on as if it did.
  const stop = () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has just ended.
    }
  };
  held.signal.addEventListener("abort", stop, { once: true });
  signal.addEventListener("abort", stop, { once: true });
  const status = await child.status;
  held.signal.removeEventListener("abort", stop);
  return status.code;
}

function complain(error: unknown, { servers, json }: ClientCommon): number {
  const [code, name, message] = judge(error, servers);
  console.error(json ? JSON.stringify({ error: { code: name, message } }) : message);
  return code;
}

function judge(error: unknown, servers: readonly string[]): readonly [number, string, string] {
  if (error instanceof AggregateError && error.errors.every((one) => one instanceof RpcError)) {
    const told = error.errors.find((one) => one.code === "refused");
    if (told !== undefined) return [REFUSED, "anotherStore", told.message];
    return [
      REFUSED,
      "unreachable",
      `Cannot reach a node at ${
        servers.join(", ")
      }: is the store running? See --servers, and --tls-ca if it speaks TLS`,
    ];
  }
  if (error instanceof UnknownOutcomeError) return [UNKNOWN, error.code, error.message];
  if (error instanceof RefusedError || error instanceof BadInputError || error instanceof CompactedError) {
    return [REFUSED, error.code, error.message];
  }
  if (error instanceof LockLostError) return [REFUSED, error.code, error.message];
  if (error instanceof Deno.errors.NotFound) return [127, "noSuchCommand", `Cannot run it: ${error.message}`];
  throw error;
}
