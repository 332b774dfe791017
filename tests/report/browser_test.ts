/**
 * The page of a run in a headless Chromium. `REPORT_SHOTS=DIR deno test -A tests/report/browser_test.ts` keeps what it looked like.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { answer, keptRuns } from "../chaos/cli/view_command.ts";
import { writeFolder } from "../chaos/cli/folder.ts";
import type { RecordedRun } from "../chaos/result.ts";
import { runPlan } from "../chaos/run.ts";
import { everyFaultPlan } from "../nemesis/every_fault.ts";
import type { Fault } from "../nemesis/plan.ts";
import { drawPlan } from "../nemesis/swarm.ts";
import { Browser, findChromium, type Page } from "../porcupine/picture/browser.ts";
import { largePage } from "./pages.ts";

const chromium = findChromium();
const shots = Deno.env.get("REPORT_SHOTS");
const SIZE = { width: 1300, height: 1400 };

if (chromium === undefined) {
  console.warn("No Chromium on the PATH (nor in CHROMIUM): the test of a run's page in a browser is SKIPPED");
}

/** A run that cannot pass: two of three disks are lost, so that nobody can ever be elected again. */
async function hopeless(): Promise<RecordedRun> {
  const plan = everyFaultPlan(9);
  const faults: readonly Fault[] = [0, 1].map((target) => ({
    kind: "wipe",
    atMs: 900 + target,
    forMs: 300,
    target,
  }));
  return await runPlan({ ...plan, nodes: 3, core: [0, 1], outside: "none", faults, safetyMs: 1500 }, {
    record: true,
  });
}

async function keep(page: Page, name: string): Promise<void> {
  const png = await page.screenshot();
  assert(png.length > 5_000, `${name}: an empty picture`);
  if (shots === undefined) return;
  await Deno.mkdir(shots, { recursive: true });
  await Deno.writeFile(`${shots}/${name}.png`, png);
}

/** Drags over a tenth of the run, and back again. */
async function chooseStretch(page: Page, span: () => Promise<number[]>): Promise<void> {
  const [, whole] = await span();
  const [left, top, width] = JSON.parse(
    String(
      await page.ask(
        "(() => { const box = document.querySelector('#timeline').getBoundingClientRect(); return JSON.stringify([box.left, box.top, box.width]); })()",
      ),
    ),
  );
  const at = (share: number) => left + 60 + share * (width - 70);
  await page.drag(at(0.6), at(0.5), top + 20);
  const [from, to] = await span();
  assert(
    Math.abs(from - whole * 0.5) < whole / 100 && Math.abs(to - whole * 0.6) < whole / 100,
    `${from} to ${to} of ${whole}`,
  );
  const note = String(await page.ask("document.querySelector('#timeline .note').textContent"));
  assert(/^\d+ messages/.test(note), note);
  await page.press("Home");
}

async function useKeys(page: Page): Promise<void> {
  const span = async () =>
    String(await page.ask("document.documentElement.dataset.span")).split(" ").map(Number);
  const [from, to] = await span();
  await page.press("ArrowLeft");
  const moved = await span();
  assert(moved[0] < from && Math.abs(moved[1] - moved[0] - (to - from)) < 1);
  await page.press("+");
  const nearer = await span();
  assert(nearer[1] - nearer[0] < 0.6 * (to - from));
  await page.press("Home");
  assertEquals((await span())[0], 0);
  await chooseStretch(page, span);
  assert(
    Number(await page.ask("document.querySelectorAll('#plots .fault').length")) >= 4,
    "no faults in the plots",
  );
}

/** Shard groups and a job look different from a cluster. */
async function lookAtOthers(browser: Browser, out: string): Promise<void> {
  const drawn = { safetyMs: 2500, faults: ["crash"] } as const;
  const fleet = drawPlan(3, { ...drawn, layer: "shard", workload: "moves" });
  const job = drawPlan(5, { ...drawn, layer: "mapreduce", workload: "wordcount" });
  for (const [plan, wanted] of [[fleet, ".group"], [job, ".role.mapping"]] as const) {
    const folder = await writeFolder(out, await runPlan(plan, { record: true }), `-${plan.layer}`);
    const page = await browser.open(`file://${folder}/report.html`, SIZE);
    assert(Number(await page.ask(`document.querySelectorAll("#timeline ${wanted}").length`)) > 0, plan.layer);
    await keep(page, `report-${plan.layer}`);
    assertEquals(page.complaints, []);
    await page.close();
  }
}

