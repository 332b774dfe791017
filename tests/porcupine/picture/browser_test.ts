/**
 * The page in a headless Chromium. `PICTURE_SHOTS=DIR deno test -A tests/porcupine/picture/browser_test.ts` keeps what it
 * looked like.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  checkOperations,
  kvModel,
  type MutexInput,
  mutexModel,
  type MutexOutput,
  type Operation,
  renderHtml,
} from "../../../porcupine/mod.ts";
import { Browser, findChromium, type Page } from "./browser.ts";
import { brightness, contrast, reds } from "./looks.ts";
import { generated, marked, Pages, versioned } from "./pages.ts";

const chromium = findChromium();
const shots = Deno.env.get("PICTURE_SHOTS");
const WIDE = { width: 1360, height: 860 };

if (chromium === undefined) {
  console.warn(
    "No Chromium on the PATH (nor in CHROMIUM): the tests of the picture in a browser are SKIPPED",
  );
}

/** What the steps share. */
interface Context {
  readonly browser: Browser;
  readonly folder: Pages;
  /** A page of a history with a contradiction, and one without. */
  readonly bad: string;
  readonly good: string;
}

const STEPS: { readonly name: string; readonly run: (context: Context) => Promise<void> }[] = [];

function step(name: string, run: (context: Context) => Promise<void>): void {
  STEPS.push({ name, run });
}

step(
  "opens at the contradiction: the impossible operation is selected, told about and in the window",
  async ({ browser, bad }) => {
    const page = await browser.open(bad, WIDE);
    await keep(page, "contradiction");
    const selected = Number(await page.ask("document.documentElement.dataset.selected"));
    assert(selected >= 0);
    assertEquals(await page.text("#details .chip.bad"), "the first impossible answer");
    assertEquals(await page.text("#badge"), "not linearizable");
    const names = await page.ask(
      "[...document.querySelectorAll('aside [aria-label]')].map((one) => one.getAttribute('aria-label')).join('; ')",
    );
    assert(
      /1: illegal, \d+ operations; 0: ok, .*put, \d+ operations; .*client 4, \d+ operations/.test(
        String(names),
      ),
      String(names),
    );
    assertEquals(await page.ask("document.querySelectorAll('#core button').length > 0"), true);
    assertEquals(
      await page.ask("document.querySelector('#core .pivot').getAttribute('aria-current')"),
      "true",
    );
    assert(await reds(page) > 100, "the frame of the impossible operation is seen");
    await done(page, bad);
  },
);

step(
  "follows the keyboard: rows, order, contradiction, zoom, scopes",
  async ({ browser, bad }) => {
    const page = await browser.open(bad, WIDE);
    const selected = async () => Number(await page.ask("document.documentElement.dataset.selected"));
    const range = async () =>
      JSON.parse(
        String(
          await page.ask(
            "JSON.stringify([+document.documentElement.dataset.from, +document.documentElement.dataset.to])",
          ),
        ),
      );
    const pivot = await selected();
    for (const [there, back] of [["ArrowLeft", "ArrowRight"], ["ArrowUp", "ArrowDown"]]) {
      await page.press(there);
      const moved = await selected();
      if (moved === pivot) await page.press(back);
      assert(await selected() !== pivot, there);
      await page.press("c");
    }
    await page.press("Home");
    const first = await selected();
    await page.press("]");
    assert(await selected() !== first, "the next in the order");
    await page.press("[");
    assertEquals(await selected(), first);
    await page.press("c");
    assertEquals(await page.text("#details .chip.bad").then((text) => text.length > 0), true);
    const [from, to] = await range();
    await page.press("+");
    const [closerFrom, closerTo] = await range();
    assert(closerTo - closerFrom < to - from, "closer");
    await page.press("0");
    const [allFrom, allTo] = await range();
    assert(allFrom <= 0 && allTo - allFrom > to - from, "all of it");
    await page.press("1");
    assertEquals(
      await page.ask("document.querySelector('#scope-core').getAttribute('aria-pressed')"),
      "true",
    );
    await keep(page, "core-alone");
    await done(page, bad);
  },
);

