import { assertEquals } from "@std/assert";
import { PAGE_SCRIPT } from "../../../porcupine/picture/page.generated.ts";
import { committedPageScript, generatePageScript } from "./page_script.ts";

Deno.test("The page's script is up to date with its modules (deno run -A tests/porcupine/picture/page_script.ts writes it)", async () => {
  assertEquals(await committedPageScript() === await generatePageScript(), true);
});

Deno.test("The page's script is JavaScript, and names nothing that reaches for the network", () => {
  new Function(PAGE_SCRIPT);
  for (
    const word of [
      "fetch(",
      "XMLHttpRequest",
      "WebSocket",
      "import(",
      "importScripts",
      "http:",
      "https:",
      "sendBeacon",
    ]
  ) {
    assertEquals(PAGE_SCRIPT.includes(word), false, word);
  }
});
