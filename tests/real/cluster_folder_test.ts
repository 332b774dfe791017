import { assertRejects } from "@std/assert";
import { clusterCommand } from "../../kv/cli/cluster_command.ts";
import { UsageError } from "../../kv/cli/flags.ts";

for (
  const [what, make] of [
    ["a file", (path: string) => Deno.writeTextFile(path, "")],
    ["a folder whose cluster.json says nothing", async (path: string) => {
      await Deno.mkdir(path);
      await Deno.writeTextFile(`${path}/cluster.json`, "null");
    }],
    [
      "a folder whose cluster.json is a folder",
      (path: string) => Deno.mkdir(`${path}/cluster.json`, { recursive: true }),
    ],
  ] as const
) {
  Deno.test(`a cluster that is to be kept in ${what} is not started, and it says why`, async () => {
    const top = await Deno.makeTempDir();
    try {
      await make(`${top}/data`);
      const args = { data: `${top}/data`, nodes: 3, basePort: 7000, restart: false, json: false };
      await assertRejects(() => clusterCommand(args), UsageError, "give another --data");
    } finally {
      await Deno.remove(top, { recursive: true });
    }
  });
}
