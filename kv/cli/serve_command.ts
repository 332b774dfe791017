/**
 * `serve`: one node, until it is stopped.
 * @module
 */

import type { Timing } from "../../raft/timing.ts";
import { StorageError } from "../../raft/wal.ts";
import { DiskError } from "../../runtime/disk.ts";
import { isLoopback } from "./flags.ts";
import { FolderError } from "./identity.ts";
import { startNode } from "./node.ts";
import type { ServeArguments } from "./serve_arguments.ts";

/** How often it looks whether there is news to tell. */
const LOOK_MS = 250;
/** No leader for so long is worth a line. */
const LEADERLESS_MS = 5000;
/** Whoever is told to stop hands over what it leads, and goes after so long in any case. */
const LEAVING_MS = 1000;

/** A node that runs, whatever it holds. */
export interface Served {
  /** Where its ports are, as `host:port`; null for none. */
  readonly resp: string | null;
  readonly http: string | null;
  /** Who leads what a client needs first. */
  readonly raft: { state(): { readonly leader: string | null; readonly term: number } };
  /** Hands over what it leads, in so many milliseconds at most. */
  readonly leave: (patienceMs: number) => Promise<void>;
  /** Resolves when it is dead. */
  readonly done: Promise<void>;
  /** Why it died, once it is dead. */
  readonly cause: unknown;
}

/** What every node is told. */
export type ServeCommon = Pick<
  ServeArguments,
  "id" | "peers" | "resp" | "http" | "cluster" | "tls" | "json" | "tied" | "heartbeatMs" | "electionMs"
>;

/** Raft's waiting times. */
export function timingOf({ heartbeatMs, electionMs }: ServeCommon): Timing {
  return { heartbeatMs, electionMs, diskStallMs: Math.max(1500, electionMs * 3) };
}

/** Runs a node; resolves to the exit code. */
export function serveCommand(args: ServeArguments): Promise<number> {
  return keepServing(args, async (signal) => {
    const node = await startNode({ ...args, folder: args.data, timing: timingOf(args), signal });
    const { replica } = node.parts.server;
    return {
      ...node,
      raft: replica.node,
      get cause() {
        return replica.failure ?? replica.node.stopReason;
      },
    };
  });
}

/** Runs what `start` starts until it is stopped or dies, and tells the news; resolves to the exit code. */
export async function keepServing(
  args: ServeCommon,
  start: (signal: AbortSignal) => Promise<Served>,
): Promise<number> {
  const tell = (event: string, details: Record<string, unknown>, text: string) =>
    console.log(args.json ? JSON.stringify({ event, id: args.id, ...details }) : `node ${args.id}: ${text}`);
  const death = new AbortController();
  let node: Served;
  try {
    node = await start(death.signal);
  } catch (error) {
    console.error(whyNot(error, args));
    return 1;
  }
  const { resp, http } = node;
  tell(
    "ready",
    { pid: Deno.pid, resp, http, peer: args.peers.get(args.id), cluster: args.cluster },
    [
      `up, process ${Deno.pid}`,
      ...(resp === null ? [] : [`redis-cli ${isEnciphered(resp, args) ? "--tls " : ""}${portWords(resp)}`]),
      ...(http === null ? [] : [`curl http${isEnciphered(http, args) ? "s" : ""}://${http}/health`]),
    ].join("; "),
  );
  let code = 0;
  let stopping = false;
  const stop = (by: number) => {
    const end = () => death.abort(new Error("It was stopped"));
    // Whoever says it twice means it.
    if (stopping) return end();
    stopping = true;
    code = by;
    void node.leave(LEAVING_MS).catch(() => {}).finally(end);
  };
  const onInterrupt = () => stop(130);
  const onTerminate = () => stop(0);
  Deno.addSignalListener("SIGINT", onInterrupt);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", onTerminate);
  if (args.tied) void whenInputEnds().then(() => stop(0));
  const news = reportNews(node, tell, args);
  await node.done;
  clearInterval(news);
  if (death.signal.aborted) return code;
  console.error(`node ${args.id} died: ${textOf(node.cause)}`);
  return 1;
}

function isEnciphered(port: string, { tls }: ServeCommon): boolean {
  return tls !== null && !isLoopback(port);
}

type Tell = (event: string, details: Record<string, unknown>, text: string) => void;

function reportNews({ raft }: Served, tell: Tell, args: ServeCommon): ReturnType<typeof setInterval> {
  let told = "";
  let leaderlessSince = performance.now();
  return setInterval(() => {
    const { leader, term } = raft.state();
    if (leader !== null) leaderlessSince = performance.now();
    const now = leader === null ? "" : `${leader} ${term}`;
    if (leader !== null && now !== told) {
      told = now;
      tell(
        "leader",
        { leader, term },
        leader === args.id ? `leads term ${term}` : `follows ${leader}, term ${term}`,
      );
    } else if (performance.now() - leaderlessSince > LEADERLESS_MS) {
      told = "";
      leaderlessSince = performance.now();
      const others = [...args.peers].filter(([id]) => id !== args.id).map(([id, at]) => `${id} at ${at}`);
      tell(
        "leaderless",
        { term },
        `no leader for ${LEADERLESS_MS / 1000} s: are enough of ${others.join(", ")} running and reached?`,
      );
    }
  }, LOOK_MS);
}

/** Resolves when whoever started this process has gone, in whatever way: nobody else holds the other end of the pipe. */
async function whenInputEnds(): Promise<void> {
  const buffer = new Uint8Array(64);
  while (await Deno.stdin.read(buffer).catch(() => null) !== null);
}

function whyNot(error: unknown, args: ServeCommon): string {
  if (error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.AddrNotAvailable) {
    const wanted = [args.peers.get(args.id), args.resp, args.http].filter((one) => one !== null).join(", ");
    const why = error instanceof Deno.errors.AddrInUse
      ? "another process has one of these ports"
      : "not an address of this machine";
    return `Cannot start node ${args.id} at ${wanted}: ${why}. Nothing was changed`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `Cannot start node ${args.id}: ${error.message}; give a port above 1023, or the right to use it`;
  }
  if (error instanceof FolderError || error instanceof DiskError || error instanceof StorageError) {
    return error.message;
  }
  return `Cannot start node ${args.id}: ${textOf(error)}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** How `redis-cli` is told where to call. */
export function portWords(address: string): string {
  const at = address.lastIndexOf(":");
  const host = address.slice(0, at);
  return host === "127.0.0.1" ? `-p ${address.slice(at + 1)}` : `-h ${host} -p ${address.slice(at + 1)}`;
}
