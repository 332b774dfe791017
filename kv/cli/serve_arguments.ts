/**
 * The command line of `serve` as data.
 * @module
 */

import type { DenoTls } from "../../runtime/deno.ts";
import { MAX_VALUE_BYTES } from "../store/types.ts";
import { checkAddress, type Flags, isLoopback, numberFlag, readFlags, UsageError } from "./flags.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { checkHost, readTls, TLS_HELP, TLS_VALUES } from "./tls_files.ts";

/** What `--help` says. */
export const SERVE_HELP = `Runs one node of a replicated store, durable on its disk.

  serve --id 1 --peers 1=HOST:PORT,2=HOST:PORT,3=HOST:PORT --data FOLDER

  --id NAME         which of the peers this is
  --peers LIST      every node's name and the address at which the others call it; the same on every node
  --data FOLDER     this node's own folder; made if it is not there
  --tls-cert, --tls-key, --tls-ca FILE   see below; needed unless every peer is on this machine
  --resp H:P        port for Redis clients                         [127.0.0.1:0, a free one]
  --http H:P        port for HTTP with JSON                        [127.0.0.1:0, a free one]
  --no-resp, --no-http
  --cluster NAME    must be the same on every node, for ever       [made from --peers]
  --token TEXT      what clients must say; needed on a port that other machines reach. Better: FLOTILLA_TOKEN
  --max-clients N   connections at each port                       [1000]
  --max-value N     bytes of a value                               [8388608]
  --heartbeat MS    how often a leader says that it is there       [100]
  --election MS     least silence after which others take over     [300]
  --amnesiac        the disk was lost: follow, but never vote under this name again
  --json            print events as JSON lines

Between machines nodes speak TLS, and each shows the others its certificate:

${TLS_HELP}
With these files client ports that other machines reach speak TLS too; clients need no certificate, but the token.

Exit code: 0 stopped, 1 failed, 64 wrong usage, 130 interrupted. Stop it with Ctrl-C; kill it as you like.
`;

/** One node. */
export interface ServeArguments {
  readonly id: string;
  readonly peers: ReadonlyMap<string, string>;
  readonly data: string;
  readonly resp: string | null;
  readonly http: string | null;
  readonly cluster: string;
  readonly token: string | null;
  /** Certificates; null where all nodes are on this machine. */
  readonly tls: DenoTls | null;
  readonly limits: Limits;
  readonly heartbeatMs: number;
  readonly electionMs: number;
  readonly amnesiac: boolean;
  readonly tied: boolean;
  readonly json: boolean;
}

const NAMES = {
  flags: ["no-resp", "no-http", "amnesiac", "json", "tied"],
  values: [
    "id",
    "peers",
    "data",
    "resp",
    "http",
    "cluster",
    "token",
    ...TLS_VALUES,
    "max-clients",
    "max-value",
    "heartbeat",
    "election",
  ],
};

/** Reads the words after `serve`. `token` is what the environment says. Throws {@linkcode UsageError}. */
export function readServeArguments(argv: readonly string[], token: string | undefined): ServeArguments {
  const read = readFlags(argv, NAMES, "serve --help");
  if (read.words.length > 0) throw new UsageError(`Cannot understand ${read.words[0]}: see serve --help`);
  const peers = readPeers(needed(read, "peers"));
  const id = needed(read, "id");
  if (!peers.has(id)) {
    throw new UsageError(`Cannot run node ${id}: --peers names only ${[...peers.keys()].join(", ")}`);
  }
  const maxValueBytes = numberFlag(read, "max-value", {
    absent: MAX_VALUE_BYTES,
    least: 1,
    most: MAX_VALUE_BYTES,
  });
  const heartbeatMs = numberFlag(read, "heartbeat", { absent: 100, least: 1, most: 60_000 });
  const electionMs = numberFlag(read, "election", { absent: 300, least: 10, most: 600_000 });
  if (electionMs < heartbeatMs * 2) {
    throw new UsageError(
      `Cannot use --election ${electionMs}: give at least twice the heartbeat, ${heartbeatMs * 2}`,
    );
  }
  const args: ServeArguments = {
    id,
    peers,
    data: needed(read, "data"),
    resp: portOf(read, "resp"),
    http: portOf(read, "http"),
    cluster: read.values.get("cluster") ?? nameFor(peers),
    token: tokenOf(read, token),
    tls: readTls(read),
    limits: {
      maxValueBytes,
      maxRequestBytes: DEFAULT_LIMITS.maxRequestBytes,
      maxClients: numberFlag(read, "max-clients", {
        absent: DEFAULT_LIMITS.maxClients,
        least: 1,
        most: 100_000,
      }),
    },
    heartbeatMs,
    electionMs,
    amnesiac: read.flags.has("amnesiac"),
    tied: read.flags.has("tied"),
    json: read.flags.has("json"),
  };
  checkName("--cluster", args.cluster);
  checkPorts(args);
  checkSecrecy(args);
  return args;
}

