import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isAllowed, PERMISSIONS } from "./allowed.ts";
import plugin from "./ambient.ts";
import { FORBIDDEN_GLOBALS } from "./forbidden.ts";

function found(source: string, file = "raft/planted.ts"): string[] {
  return Deno.lint.runPlugin(plugin, file, source).map((one) => one.message.split("`")[1] ?? "");
}

Deno.test("a planted Math.random is found, with its place and what to do instead", () => {
  const source = "export function draw(): number {\n  return Math.random();\n}\n";
  const diagnostics = Deno.lint.runPlugin(plugin, "raft/core/election.ts", source);
  assertEquals(diagnostics.map((one) => one.id), ["flotilla/ambient"]);
  const [first] = diagnostics;
  assert(first !== undefined);
  assertEquals(source.slice(...first.range), "Math");
  assertStringIncludes(first.message, "unseeded chance");
  assertStringIncludes(first.hint ?? "", "Random");
});

for (const name of FORBIDDEN_GLOBALS.keys()) {
  Deno.test(`the global ${name} is found when called, passed on, or built`, () => {
    assertEquals(found(`${name}(1);`), [name]);
    assertEquals(found(`f(${name});`), [name]);
    assertEquals(found(`new ${name}(1);`), [name]);
    assertEquals(found(`const held = { ${name} };`), [name]);
    assertEquals(found(`export class Sub extends ${name} {}`), [name]);
    assertEquals(found(`const x = ${name} as unknown;`), [name]);
  });
}

const HIDDEN: readonly (readonly [source: string, names: readonly string[]])[] = [
  ["Math['random']()", ["Math.random"]],
  ["const { random } = Math", ["Math.random"]],
  ["const { random: draw } = Math", ["Math.random"]],
  ["const M = Math; M.random()", ["Math"]],
  ["const key = 'ran' + 'dom'; Math[key]()", ["Math"]],
  ["Temporal.Now.instant()", ["Temporal.Now"]],
  ["AbortSignal.timeout(5)", ["AbortSignal.timeout"]],
  ["Atomics.wait(a, 0, 0)", ["Atomics.wait"]],
  ["Deno.readFile('x')", ["Deno.readFile"]],
  ["globalThis.Date.now()", ["globalThis.Date"]],
  ["import fs from 'node:fs'", ["node:fs"]],
  ["import { x } from 'npm:left-pad@1'", ["npm:left-pad@1"]],
  ["export * from 'node:timers'", ["node:timers"]],
  ["export { setTimeout } from 'node:timers'", ["node:timers"]],
  ["await import('node:crypto')", ["node:crypto"]],
  ["function f(when = Date.now()) { return when; }", ["Date.now"]],
  ["{ const Date = 1; f(Date); } g(Date);", ["Date"]],
  ["interface Worker {} new Worker()", ["Worker"]],
  ["export { fetch }", ["fetch"]],
];
for (const [source, names] of HIDDEN) {
  Deno.test(`the ambient world is found in: ${source}`, () => assertEquals(found(source), names));
}

const HARMLESS: readonly string[] = [
  "export function f(clock: Clock): number { return clock.now(); }",
  "export function f(performance: Clock): number { return performance.now(); }",
  "const x = { Date: 1, now: 2, fetch() { return 3; } }; x.Date; x.now; x.fetch();",
  "import { fetch } from './other.ts'; fetch();",
  "import { fetch as get } from './other.ts'; get();",
  "export { fetch } from './other.ts';",
  "const { setTimeout } = clock; setTimeout(1);",
  "const [Date = 1, ...self] = list; f(Date, self);",
  "const [, process, , self] = parts; f(process, self);",
  "class Worker { fetch = 1; performance(): void {} } new Worker();",
  "try { f(); } catch (process) { g(process); }",
  "for (const self of list) f(self);",
  "for (let self = 0; self < 1; self++) f(self);",
  "export const g = ({ crypto }: { crypto: number }) => crypto;",
  "class A { constructor(private readonly location: string) { f(location); } }",
  "enum Deno { a } f(Deno.a);",
  "namespace window { export const a = 1; } f(window.a);",
  "const f = function eval2(self: number): number { return self; };",
  "switch (x) { case 1: { const self = 1; f(self); } }",
  "self: for (;;) break self;",
  "let when: Date; let file: Deno.FsFile; let of: typeof performance;",
  "export function f(x: unknown): x is Date { return x instanceof Date; }",
  "Math.floor(1.5); Temporal.Duration.from({ seconds: 1 }); Atomics.load(a, 0); AbortSignal.any([]);",
  "f(Math.max); signal instanceof AbortSignal;",
  "export type F = (performance: number) => Worker;",
  "'Date.now() in a text'; // Date.now() in a comment",
];
for (const source of HARMLESS) {
  Deno.test(`nothing is found in: ${source}`, () => assertEquals(found(source), []));
}

Deno.test("files on the list may, files beside them may not", () => {
  const source = "Date.now();";
  for (
    const file of [
      "runtime/deno.ts",
      "porcupine/cli.ts",
      "kv/cli/flags.ts",
      "kv/server_main.ts",
      "tests/chaos.ts",
    ]
  ) {
    assertEquals(found(source, file), [], file);
  }
  for (
    const file of ["runtime/clock.ts", "raft/client.ts", "tests/sim/clock.ts", "x/runtime/deno.ts", "main.ts"]
  ) {
    assertEquals(found(source, file), ["Date.now"], file);
  }
});

Deno.test("absolute paths count from the root of the repository", () => {
  const root = decodeURIComponent(new URL("../../", import.meta.url).pathname);
  assertEquals(found("Date.now();", `${root}runtime/deno.ts`), []);
  assertEquals(found("Date.now();", `${root}runtime/clock.ts`), ["Date.now"]);
});

Deno.test("a test file may register tests and nothing else", () => {
  assertEquals(found("Deno.test('x', () => {});", "raft/core/log_test.ts"), []);
  assertEquals(found("Deno.test.only('x', () => {});", "raft/core/log_test.ts"), []);
  assertEquals(found("Deno.test('x', () => Deno.readFile('y'));", "raft/core/log_test.ts"), [
    "Deno.readFile",
  ]);
});

Deno.test("every permission has a reason, and none is given twice", () => {
  const paths = PERMISSIONS.map((one) => one.path);
  assertEquals(paths.length, new Set(paths).size);
  for (const { path, reason } of PERMISSIONS) assert(reason.length >= 10, `no reason for ${path}`);
  assert(!isAllowed("raft/node.ts", "Date"));
});
