/**
 * The page in a headless Chromium. `PICTURE_SHOTS=DIR deno test -A tests/porcupine/picture/browser_test.ts` keeps what it
 * looked like.
 */
import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  kvModel,
  type Model,
  type Operation,
  type PictureOptions,
  renderHtml,
  versionedKvCodec,
  versionedKvModel,
} from "../../../porcupine/mod.ts";
import { withOperations } from "../generate/operations.ts";
import type { GeneratedModel } from "../generate/spec.ts";
import { type HistorySpec, simulate, specOf } from "../generate.ts";
import { Browser, findChromium, type Page } from "./browser.ts";

const chromium = findChromium();
const shots = Deno.env.get("PICTURE_SHOTS");
const WIDE = { width: 1360, height: 860 };

if (chromium === undefined) {
  console.warn(
    "No Chromium on the PATH (nor in CHROMIUM): the tests of the picture in a browser are SKIPPED",
  );
}

Deno.test({
  name: chromium === undefined
    ? "SKIPPED for want of a Chromium: the picture in a browser"
    : "The picture in a headless Chromium",
  ignore: chromium === undefined,
  fn: async (t) => {
    await using browser = await Browser.launch(chromium ?? "");
    await using folder = await Pages.make();
    const bad = await folder.write("bad", versioned());
    const good = await folder.write("good", generated({ model: "kv", ops: 300, seed: 4, keys: 3 }, "ok"));

    await t.step(
      "opens at the contradiction: the impossible operation is selected, told about and in the window",
      async () => {
        const page = await browser.open(bad, WIDE);
        await keep(page, "contradiction");
        const selected = Number(await page.ask("document.documentElement.dataset.selected"));
        assert(selected >= 0);
        assertEquals(await page.text("#details .chip.bad"), "the first impossible answer");
        assertEquals(await page.text("#badge"), "not linearizable");
        assertEquals(await page.ask("document.querySelectorAll('#core button').length > 0"), true);
        assertEquals(
          await page.ask("document.querySelector('#core .pivot').getAttribute('aria-current')"),
          "true",
        );
        assert(await reds(page) > 100, "the frame of the impossible operation is seen");
        await done(page, bad);
      },
    );

    await t.step(
      "follows the keyboard: rows, order, contradiction, zoom, scopes, search, hiding, axis, help",
      async () => {
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
        await keep(page, "help");
        await page.press("Escape");
        assertEquals(await page.ask("document.querySelector('#help-page').hidden"), true);
        await done(page, bad);
      },
    );

    await t.step(
      "follows the pointer: an operation under it tells its state; a click keeps it, the wheel goes closer",
      async () => {
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

    await t.step(
      "is dark where the reader's system is, and at the press of a key; the contrast of texts suffices",
      async () => {
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

    await t.step(
      "shows what has no answer, was refused or is unclear, annotations, groups and colours",
      async () => {
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

    await t.step("fits a narrow window", async () => {
      const page = await browser.open(bad, { width: 760, height: 900 });
      await keep(page, "narrow");
      assertEquals(await page.ask("document.documentElement.scrollWidth <= innerWidth"), true);
      await done(page, bad);
    });

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
      await t.step(
        `draws 100,000 operations (${name}, ${twin}) in under a second of work, in at most 3 million bytes`,
        async () => {
          const url = await folder.write(`large-${twin}`, generated({ ...spec, seed: 21 }, twin));
          const bytes = (await Deno.stat(new URL(url))).size;
          const page = await browser.open(url, WIDE);
          const cpuMs = await page.cpuMs();
          const paintedMs = await page.ask("+document.documentElement.dataset.paintedMs");
          console.log(
            `${name}: ${bytes} bytes, drawn after ${paintedMs} ms on the clock, ${
              Math.round(cpuMs)
            } ms of work`,
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

    await t.step("an empty history is a page that says so", async () => {
      const url = await folder.write(
        "empty",
        renderHtml({ model: kvModel(), operations: [] }, checkOperations(kvModel(), [])),
      );
      const page = await browser.open(url, WIDE);
      assertEquals(await page.ask("document.querySelector('#nothing').hidden"), false);
      await done(page, url);
    });
  },
});

/** What every page must live up to: it said nothing on the console, and asked for nothing but itself. */
async function done(page: Page, url: string): Promise<void> {
  assertEquals(page.complaints, []);
  assertEquals(page.requests.filter((request) => request !== url), []);
  await page.close();
}

async function keep(page: Page, name: string): Promise<void> {
  const png = await page.screenshot();
  assert(png.length > 5_000, `${name}: an empty picture`);
  if (shots === undefined) return;
  await Deno.mkdir(shots, { recursive: true });
  await Deno.writeFile(`${shots}/${name}.png`, png);
}

/** The canvas, copied: reading the page's own twice would make the browser complain of it. */
const PIXELS = `(() => {
    const { width, height } = document.querySelector("#lanes");
    const copy = new OffscreenCanvas(width, height).getContext("2d");
    copy.drawImage(document.querySelector("#lanes"), 0, 0);
    return copy.getImageData(0, 0, width, height);
  })()`;

/** How many pixels of the canvas have the colour of what is impossible. */
async function reds(page: Page): Promise<number> {
  return Number(
    await page.ask(`(() => {
    const { data } = ${PIXELS};
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] > 180 && data[i + 1] < 60 && data[i + 2] < 70) count++;
    return count;
  })()`),
  );
}

/** The mean brightness of the canvas, 0 to 255. */
async function brightness(page: Page): Promise<number> {
  return Number(
    await page.ask(`(() => {
    const { data } = ${PIXELS};
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += (data[i] + data[i + 1] + data[i + 2]) / 3;
    return sum / (data.length / 4);
  })()`),
  );
}

/** The contrast of two colours of the style sheet, as WCAG 2 reckons it. */
async function contrast(page: Page, ink: string, ground: string): Promise<number> {
  return Number(
    await page.ask(`(() => {
    const style = getComputedStyle(document.documentElement);
    const light = (name) => {
      const hex = style.getPropertyValue("--" + name).trim();
      const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
        .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const [a, b] = [light("${ink}"), light("${ground}")].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  })()`),
  );
}

/** Pages in a folder that is gone afterwards. */
class Pages implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static async make(): Promise<Pages> {
    return new Pages(await Deno.makeTempDir({ prefix: "picture-" }));
  }

  /** Writes a page; answers its address. */
  async write(name: string, html: string): Promise<string> {
    const path = `${this.#path}/${name}.html`;
    await Deno.writeTextFile(path, html);
    return `file://${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#path, { recursive: true });
  }
}

function page<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: PictureOptions<Input, Output>,
): string {
  return renderHtml({ model, operations }, checkOperations(model, operations), options);
}

function generated(partial: Partial<HistorySpec> & { model: GeneratedModel }, twin: "ok" | "bad"): string {
  const spec = specOf(partial);
  const { ok, bad } = simulate(spec);
  return withOperations(spec.model, twin === "bad" && bad !== undefined ? bad : ok, {
    use: ({ model, operations }) =>
      page(model, operations, {
        title: `${spec.model}, seed ${spec.seed}`,
        facts: { seed: String(spec.seed) },
      }),
  });
}

/** A small history of versioned puts with one stale read. */
function versioned(): string {
  const { bad = [] } = simulate(specOf({ model: "kvv", ops: 300, clients: 5, keys: 2, maybe: 0.1, seed: 9 }));
  const operations = bad.map(
    (
      { c, f, k = "", v, ver = 0, o, s, e },
    ): Operation<Parameters<typeof versionedKvCodec.mark>[0], ReturnType<typeof versionedKvCodec.output>> => {
      const raw = {
        line: 0,
        client: c,
        f,
        key: k,
        argument: v ?? null,
        version: ver,
        callAt: s,
        result: { status: "unknown" },
      } as const;
      const input = versionedKvCodec.input(raw);
      if (e === undefined) return { client: c, callAt: s, input, outcome: { status: "unknown" } };
      return {
        client: c,
        callAt: s,
        input,
        outcome: { status: "ok", returnAt: e, output: versionedKvCodec.output(o ?? null, input, raw) },
      };
    },
  );
  return page(versionedKvModel(), operations, {
    title: "A stale read",
    facts: { seed: "9" },
    lines: operations.map((_, i) => i + 2),
    mark: ({ input, outcome }) =>
      versionedKvCodec.mark(
        input,
        outcome.status === "ok" ? { known: true, output: outcome.output } : { known: false },
      ),
  });
}

/** Lost answers, groups of clients, annotations and colours. */
function marked(): string {
  const { ok } = simulate(specOf({ model: "kv", ops: 60, clients: 4, crashed: 4, seed: 5 }));
  return withOperations("kv", ok, {
    use: (judgeable) => {
      const { model, operations } = judgeable;
      return page(model, operations, {
        title: "Marks",
        groupOf: (client) => `machine ${Number(client) % 2}`,
        colour: (_, i) => i % 9 === 0 ? "#b8860b" : undefined,
        mark: (_, i) => i % 5 === 0 ? "failed" : i % 7 === 0 ? "maybe" : "plain",
        annotations: [
          { lane: "network", at: 0, until: 30, text: "partition {0, 1} | {2}", detail: "by the nemesis" },
          { lane: "network", at: 60, text: "healed", colour: "#2e8b57" },
          { lane: "leader", at: 10, until: 70, text: "node 2, term 3", colour: "#6a5acd" },
        ],
      });
    },
  });
}
