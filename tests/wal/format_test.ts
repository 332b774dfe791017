import { assertEquals, assertRejects } from "@std/assert";
import { crc32c } from "../../raft/wal/crc32c.ts";
import { readLogHeader } from "../../raft/wal/header.ts";
import { StorageError } from "../../raft/wal.ts";
import type { Persist } from "../../raft/storage.ts";
import type { Entry } from "../../raft/types.ts";
import { configurationEntry, configurationOf, entriesOf } from "../raft/core.ts";
import { FOLDER, Story } from "./story.ts";

function write(firstIndex: number, entries: readonly Entry[], snapshot: Persist["snapshot"] = null): Persist {
  return { sequence: firstIndex, term: 3, vote: null, firstIndex, entries, snapshot };
}

/** The log's file, with its name: of two the newer, since that the older was removed may not be on the disk yet. */
function newest(story: Story): [string, Uint8Array] {
  const logs = [...story.image].filter(([name]) => name.startsWith("log"));
  return logs.sort(([one], [other]) => one < other ? 1 : -1)[0];
}

function format(story: Story): number {
  return readLogHeader(...newest(story)).header.format;
}

const SNAPSHOT = { index: 2, term: 1, data: new Uint8Array([7]) };

Deno.test("a log is of the first format as long as nothing in it is a configuration, restarts and snapshots included", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const wal = story.open();
    await wal.load();
    await wal.write([write(1, entriesOf(1, 1, 2))]);
    await wal.write([write(4, entriesOf(3), { ...SNAPSHOT, configuration: null })]);
    assertEquals(format(story), 1);
    await wal.close();
    const again = story.open();
    await again.load();
    assertEquals(format(story), 1);
    await again.close();
  });
  story.end();
});

for (
  const [what, writes] of [
    ["an entry that is a configuration", [write(1, [...entriesOf(1, 1), configurationEntry(2, "a", "~d")])]],
    ["a snapshot that holds one", [
      write(1, entriesOf(1, 1, 1)),
      write(4, [], { ...SNAPSHOT, configuration: configurationOf("a", "b") }),
    ]],
  ] as const
) {
  Deno.test(`${what} takes a log of the second format, in which all is found again`, async () => {
    const story = new Story(1);
    await story.play(async () => {
      const wal = story.open();
      await wal.load();
      assertEquals(format(story), 1);
      for (const one of writes) await wal.write([one]);
      assertEquals(format(story), 2);
      // More of both kinds behind it, without a new file.
      await wal.write([write(4, [...entriesOf(3), configurationEntry(3, "b")])]);
      await wal.close();
      const again = story.open();
      const { entries, snapshot } = await again.load();
      assertEquals(format(story), 2);
      assertEquals(snapshot?.configuration ?? null, writes.at(-1)?.snapshot?.configuration ?? null);
      assertEquals(
        entries.flatMap((entry) => "configuration" in entry ? [entry.configuration] : []),
        [...writes.flatMap(({ entries }) => entries), configurationEntry(3, "b")]
          .flatMap((entry) => "configuration" in entry ? [entry.configuration] : []),
      );
      assertEquals(
        story.recover()?.snapshot?.configuration,
        snapshot?.configuration,
        "a monitor reads the same",
      );
      await again.close();
    });
    story.end();
  });
}

Deno.test("a configuration that is cut within its own group leaves no trace, and the next file is of the first format again", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const wal = story.open();
    await wal.load();
    await wal.write([write(1, [configurationEntry(1, "a")]), write(1, entriesOf(2))]);
    assertEquals(format(story), 1);
    await wal.close();
    const again = story.open();
    assertEquals((await again.load()).entries, entriesOf(2));
    assertEquals(format(story), 1);
    await again.close();
  });
  story.end();
});

Deno.test("a version of the first format refuses a log of the second, and says what it knows", async () => {
  // What this version says of the third is what that one says of the second: the same lines, with another number.
  const story = new Story(1);
  await story.play(async () => {
    const wal = story.open();
    await wal.load();
    await wal.write([write(1, [configurationEntry(1, "a")])]);
    await wal.close();
    const [name, bytes] = newest(story);
    const header = bytes.slice();
    const end = readLogHeader(name, header).end - 4;
    header[9] = 3;
    new DataView(header.buffer).setUint32(end, crc32c(header.subarray(0, end)), true);
    const file = await story.disk.open(`${FOLDER}/${name}`);
    await file.write(0, header);
    await file.sync();
    await file.close();
    const error = await assertRejects(() => story.open().load(), StorageError);
    assertEquals(error.code, "newer");
    assertEquals(error.message.includes("format 3, and this version knows formats up to 2"), true);
  });
  story.end();
});
