/**
 * A rule for `deno lint`: no ambient time, chance, input or output outside the files that {@linkcode isAllowed} names.
 *
 * A run of the simulated world can be repeated from its seed only while nothing in it asks the real world. One stray
 * `Date.now()` makes a failing seed pass on the second try, and nobody will ever find out why.
 *
 * @module
 */
import { isAllowed } from "./allowed.ts";
import { type Ban, FORBIDDEN_GLOBALS, FORBIDDEN_IMPORTS, FORBIDDEN_MEMBERS } from "./forbidden.ts";
import { isGlobalValue } from "./scope.ts";

type Node = Deno.lint.Node;

const ROOT: string = decodeURIComponent(new URL("../../", import.meta.url).pathname);

const plugin: Deno.lint.Plugin = {
  name: "flotilla",
  rules: { ambient: { create } },
};
export default plugin;

function create(ctx: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const path = fromRoot(ctx.filename);
  const seen = new Set<number>(); // The shorthand `{ Date }` is two nodes at one place.

  function judge(node: Node, name: string, ban: Ban | undefined): void {
    if (ban === undefined || isAllowed(path, name) || seen.has(node.range[0])) return;
    seen.add(node.range[0]);
    const message = `\`${name}\` reaches for ${ban.what}, which no seed repeats`;
    ctx.report({
      node,
      message,
      hint: `${ban.instead}; or name the file and the reason in tests/lint/allowed.ts`,
    });
  }

  function judgeSource(source: Node | null): void {
    if (source?.type !== "Literal" || typeof source.value !== "string") return;
    for (const [start, ban] of FORBIDDEN_IMPORTS) {
      if (source.value.startsWith(start)) judge(source, source.value, ban);
    }
  }

  return {
    Identifier(node) {
      const members = FORBIDDEN_MEMBERS.get(node.name);
      const ban = FORBIDDEN_GLOBALS.get(node.name);
      if ((members === undefined && ban === undefined) || !isGlobalValue(node, ctx.sourceCode)) return;
      if (ban !== undefined) judge(node, dotted(node), ban);
      for (const member of members === undefined ? [] : membersTaken(node)) {
        if (member !== undefined) judge(node, `${node.name}.${member}`, members?.get(member));
        else judge(node, node.name, members?.values().next().value);
      }
    },
    ImportDeclaration: (node) => judgeSource(node.source),
    ExportNamedDeclaration: (node) => judgeSource(node.source),
    ExportAllDeclaration: (node) => judgeSource(node.source),
    ImportExpression: (node) => judgeSource(node.source),
  };
}

/** `Deno.test` where a member is named, else `Deno`. */
function dotted(node: Deno.lint.Identifier): string {
  const member = memberName(node.parent);
  return member === undefined ? node.name : `${node.name}.${member}`;
}

/** The members of a global that one use takes; `undefined` stands for "cannot be seen from here". */
function membersTaken(node: Deno.lint.Identifier): (string | undefined)[] {
  const parent = node.parent;
  if (parent.type === "MemberExpression") return [memberName(parent)];
  if (parent.type !== "VariableDeclarator") return [];
  if (parent.id.type !== "ObjectPattern") return [undefined];
  return parent.id.properties.map((one) =>
    one.type === "Property" && one.key.type === "Identifier" && !one.computed ? one.key.name : undefined
  );
}

function memberName(node: Node): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  const property = node.property;
  if (!node.computed) return property.type === "Identifier" ? property.name : undefined;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : undefined;
}

/** Path from the root of the repository, with slashes; Windows writes `C:\…` where the URL says `/C:/…`. */
function fromRoot(filename: string): string {
  const slashed = filename.replace(/^file:\/\//, "").replaceAll("\\", "/");
  const absolute = /^[A-Za-z]:/.test(slashed) ? `/${slashed}` : slashed;
  return absolute.startsWith(ROOT) ? absolute.slice(ROOT.length) : slashed;
}
