/**
 * The command line of `kv` as data.
 * @module
 */

import type { DenoTls } from "../../runtime/deno.ts";
import { checkAddress, type Flags, numberFlag, readFlags, UsageError } from "./flags.ts";
import { readTls, TLS_VALUES } from "./tls_files.ts";

/** What `--help` says. */
export const CLIENT_HELP = `Asks a running store.

  kv get KEY                      the value; exit code 1 if there is none
  kv put KEY VALUE                --version N: only if the key has this version, 0 for a new one
  kv append KEY VALUE
  kv delete KEY                   exit code 1 if there was none
  kv scan [PREFIX]                --limit N [1000]
  kv watch [PREFIX]               changes, until Ctrl-C; --after REVISION: from there on
  kv lock NAME -- COMMAND...      runs a command while holding the lock; FLOTILLA_LOCK_TOKEN is its fencing token
  kv status                       the cluster's members and the store's revision

  --servers H:P,...   nodes, at the addresses of --peers; one is enough   [127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003]
  --tls-cert, --tls-key, --tls-ca FILE   for nodes that speak TLS: a certificate of their authority, as they have
  --timeout S         gives up after so many seconds                       [10]
  --ttl MS            lock: it falls to the next in line when its holder is silent for so long [10000]
  --json              JSON, one object a line
  --                  everything behind it is words

Exit code: 0 done, 1 not there, or a condition failed, 2 refused: certainly nothing was changed, 3 unknown: nobody can tell
whether it was done, 64 wrong usage, 130 interrupted; lock: what the command gave.
`;

/** What all client commands share. */
export interface ClientCommon {
  readonly servers: readonly string[];
  /** Certificates, for nodes that speak TLS. */
  readonly tls: DenoTls | null;
  readonly timeoutMs: number;
  readonly json: boolean;
}

/** What is asked. */
export type ClientCommand =
  | { readonly name: "get" | "delete"; readonly key: string }
  | { readonly name: "put"; readonly key: string; readonly value: string; readonly version: number | null }
  | { readonly name: "append"; readonly key: string; readonly value: string }
  | { readonly name: "scan"; readonly prefix: string; readonly limit: number }
  | { readonly name: "watch"; readonly prefix: string; readonly after: number | null }
  | {
    readonly name: "lock";
    readonly lock: string;
    readonly command: readonly string[];
    readonly ttlMs: number;
  }
  | { readonly name: "status" };

/** Options of one command, and of which. */
const OWNERS: { readonly [option: string]: ClientCommand["name"] } = {
  limit: "scan",
  after: "watch",
  version: "put",
  ttl: "lock",
};
const NAMES = { flags: ["json"], values: ["servers", "timeout", ...Object.keys(OWNERS), ...TLS_VALUES] };
const MOST = Number.MAX_SAFE_INTEGER;
const DEFAULT_SERVERS = "127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003";

/** Reads the words after `kv`. Throws {@linkcode UsageError}. */
export function readClientArguments(argv: readonly string[]): readonly [ClientCommon, ClientCommand] {
  const read = readFlags(argv, NAMES, "kv --help");
  const servers = (read.values.get("servers") ?? DEFAULT_SERVERS).split(",");
  const common: ClientCommon = {
    servers: servers.map((server) => checkAddress("--servers", server.trim())),
    tls: readTls(read),
    timeoutMs: numberFlag(read, "timeout", { absent: 10, least: 1, most: 86_400 }) * 1000,
    json: read.flags.has("json"),
  };
  const command = readCommand(read);
  checkOwn(command.name, read);
  return [common, command];
}

/** Whoever puts with a time to live, and is not told that there is none, waits in vain for the key to go. */
function checkOwn(command: ClientCommand["name"], { values }: Flags): void {
  for (const [name, owner] of Object.entries(OWNERS)) {
    if (owner === command || !values.has(name)) continue;
    throw new UsageError(`Cannot ${command} with --${name}: it is of ${owner} alone; see kv --help`);
  }
}

function readCommand(read: Flags): ClientCommand {
  const [name, ...words] = read.words;
  const take = (least: number, most: number): readonly string[] => {
    if (words.length >= least && words.length <= most) return words;
    throw new UsageError(`Cannot ${name} with ${words.length} words: see kv --help`);
  };
  switch (name) {
    case "get":
    case "delete":
      return { name, key: take(1, 1)[0] };
    case "put": {
      const [key, value] = take(2, 2);
      const version = numberFlag(read, "version", { absent: -1, least: 0, most: MOST });
      return { name, key, value, version: version === -1 ? null : version };
    }
    case "append": {
      const [key, value] = take(2, 2);
      return { name, key, value };
    }
    case "scan":
      return {
        name,
        prefix: take(0, 1)[0] ?? "",
        limit: numberFlag(read, "limit", { absent: 1000, least: 1, most: MOST }),
      };
    case "watch": {
      const after = numberFlag(read, "after", { absent: -1, least: 0, most: MOST });
      return { name, prefix: take(0, 1)[0] ?? "", after: after === -1 ? null : after };
    }
    case "lock": {
      const [lock, ...command] = take(2, Infinity);
      return {
        name,
        lock,
        command,
        ttlMs: numberFlag(read, "ttl", { absent: 10_000, least: 100, most: 1_000_000_000 }),
      };
    }
    case "status":
      take(0, 0);
      return { name };
    default:
      throw new UsageError(`Cannot understand "${name ?? ""}": see kv --help`);
  }
}