step(
  "follows the keyboard: search, hiding, axis, help",
  async ({ browser, bad }) => {
    const page = await browser.open(bad, WIDE);
    await page.press("3");
    assert((await page.text("#shown")).endsWith(" operations"));
    await page.press("/");
    await page.type("put is:failed");
    assert((await page.text("#found")).includes(" found"));
    await page.press("Enter");
    assert((await page.text("#details")).includes("refused"));
    await keep(page, "search");
    await page.press("Escape");
    assertEquals(await page.text("#found"), "");
    const before = await page.text("#shown");
    await page.press("h");
    assert(await page.text("#shown") !== before, "a client is hidden");
    await page.press("s");
    assertEquals(await page.text("#shown"), before);
    await page.press("t");
    assertEquals(await page.ask("document.querySelector('#axis').getAttribute('aria-pressed')"), "true");
    await keep(page, "clock-time");
    await page.press("?");
    assertEquals(await page.ask("document.querySelector('#help-page').hidden"), false);
    assertEquals(await page.ask("document.activeElement.id"), "help-close", "the help is read out");
    await keep(page, "help");
    await page.press("Escape");
    assertEquals(await page.ask("document.querySelector('#help-page').hidden"), true);
    assertEquals(await page.ask("document.activeElement.id"), "lanes");
    await done(page, bad);
  },
);

step(
  "follows the pointer: an operation under it tells its state; a click keeps it, the wheel goes closer",
  async ({ browser, good }) => {
    const page = await browser.open(good, WIDE);
    for (let i = 0; i < 7; i++) await page.press("+");
    await page.point(700, 158, false);
    const hovered = await page.text("#details");
    assert(/state/.test(hovered) && /place/.test(hovered), hovered);
    await page.point(700, 158, true);
    await page.point(20, 840, false);
    assertEquals((await page.text("#details h2")).length > 0, true);
    const width = async () =>
      Number(
        await page.ask("document.documentElement.dataset.to - document.documentElement.dataset.from"),
      );
    const before = await width();
    await page.wheel(700, 300, -400, true);
    assert(await width() < before, "closer");
    await keep(page, "hover");
    await done(page, good);
  },
);

step(
  "is dark where the reader's system is, and at the press of a key; the contrast of texts suffices",
  async ({ browser, bad }) => {
    const page = await browser.open(bad, WIDE, "dark");
    assert(await brightness(page) < 60, "dark");
    await keep(page, "dark");
    for (const mode of ["dark", "light"]) {
      for (
        const [ink, ground] of [["text", "ground"], ["soft", "panel"], ["bad", "bad-fill"], [
          "warn",
          "warn-fill",
        ]]
      ) {
        const ratio = await contrast(page, ink, ground);
        assert(ratio >= 4.5, `${mode}: ${ink} on ${ground} has a contrast of ${ratio.toFixed(2)}`);
      }
      await page.press("d");
    }
    await page.press("d");
    assert(await brightness(page) > 200, "light");
    await done(page, bad);
  },
);

step(
  "shows what has no answer, was refused or is unclear, annotations, groups and colours",
  async ({ browser, folder }) => {
    const url = await folder.write("marked", marked());
    const page = await browser.open(url, WIDE);
    await keep(page, "marked");
    const seen = await page.ask("document.querySelector('#clients').textContent");
    assert(String(seen).includes("machine 0") && String(seen).includes("network"), String(seen));
    await page.point(480, 158, true);
    assert((await page.text("#details")).includes("partition"), await page.text("#details"));
    await page.press("/");
    await page.type("is:lost");
    assert(!(await page.text("#found")).startsWith("0"), await page.text("#found"));
    await done(page, url);
  },
);

step(
  "fits narrow and low windows: nothing is beyond the right edge, and the rows have a place",
  async ({ browser, bad }) => {
    // A tablet, a telephone, a laptop at 200 %.
    for (const [width, height] of [[760, 900], [400, 800], [680, 430]]) {
      const page = await browser.open(bad, { width, height });
      await keep(page, `narrow-${width}`);
      assertEquals(
        await page.ask(`[...document.querySelectorAll("button, input, canvas, p, h1")].filter((element) =>
        element.getBoundingClientRect().right > innerWidth).map((element) => element.id).join()`),
        "",
        `${width} wide`,
      );
      const rowsHeight = Number(await page.ask("document.querySelector('#stage').clientHeight"));
      assert(rowsHeight >= 100, `${width} x ${height}: ${rowsHeight} pixels for the rows`);
      await done(page, bad);
    }
  },
);

