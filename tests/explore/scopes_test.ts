import { assert, assertEquals } from "@std/assert";
import { type Scope, scopeNamed, SCOPES } from "./scope.ts";
import { DEFAULT_OPTIONS, Explorer } from "./search.ts";

// The scopes that take seconds; `deno task explore` does the others.
for (const name of ["small", "resign", "snapshot-crash", "join", "members-pair"]) {
  const scope = scopeNamed(name) as Scope;
  Deno.test(`scope ${name} (${scope.title}): every state obeys every law, and every rare situation is seen`, () => {
    const explorer = new Explorer(scope, { ...DEFAULT_OPTIONS, order: "gathering" });
    assertEquals(explorer.run().kind, "exhausted");
    const { states, transitions, marks } = explorer.figures;
    assertEquals(scope.shows.filter((mark) => !marks.includes(mark)), []);
    assert(transitions > states && states > 500, "hardly anything was explored");
    console.log(`${name}: ${states} states, ${transitions} transitions`);
  });
}

Deno.test("both orders of search find the same situations and exhaust the same scope", () => {
  const scope: Scope = { ...scopeNamed("small") as Scope, crashes: 0 };
  const [shortest, gathering] = (["shortest", "gathering"] as const).map((order) => {
    const explorer = new Explorer(scope, { ...DEFAULT_OPTIONS, order });
    assertEquals(explorer.run().kind, "exhausted");
    return explorer.figures;
  });
  assertEquals(gathering.marks, shortest.marks);
  assert(gathering.states <= shortest.states, "gathering is no shorter");
});

Deno.test("an exploration is deterministic", () => {
  const figures = [1, 2].map(() => {
    const explorer = new Explorer(scopeNamed("small") as Scope, DEFAULT_OPTIONS);
    for (let slice = 0; slice < 5; slice++) explorer.advance(1_000);
    return explorer.figures;
  });
  assertEquals(figures[0], figures[1]);
});

Deno.test("more states than allowed leave an exploration unfinished", () => {
  const explorer = new Explorer(scopeNamed("small") as Scope, { ...DEFAULT_OPTIONS, maxStates: 100 });
  assertEquals(explorer.run().kind, "unfinished");
});

Deno.test("every scope has a name of its own and says what it is for", () => {
  assertEquals(new Set(SCOPES.map(({ name }) => name)).size, SCOPES.length);
  for (const { shows } of SCOPES) assert(shows.length > 0);
});
