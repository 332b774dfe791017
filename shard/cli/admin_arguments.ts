/**
 * The command line of `shards` as data.
 * @module
 */

import { checkAddress, type Flags, numberFlag, readFlags, UsageError } from "../../kv/cli/flags.ts";
import { readTls, TLS_VALUES } from "../../kv/cli/tls_files.ts";
import type { DenoTls } from "../../runtime/deno.ts";
import type { GroupId } from "../map.ts";
import type { ShardId } from "../placement.ts";

/** What `--help` says. */
export const SHARDS_HELP =
  `Says where the shards of a running store are, and moves them while they are served.

  shards                     where each shard is, and what is on its way
  shards join GROUP...       makes groups members: they take their part of the shards
  shards leave GROUP...      lets groups go: the others take what they had
  shards move SHARD GROUP    gives one shard to a member, until the next join or leave
  shards of KEY...           the shard of a key, and who owns it
  shards map NUMBER          the map of that number: every map there ever was is kept

  --servers H:P,...   nodes, at the addresses of --peers; one is enough   [127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003]
  --tls-cert, --tls-key, --tls-ca FILE   for nodes that speak TLS: a certificate of their authority, as they have
  --timeout S         gives up after so many seconds                       [30]
  --no-wait           join, leave, move: do not wait until the shards have moved
  --json              JSON, one object a line

Exit code: 0 done, 2 refused: nothing was changed, 3 unknown: nobody can tell whether it was done, or the shards have not moved
within --timeout (they go on moving), 64 wrong usage.
`;

/** What all commands share. */
export interface AdminCommon {
  readonly servers: readonly string[];
  /** Certificates, for nodes that speak TLS. */
  readonly tls: DenoTls | null;
  readonly timeoutMs: number;
  readonly wait: boolean;
  readonly json: boolean;
}

/** What is asked. */
export type AdminCommand =
  | { readonly name: "show" }
  | { readonly name: "join" | "leave"; readonly groups: readonly GroupId[] }
  | { readonly name: "move"; readonly shard: ShardId; readonly group: GroupId }
  | { readonly name: "of"; readonly keys: readonly string[] }
  | { readonly name: "map"; readonly number: number };

const DEFAULT_SERVERS = "127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003";
const NAMES = { flags: ["json", "no-wait"], values: ["servers", "timeout", ...TLS_VALUES] };

/** Reads the words after `shards`. Throws `UsageError`. */
export function readAdminArguments(argv: readonly string[]): readonly [AdminCommon, AdminCommand] {
  const read: Flags = readFlags(argv, NAMES, "shards --help");
  const servers = (read.values.get("servers") ?? DEFAULT_SERVERS).split(",");
  const common: AdminCommon = {
    servers: servers.map((server) => checkAddress("--servers", server.trim())),
    tls: readTls(read),
    timeoutMs: numberFlag(read, "timeout", { absent: 30, least: 1, most: 86_400 }) * 1000,
    wait: !read.flags.has("no-wait"),
    json: read.flags.has("json"),
  };
  return [common, readCommand(read.words)];
}

function readCommand([name = "show", ...words]: readonly string[]): AdminCommand {
  const take = (least: number, most: number): void => {
    if (words.length >= least && words.length <= most) return;
    throw new UsageError(`Cannot ${name} with ${words.length} words: see shards --help`);
  };
  switch (name) {
    case "show":
      take(0, 0);
      return { name };
    case "join":
    case "leave":
      take(1, Infinity);
      return { name, groups: words.map((word) => readNumber("group", word)) };
    case "move":
      take(2, 2);
      return { name, shard: readNumber("shard", words[0]), group: readNumber("group", words[1]) };
    case "of":
      take(1, Infinity);
      return { name, keys: words };
    case "map":
      take(1, 1);
      return { name, number: readNumber("map", words[0]) };
    default:
      throw new UsageError(`Cannot understand "${name}": see shards --help`);
  }
}

function readNumber(what: string, word: string): number {
  if (/^\d{1,9}$/.test(word)) return Number(word);
  throw new UsageError(`Cannot use "${word}" as a ${what}'s number: give a whole number`);
}
