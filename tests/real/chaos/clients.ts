/**
 * Clients that use a cluster while it is being broken, and write down what they saw.
 * @module
 */

import type { KvInput, KvOutput, Operation } from "../../../porcupine/mod.ts";
import type { Random } from "../../../runtime/mod.ts";
import type { RealCluster } from "../cluster.ts";
import { RespClient, RespError, type RespReply } from "../resp_client.ts";

/** What all clients saw together. */
export interface Seen {
  /** For the checker. */
  readonly operations: Operation<KvInput, KvOutput>[];
  /** Keys that were written once each, and acknowledged, with their values. */
  readonly acknowledged: Map<string, string>;
  /** When a write succeeded, in milliseconds, in order. */
  readonly writtenAt: number[];
  readonly counts: { ok: number; unknown: number; refused: number; connections: number };
}

/** How one client is driven. */
export interface ClientOptions {
  readonly cluster: RealCluster;
  readonly name: number;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly seen: Seen;
  readonly now: () => number;
}

const SHARED_KEYS = 6;
const TIMEOUT_MS = 1500;
const PAUSE_MS = 8;
const ERROR_PAUSE_MS = 30;

/** Works until the signal fires. */
export async function runClient(options: ClientOptions): Promise<void> {
  const { cluster, random, signal, seen } = options;
  let connection: RespClient | null = null;
  for (let number = 1; !signal.aborted; number++) {
    if (connection === null || connection.closed) {
      const node = cluster.nodes[random.below(cluster.nodes.length)];
      connection = await RespClient.connect(node.resp, 500).catch(() => null);
      seen.counts.connections++;
    }
    if (connection === null) await pause(ERROR_PAUSE_MS);
    else if (!await operate(options, connection, number)) {
      // What was asked may still be under way there: its answer must not be taken for another's.
      connection.close();
      await pause(ERROR_PAUSE_MS);
    } else await pause(random.below(PAUSE_MS * 2));
  }
  connection?.close();
}

/** One operation; false if the connection is of no more use. */
async function operate(
  { random, name, seen, now }: ClientOptions,
  connection: RespClient,
  number: number,
): Promise<boolean> {
  const unique = `${name}.${number};`;
  const kind = random.below(100);
  const key = kind < 25 ? `once ${unique}` : `shared ${random.below(SHARED_KEYS)}`;
  const input: KvInput = kind < 25 || kind >= 90
    ? { f: "put", key, value: unique }
    : kind < 60
    ? { f: "append", key, value: unique }
    : { f: "get", key };
  const callAt = now();
  const reply = await within(send(connection, input));
  const returnAt = now();
  // Certainly not done.
  const refused = reply instanceof RespError && reply.code === "TRYAGAIN";
  const failed = reply === undefined || reply instanceof RespError;
  if (refused) seen.counts.refused++;
  else if (failed) seen.counts.unknown++;
  else seen.counts.ok++;
  if (!failed && input.f !== "get") seen.writtenAt.push(returnAt);
  if (kind < 25) {
    if (!failed) seen.acknowledged.set(key, unique);
    return reply !== undefined;
  }
  if (!failed) {
    const output: KvOutput = input.f === "get" ? { f: "get", value: `${reply ?? ""}` } : { f: input.f };
    seen.operations.push({ client: name, callAt, input, outcome: { status: "ok", returnAt, output } });
  } else if (!refused && input.f !== "get") {
    // Under a name of its own: this client goes on, and the operation may be executed at any later time.
    seen.operations.push({ client: `${name}.${number}`, callAt, input, outcome: { status: "unknown" } });
  }
  return reply !== undefined;
}

function send(connection: RespClient, input: KvInput): Promise<RespReply> {
  switch (input.f) {
    case "get":
      return connection.send("GET", input.key);
    case "put":
      return connection.send("SET", input.key, input.value);
    case "append":
      return connection.send("APPEND", input.key, input.value);
  }
}

/** Undefined if there was no reply in time, or ever. */
async function within(reply: Promise<RespReply>): Promise<RespReply | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), TIMEOUT_MS);
  try {
    return await Promise.race([reply.catch(() => undefined), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
