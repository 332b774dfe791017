import { assert, assertEquals } from "@std/assert";
import { recoverImage } from "../../../raft/wal.ts";
import { seededRandom } from "../../../runtime/mod.ts";
import { seedsFrom } from "../seeds.ts";
import { commandOf, snapshotOf } from "./marks.ts";

const WRITER = new URL("writer_main.ts", import.meta.url).href;

/** Runs the writer on `folder`, kills it after `acknowledgements`, and returns what it said. */
async function writeAndDie(
  folder: string,
  acknowledgements: number,
): Promise<{ found: number; last: number }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", WRITER, folder],
    stdout: "piped",
    stderr: "inherit",
  });
  await using child = command.spawn();
  let [found, last, left] = [-1, -1, acknowledgements];
  let text = "";
  let killed = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop() as string;
    for (const line of lines) {
      const [what, index] = line.split(" ");
      last = Number(index);
      if (what === "found") found = last;
      else left--;
    }
    // Once: what it had said before may come in several pieces.
    if (left <= 0 && !killed) child.kill("SIGKILL");
    killed = left <= 0;
  }
  await child.status;
  return { found, last };
}

for (const seed of seedsFrom(Deno.args, 1)) {
  Deno.test(`a process killed with SIGKILL 8 times in the middle of its writes never loses an acknowledged one (seed ${seed})`, async () => {
    const random = seededRandom(seed).split("kills");
    const folder = await Deno.makeTempDir();
    try {
      let acknowledged = 0;
      for (let life = 0; life < 8; life++) {
        const { found, last } = await writeAndDie(`${folder}/node`, random.between(1, 60));
        // At most the write that was under way when it died is there besides.
        assert(
          found === acknowledged || found === acknowledged + 1,
          `life ${life}: ${found} after ${acknowledged}`,
        );
        acknowledged = last;
      }
      const files = new Map<string, Uint8Array>();
      for await (const { name } of Deno.readDir(`${folder}/node/raft`)) {
        files.set(name, await Deno.readFile(`${folder}/node/raft/${name}`));
      }
      const state = recoverImage(files, { folder: "raft", member: "m" });
      assert(state !== null);
      const start = state.snapshot?.index ?? 0;
      if (state.snapshot !== null) assertEquals(state.snapshot.data, snapshotOf(start));
      for (const [at, { command }] of state.entries.entries()) {
        assertEquals(command, commandOf(start + 1 + at));
      }
      assert(start + state.entries.length >= acknowledged);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
