/**
 * Reads what a source file imports, from its syntax tree: texts, comments and examples are no imports.
 *
 * @module
 */

/** One arrow out of a file. */
export interface Import {
  /** As written: `./log.ts`, `@std/assert`. */
  readonly source: string;
  readonly line: number;
  /** `loads` runs the other file; `names` only finds its place, as to start a worker from it. */
  readonly kind: "loads" | "names";
}

/** Everything a file imports: static, re-exported, dynamic, type-only, and what `import.meta.resolve` names. */
export function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  const take = (node: Deno.lint.Node | null, kind: Import["kind"] = "loads") => {
    if (node?.type !== "Literal" || typeof node.value !== "string") return;
    found.push({ source: node.value, line: text.slice(0, node.range[0]).split("\n").length, kind });
  };
  const rule: Deno.lint.Rule = {
    create: () => ({
      ImportDeclaration: (node) => take(node.source),
      ExportNamedDeclaration: (node) => take(node.source),
      ExportAllDeclaration: (node) => take(node.source),
      ImportExpression: (node) => take(node.source),
      TSImportType: (node) =>
        take(node.argument.type === "TSLiteralType" ? node.argument.literal : node.argument),
      "CallExpression[callee.property.name='resolve'][callee.object.type='MetaProperty']": (
        node: Deno.lint.CallExpression,
      ) => take(node.arguments[0] ?? null, "names"),
    }),
  };
  Deno.lint.runPlugin({ name: "gate", rules: { imports: rule } }, file, text);
  return found;
}
