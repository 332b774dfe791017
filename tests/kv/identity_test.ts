import { assertEquals, assertRejects } from "@std/assert";
import { checkFolder, claimFolder, FolderError, keepLogs } from "../../kv/cli/identity.ts";
import type { Disk } from "../../runtime/disk.ts";
import { World } from "../sim/mod.ts";

const OWNER = { cluster: "c", id: "a", members: ["a", "b", "c"] };
const NODE = { ...OWNER, amnesiac: false };

async function onDisk(script: (disk: Disk) => Promise<void>): Promise<void> {
  const world = new World({ seed: 1 });
  const { disk } = world.machine("a").boot(() => {});
  await world.play(() => script(disk), { untilMs: 60_000 });
  world.end();
}

async function makeLog(disk: Disk, folder: string): Promise<void> {
  await disk.makeFolder(folder);
  await (await disk.create(`${folder}/log-00000001`)).close();
}

Deno.test("a folder is new, then claimed until its logs are there, then used; a start that broke off in between is no loss", async () => {
  await onDisk(async (disk) => {
    assertEquals(await checkFolder(disk, "d", NODE), "new");
    await claimFolder(disk, OWNER);
    assertEquals(await checkFolder(disk, "d", NODE), "claimed");
    await disk.makeFolder("raft");
    assertEquals(await checkFolder(disk, "d", NODE), "claimed");
    await makeLog(disk, "raft");
    await keepLogs(disk, OWNER);
    assertEquals(await checkFolder(disk, "d", NODE), "used");
  });
});

Deno.test("a node one of whose logs has gone is not started as a new one: it would vote again where it has voted; told of the loss it is", async () => {
  await onDisk(async (disk) => {
    await claimFolder(disk, OWNER);
    for (const log of ["controller", "group-1"]) await makeLog(disk, log);
    await keepLogs(disk, OWNER);
    await disk.remove("group-1/log-00000001");
    const error = await assertRejects(() => checkFolder(disk, "d", NODE), FolderError, "its log group-1");
    assertEquals(error.code, "damaged");
    assertEquals(await checkFolder(disk, "d", { ...OWNER, amnesiac: true }), "used");
  });
});
