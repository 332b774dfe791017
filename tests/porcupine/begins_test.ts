import { assertEquals } from "@std/assert";
import { beginsWith } from "../../porcupine/begins.ts";
import { Random } from "./fuzz/random.ts";

Deno.test("a text begins with another one exactly if the language says so, also where it was put together and not read yet", () => {
  const random = new Random(1);
  for (let i = 0; i < 5000; i++) {
    // Short ones and long ones are compared in different ways.
    const most = i % 2 === 0 ? 9 : 150;
    const whole = Array.from({ length: random.below(most) }, () => "aab\u{1F600}"[random.below(5)]).join("");
    const part = whole.slice(0, random.below(most));
    for (const beginning of [part, part + "a", "a" + part, part + part, "", whole, whole + "b"]) {
      assertEquals(beginsWith(whole, beginning), whole.startsWith(beginning), `${whole}, ${beginning}`);
      assertEquals(beginsWith(beginning, whole), beginning.startsWith(whole), `${beginning}, ${whole}`);
    }
  }
});
