import { assertEquals } from "@std/assert";
import { runCampaign } from "./campaign.ts";

Deno.test("a run that shows nothing spoils a campaign's verdict and is named, but the seeds after it are run all the same", async () => {
  const { tally, failed, open } = await runCampaign({
    firstSeed: 7,
    runs: 3,
    workers: 0,
    // Nobody asks anything, so nothing is shown.
    choice: { safetyMs: 300, layer: "kv", clients: 0 },
    isOver: () => false,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  assertEquals([tally.runs, failed, open], [3, null, [7, 8, 9]]);
  const { verdict, sentences } = tally.summary(1);
  assertEquals([verdict, sentences.length], ["vacuous", 3]);
});
