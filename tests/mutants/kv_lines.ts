/**
 * Planted bugs of what a store's command lines take, and of what a node makes of its folder.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const LINES = "tests/kv/arguments_test.ts";
const SO = "it was so";

/** These mutants. */
export const kvLineMutants: readonly Mutant[] = [
  ...rows("kv/cli/identity.ts", "tests/kv/identity_test.ts", [
    [
      "KL-lost-log",
      "A node whose log has gone starts as a new one, and votes again where it has voted",
      SO,
      "for (const log of amnesiac ? [] : found.logs) {",
      "for (const log of amnesiac ? found.logs : []) {",
    ],
    [
      "KL-claimed-lost",
      "A folder in which a start broke off is said to have lost its logs",
      "a start may be killed at any moment",
      "await writeIdentity(disk, { ...owner, logs: [] });",
      'await writeIdentity(disk, { ...owner, logs: ["raft"] });',
    ],
  ]),
  ...rows("kv/cli/serve_arguments.ts", LINES, [
    [
      "KL-empty-token",
      "An empty FLOTILLA_TOKEN opens a port to other machines: whoever says nothing knows it",
      SO,
      "return token ?? (surrounding || null);",
      "return token ?? surrounding ?? null;",
    ],
    [
      "KL-own-port",
      "A node is started with one port for two things, and says that another process has it",
      SO,
      "    taken.set(address, flag);\n",
      "",
    ],
    [
      "KL-peer-anywhere",
      "A node may be called at a free port, another one at each start",
      SO,
      '    if (address.endsWith(":0")) {\n      throw',
      '    if (address === "") {\n      throw',
    ],
  ]),
  ...rows("kv/cli/client_arguments.ts", LINES, [[
    "KL-passed-over",
    "An option that another command has is passed over: a key that was put with --ttl never goes",
    SO,
    "if (owner === command || !values.has(name)) continue;",
    "if (owner !== null || !values.has(name)) continue;",
  ]]),
  ...rows("kv/cli/cluster_command.ts", "tests/real/cluster_folder_test.ts", [[
    "KL-cluster-in-a-file",
    "A cluster that is to be kept in a file ends with a stack of calls",
    SO,
    "if (error instanceof UsageError || !(error instanceof Error)) throw error;",
    "if (error !== null) throw error;",
  ]]),
];
