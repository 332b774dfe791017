import { assertEquals } from "@std/assert";
import { CATALOGUE } from "../catalogue.ts";
import { answer, type Killer } from "./answered.ts";
import { FIELD } from "./field.ts";
import { LABS } from "./labs.ts";
import { linesOf } from "./line.ts";

Deno.test("every line of the labs' list is there, and each names bugs of the catalogue or says why it has no place", () => {
  const ids = new Set(CATALOGUE.flatMap(({ mutants }) => mutants.map(({ id }) => id)));
  const unknown = [LABS, FIELD].flatMap(({ lines }) => lines).flatMap((line) =>
    line.kind === "planted" ? line.bugs.filter((id) => !ids.has(id)) : []
  );
  assertEquals(unknown, []);
  const counts = { M: 9, E: 13, R: 18, P: 17, K: 22, S: 28 };
  const names = Object.entries(counts).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, at) => `${letter}${at + 1}`)
  );
  assertEquals(LABS.lines.map(({ name }) => name), names);
});

Deno.test("a line is answered by the first of its bugs that anything killed, open if none was, and counted apart if it has no place", () => {
  const list = { title: "a list", lines: linesOf({ A: ["x", "y"], B: ["z"], C: "it cannot be" }) };
  const killers = new Map<string, Killer>([["y", { by: "lab suite", seed: "7", seconds: 1.25 }]]);
  const { words, ...counts } = answer(list, killers);
  assertEquals(counts, { title: "a list", planted: 2, noPlace: 1, open: ["B"] });
  assertEquals(words.map((line) => line.replace(/ +/g, " ")), [
    "A y lab suite, seed 7 1.3 s",
    "B NOT KILLED by chaos, explorer or lab suite: z",
    "C no place: it cannot be",
  ]);
  assertEquals(answer(list, new Map()).open, ["A", "B"]);
});