/** Opens the page of 100,000 operations: under a second of work. */
async function openLarge(browser: Browser, out: string): Promise<void> {
  await Deno.writeTextFile(`${out}/large.html`, largePage(100_000));
  const page = await browser.open(`file://${out}/large.html`, SIZE);
  const cpuMs = await page.cpuMs();
  const { size } = await Deno.stat(`${out}/large.html`);
  console.log(`100,000 operations: ${(size / 1e6).toFixed(1)} MB, ${Math.round(cpuMs)} ms of work`);
  assert(cpuMs < 1000, `${cpuMs} ms`);
  assertEquals(await page.text("#badge"), "pass");
  await keep(page, "report-large");
  assertEquals(page.complaints, []);
  await page.close();
}

Deno.test({
  name: chromium === undefined
    ? "SKIPPED for want of a Chromium: the page of a run in a browser"
    : "the page of a run in a headless Chromium: timeline, messages of a chosen stretch, plots, history; shard groups and jobs; keyboard, light and dark, no complaint; 100,000 operations open in under a second of work",
  ignore: chromium === undefined,
  fn: async () => {
    const out = await Deno.makeTempDir();
    try {
      const run = await hopeless();
      const { verdict } = run.result;
      assertEquals(verdict.kind, "violation");
      const folder = await writeFolder(out, run);
      await using browser = await Browser.launch(chromium ?? "");
      for (const scheme of ["light", "dark"] as const) {
        const page = await browser.open(`file://${folder}/report.html`, SIZE, scheme);
        assertEquals(await page.text("#badge"), verdict.kind);
        assert(Number(await page.ask("document.querySelectorAll('#timeline .role').length")) >= 3);
        assertEquals(await page.ask("document.querySelectorAll('#plots svg').length"), 2);
        // It opens at the end, where something broke, near enough for every message.
        assert(
          Number(await page.ask("document.querySelectorAll('#timeline .message, #timeline .lost').length")) >
            0,
          "no arrows",
        );
        await keep(page, `report-${scheme}`);
        if (scheme === "light") await useKeys(page);
        assertEquals(page.complaints, []);
        assertEquals(
          page.requests.filter((url) => !url.startsWith("file:") && !url.startsWith("about:")),
          [],
        );
        await page.close();
      }
      await lookAtOthers(browser, out);
      await openLarge(browser, out);
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});

Deno.test("a folder's runs are listed with their verdicts, and nothing outside of it can be reached", async () => {
  const out = await Deno.makeTempDir();
  try {
    const run = await runPlan(drawPlan(9, { safetyMs: 2500 }), { record: true });
    await writeFolder(out, run);
    const violation = { law: "election-safety", node: "n1", sentence: "Two <lead>." };
    const bad = { ...run, result: { ...run.result, verdict: { kind: "violation", violation } as const } };
    await writeFolder(out, bad, "-bad");
    await Deno.writeTextFile(`${out}/secret.txt`, "secret");
    assertEquals((await keptRuns(out)).map(({ name, verdict }) => [name, verdict]), [
      ["seed-9-bad", "violation"],
      ["seed-9", run.result.verdict.kind],
    ]);
    const page = await (await answer(out, "/")).text();
    assertStringIncludes(page, "election-safety: Two &lt;lead>.");
    assertStringIncludes(await (await answer(out, "/seed-9/report.html")).text(), "<!doctype html>");
    for (
      const path of ["/secret.txt", "/../secret.txt", "/seed-9/..%2F..%2Fsecret.txt", "/seed-8/report.html"]
    ) {
      assertEquals((await answer(out, path)).status, 404, path);
    }
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
