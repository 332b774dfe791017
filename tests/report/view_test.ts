/**
 * The list of kept runs, served as `chaos view` serves it.
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "../chaos/cli/arguments.ts";
import { serveRuns } from "../chaos/cli/view_command.ts";
import { Browser, findChromium } from "../porcupine/picture/browser.ts";

const shots = Deno.env.get("REPORT_SHOTS");
const VERDICTS: Readonly<Record<string, object>> = {
  "seed-1": { kind: "pass" },
  "seed-2": { kind: "violation", violation: { law: "bank-total", node: "", sentence: "A <sum> changed." } },
  "seed-3": { kind: "undecided", sentence: "The checker gave up." },
  "seed-4-real": { kind: "vacuous", sentence: "No client was ever answered." },
};
const PAGE =
  '<!doctype html><html data-painted-ms="0"><title>Seed 2</title><p id="badge">violation</p></html>';

/** Some runs as their folders are, beside something that is nobody's business. */
async function keptRuns(): Promise<string> {
  const out = await Deno.makeTempDir();
  for (const [name, verdict] of Object.entries(VERDICTS)) {
    await Deno.mkdir(`${out}/runs/${name}`, { recursive: true });
    await Deno.writeTextFile(`${out}/runs/${name}/results.json`, JSON.stringify({ verdict }));
    await Deno.writeTextFile(`${out}/runs/${name}/report.html`, PAGE);
  }
  await Deno.writeTextFile(`${out}/secret.txt`, "secret");
  await Deno.writeTextFile(`${out}/runs/secret.txt`, "secret");
  return out;
}

/** A request as it is typed, since `fetch` tidies paths up by itself. */
async function raw(url: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(
    new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
  );
  return await new Response(connection.readable).text();
}

async function lookAt(url: string): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) {
    return console.warn("No Chromium on the PATH: nobody looks at the list of runs");
  }
  await using browser = await Browser.launch(chromium);
  const page = await browser.open(`${url}seed-2/report.html`, { width: 900, height: 500 });
  assertEquals(await page.text("#badge"), "violation");
  // The list has no script that would say when it is painted: it is gone to from a page that has.
  await page.ask(`location.href = ${JSON.stringify(url)}`);
  while (await page.ask("document.readyState + document.title") !== "completeChaos: 4 runs") {
    await page.frame();
  }
  const colour = (verdict: string) =>
    page.ask(`getComputedStyle(document.querySelector(".verdict.${verdict}")).backgroundColor`);
  const colours = await Promise.all(["pass", "violation", "undecided"].map(colour));
  assertEquals(new Set(colours).size, 3, `${colours}`);
  assertEquals(await page.ask("document.querySelectorAll('td a[href$=\"report.html\"]').length"), 4);
  const png = await page.screenshot();
  assert(png.length > 2000, "an empty picture");
  if (shots !== undefined) await Deno.writeFile(`${shots}/view.png`, png);
  // Browsers ask for an icon by themselves, and are told that there is none.
  assertEquals(page.complaints.filter((one) => !one.includes("404")), []);
  await page.close();
}

Deno.test("chaos view serves the list coloured by verdict and each run's page on loopback, nothing from outside, and ends when it is told to", async () => {
  const out = await keptRuns();
  const folder = `${out}/runs`;
  const end = new AbortController();
  const listening = Promise.withResolvers<string>();
  const served = serveRuns(folder, { port: 0, signal: end.signal, onListen: listening.resolve });
  const url = await listening.promise;
  try {
    const list = await (await fetch(url)).text();
    const places = Object.keys(VERDICTS).map((name) => list.indexOf(`href="/${name}/report.html"`));
    assert(places.every((at) => at > 0), list);
    // Whatever broke something comes first, and what passed last.
    assertEquals(
      [places[1], places[2], places[3], places[0]],
      places.toSorted((left, right) => left - right),
    );
    for (
      const [kind, words] of [["violation", "bank-total: A &lt;sum> changed."], ["vacuous", "No client"]]
    ) {
      assertStringIncludes(list, `class="verdict ${kind}"`);
      assertStringIncludes(list, words);
    }
    const page = await fetch(`${url}seed-2/report.html`);
    assertEquals([page.status, page.headers.get("content-type"), await page.text()], [
      200,
      "text/html; charset=utf-8",
      PAGE,
    ]);
    const paths = [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/seed-1/../../secret.txt",
      "/seed-1/..%2F..%2Fsecret.txt",
    ];
    for (
      const path of [
        ...paths,
        "/%2e%2e/secret.txt",
        "/secret.txt",
        "//secret.txt",
        "/%E0%A4%A",
        "/seed-9/report.html",
      ]
    ) {
      const answer = await raw(url, path);
      assertStringIncludes(answer, "HTTP/1.1 404");
      assertEquals(answer.includes("secret"), false, path);
    }
    // Other addresses of this very machine are no door either.
    await assertRejects(() => Deno.connect({ hostname: "127.0.0.2", port: Number(new URL(url).port) }));
    const taken = await assertRejects(
      () => serveRuns(folder, { port: Number(new URL(url).port), signal: end.signal, onListen: () => {} }),
      UsageError,
    );
    assertStringIncludes(taken.message, "--port");
    await lookAt(url);
  } finally {
    end.abort();
    await served;
    await Deno.remove(out, { recursive: true });
  }
  await assertRejects(() => fetch(url));
});

Deno.test("chaos view of a folder that is none says so", async () => {
  const options = { port: 0, signal: new AbortController().signal, onListen: () => {} };
  const error = await assertRejects(() => serveRuns("no such folder", options), UsageError);
  assertStringIncludes(error.message, "there is no such folder");
});