for (
  const { name, spec, twin } of [
    {
      name: "200 keys",
      spec: { model: "kv", ops: 100_000, clients: 50, keys: 200, puts: 0.06, reads: 0.4 },
      twin: "bad",
    },
    { name: "one register", spec: { model: "register", ops: 100_000, clients: 10 }, twin: "ok" },
  ] as const
) {
  step(
    `draws 100,000 operations (${name}, ${twin}) in under a second of work, in at most 3 million bytes`,
    async ({ browser, folder }) => {
      const url = await folder.write(`large-${twin}`, generated({ ...spec, seed: 21 }, twin));
      const bytes = (await Deno.stat(new URL(url))).size;
      const page = await browser.open(url, WIDE);
      const cpuMs = await page.cpuMs();
      const paintedMs = await page.ask("+document.documentElement.dataset.paintedMs");
      console.log(
        `${name}: ${bytes} bytes, drawn after ${paintedMs} ms on the clock, ${Math.round(cpuMs)} ms of work`,
      );
      await keep(page, `large-${twin}`);
      assert(bytes <= 3_000_000 && cpuMs < 1000, `${bytes} bytes, ${cpuMs} ms`);
      const before = await page.cpuMs();
      for (const key of ["+", "+", "0", ">", "<"]) await page.press(key);
      const perFrame = (await page.cpuMs() - before) / 5;
      assert(perFrame < 200, `${perFrame} ms of work a key`);
      await done(page, url);
    },
  );
}

step("what a core takes for granted is said above it", async ({ browser, folder, bad }) => {
  const model = mutexModel();
  const one = (index: number, f: "acquire" | "release"): Operation<MutexInput, MutexOutput> => ({
    client: index % 5,
    callAt: 2 * index,
    input: { f },
    outcome: { status: "ok", returnAt: 2 * index + 1, output: { f, granted: true } as MutexOutput },
  });
  // Taken and given back for long, and in the end given to two.
  const operations = Array.from(
    { length: 602 },
    (_, i) => one(i, i % 2 === 0 || i === 601 ? "acquire" : "release"),
  );
  const url = await folder.write(
    "past",
    renderHtml({ model, operations }, checkOperations(model, operations)),
  );
  const page = await browser.open(url, WIDE);
  assertMatch(
    await page.text("#core-note"),
    /^Given the answers to all that was called before the first of these \d+, they contradict each other\. Doubt any/,
  );
  await done(page, url);
  const other = await browser.open(bad, WIDE);
  assertMatch(await other.text("#core-note"), /^These \d+ answers contradict each other\. Doubt any/);
  await done(other, bad);
});

step("an empty history is a page that says so", async ({ browser, folder }) => {
  const url = await folder.write(
    "empty",
    renderHtml({ model: kvModel(), operations: [] }, checkOperations(kvModel(), [])),
  );
  const page = await browser.open(url, WIDE);
  assertEquals(await page.ask("document.querySelector('#nothing').hidden"), false);
  assertEquals(await page.text("#nothing"), "Nothing to show: no operation was recorded.");
  await done(page, url);
});

Deno.test({
  name: chromium === undefined
    ? "SKIPPED for want of a Chromium: the picture in a browser"
    : "The picture in a headless Chromium",
  ignore: chromium === undefined,
  fn: async (t) => {
    await using browser = await Browser.launch(chromium ?? "");
    await using folder = await Pages.make();
    const bad = await folder.write("bad", await versioned());
    const good = await folder.write("good", generated({ model: "kv", ops: 300, seed: 4, keys: 3 }, "ok"));
    for (const { name, run } of STEPS) await t.step(name, () => run({ browser, folder, bad, good }));
  },
});

/** What every page must live up to: it said nothing on the console, and asked for nothing but itself. */
async function done(page: Page, url: string): Promise<void> {
  assertEquals(page.complaints, []);
  assertEquals(page.requests.filter((request) => request !== url), []);
  await page.close();
}

async function keep(page: Page, name: string): Promise<void> {
  // Taking a picture costs as much as all else in a step; what is seen is judged by `reds` and `brightness`.
  if (shots === undefined) return;
  const png = await page.screenshot();
  assert(png.length > 5_000, `${name}: an empty picture`);
  await Deno.mkdir(shots, { recursive: true });
  await Deno.writeFile(`${shots}/${name}.png`, png);
}