/** An empty token is none: whoever says nothing would know it. */
function tokenOf({ values }: Flags, surrounding: string | undefined): string | null {
  const token = values.get("token");
  if (token === "") throw new UsageError("Cannot use an empty --token: give one that nobody guesses");
  return token ?? (surrounding || null);
}

function checkPorts({ id, peers, resp, http }: ServeArguments): void {
  const taken = new Map([[peers.get(id) as string, "--peers"]]);
  for (const [flag, address] of [["--resp", resp], ["--http", http]] as const) {
    if (address === null || address.endsWith(":0")) continue;
    const other = taken.get(address);
    if (other !== undefined) {
      throw new UsageError(`Cannot use ${address} for ${other} and ${flag}: give two ports`);
    }
    taken.set(address, flag);
  }
}

/** What leaves this machine is enciphered, and nobody is believed who has not shown or said something. */
function checkSecrecy(args: ServeArguments): void {
  const { id, peers, resp, http, token, tls } = args;
  const own = peers.get(id) as string;
  if (tls !== null) checkHost(tls, own);
  for (const [peer, address] of peers) {
    if (tls !== null || isLoopback(address)) continue;
    throw new UsageError(
      `Cannot run with peer ${peer} at ${address} without TLS, since whoever reaches a node's port could speak for any node: ` +
        "give --tls-cert, --tls-key and --tls-ca (kv/README.md says how to make them), or addresses of 127.0.0.1",
    );
  }
  for (const [flag, address] of [["--resp", resp], ["--http", http]]) {
    if (address === null || token !== null || isLoopback(address)) continue;
    throw new UsageError(
      `Cannot open ${flag} ${address} to other machines without a token: set FLOTILLA_TOKEN`,
    );
  }
}

/** Reads `1=HOST:PORT,2=HOST:PORT`. */
export function readPeers(text: string): Map<string, string> {
  const peers = new Map<string, string>();
  for (const part of text.split(",")) {
    const [, id, address] = /^([^=]+)=(.+)$/.exec(part.trim()) ?? [];
    if (id === undefined) {
      throw new UsageError(`Cannot understand "${part}" in --peers: give NAME=HOST:PORT,...`);
    }
    checkName("a node's name", id);
    if (peers.has(id)) throw new UsageError(`Cannot use --peers: it names ${id} twice`);
    checkAddress("--peers", address);
    // A free port, another one at each start: nobody would find it.
    if (address.endsWith(":0")) {
      throw new UsageError(`Cannot use ${address} in --peers: give the port to be called at`);
    }
    if ([...peers.values()].includes(address)) {
      throw new UsageError(`Cannot use --peers: ${address} is there twice`);
    }
    peers.set(id, address);
  }
  return peers;
}

/** The same list of peers gives the same name, in whatever order it is written. */
function nameFor(peers: ReadonlyMap<string, string>): string {
  let hash = 0xcbf29ce484222325n;
  for (const part of [...peers].map(([id, address]) => `${id}=${address},`).sort()) {
    for (const byte of new TextEncoder().encode(part)) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
  }
  return `c${hash.toString(16)}`;
}

function needed({ values }: Flags, name: string): string {
  const value = values.get(name);
  if (value !== undefined && value !== "") return value;
  throw new UsageError(`Cannot start a node without --${name}: see serve --help`);
}

function portOf(read: Flags, name: string): string | null {
  if (read.flags.has(`no-${name}`)) return null;
  return checkAddress(`--${name}`, read.values.get(name) ?? "127.0.0.1:0");
}

function checkName(what: string, name: string): void {
  if (/^[A-Za-z0-9._-]{1,40}$/.test(name)) return;
  throw new UsageError(`Cannot use "${name}" as ${what}: give 1 to 40 letters, digits, dots, dashes`);
}
