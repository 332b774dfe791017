/**
 * Which identifiers of a syntax tree mean a global: those in the place of a value that no enclosing scope declares.
 *
 * @module
 */

type Node = Deno.lint.Node;

/** Type syntax that carries a value inside it; in all other type syntax a name is only a type. */
const TYPED_VALUES: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
  "TSExportAssignment",
  "TSEnumMember",
]);

/** Whether `node` is read as a global value. */
export function isGlobalValue(node: Deno.lint.Identifier, sourceCode: Deno.lint.SourceCode): boolean {
  if (!isValue(node)) return false;
  for (const scope of sourceCode.getAncestors(node)) {
    if (declaredIn(scope, sourceCode.text).has(node.name)) return false;
  }
  return true;
}

function isValue(node: Deno.lint.Identifier): boolean {
  const parent = node.parent;
  switch (parent.type) {
    case "MemberExpression":
      return parent.computed || same(parent.object, node);
    case "Property":
      return parent.computed || same(parent.value, node);
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.computed || (parent.value !== null && same(parent.value, node));
    case "ImportSpecifier":
    case "ImportAttribute":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
      return false;
    case "ExportSpecifier":
      return !isReexport(parent) && same(parent.local, node);
    case "BinaryExpression": // `x instanceof Date` only looks at what was handed in.
      return !(parent.operator === "instanceof" && same(parent.right, node));
    default:
      return !parent.type.startsWith("TS") || TYPED_VALUES.has(parent.type);
  }
}

function isReexport(specifier: Deno.lint.ExportSpecifier): boolean {
  const statement: Node = specifier.parent;
  return "source" in statement && statement.source !== null;
}

/** Two nodes at one place are one; where a shorthand holds a key and a value at one place, it is the value. */
function same(a: Node, b: Node): boolean {
  return a.range[0] === b.range[0] && a.range[1] === b.range[1];
}

const known = new WeakMap<Node, ReadonlySet<string>>();

interface Declared {
  readonly names: Set<string>;
  readonly source: string;
}

function declaredIn(scope: Node, source: string): ReadonlySet<string> {
  let names = known.get(scope);
  if (names === undefined) {
    const found: Declared = { names: new Set(), source };
    collect(scope, found);
    names = found.names;
    known.set(scope, names);
  }
  return names;
}

function collect(scope: Node, into: Declared): void {
  switch (scope.type) {
    case "Program":
    case "BlockStatement":
    case "StaticBlock":
    case "TSModuleBlock":
      for (const statement of scope.body) fromStatement(statement, into);
      break;
    case "SwitchStatement":
      for (const branch of scope.cases) {
        for (const statement of branch.consequent) fromStatement(statement, into);
      }
      break;
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      for (const parameter of scope.params) fromPattern(parameter, into);
      if (scope.type !== "ArrowFunctionExpression" && scope.id) into.names.add(scope.id.name);
      break;
    case "ForStatement":
      if (scope.init) fromStatement(scope.init, into);
      break;
    case "ForInStatement":
    case "ForOfStatement":
      fromStatement(scope.left, into);
      break;
    case "CatchClause":
      if (scope.param) fromPattern(scope.param, into);
      break;
    case "ClassDeclaration":
    case "ClassExpression":
      if (scope.id) into.names.add(scope.id.name);
      break;
  }
}

/** `var` inside a nested block is not followed: the recommended rules forbid `var`. */
function fromStatement(node: Node, into: Declared): void {
  switch (node.type) {
    case "VariableDeclaration":
      for (const one of node.declarations) fromPattern(one.id, into);
      break;
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSDeclareFunction":
    case "TSEnumDeclaration":
    case "TSModuleDeclaration":
    case "TSImportEqualsDeclaration":
      if (node.id && node.id.type === "Identifier") into.names.add(node.id.name);
      break;
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
      if (node.declaration) fromStatement(node.declaration, into);
      break;
    case "ImportDeclaration":
      for (const one of node.specifiers) into.names.add(one.local.name);
      break;
  }
}

const HOLE = /[[,]\s*,/;

function textOf(node: Node, into: Declared): string {
  return into.source.slice(...node.range);
}

/** The tree of Deno 2.9 ends an array pattern at its first hole, `[, name]`: what follows is only in the text. */
function fromText(text: string, into: Declared): void {
  for (const [name] of text.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) into.names.add(name);
}

function fromPattern(node: Node | Deno.lint.TSParameterProperty, into: Declared): void {
  switch (node.type) {
    case "Identifier":
      into.names.add(node.name);
      break;
    case "ObjectPattern":
      for (const one of node.properties) fromPattern(one.type === "Property" ? one.value : one, into);
      break;
    case "ArrayPattern":
      for (const one of node.elements) if (one) fromPattern(one, into);
      if (HOLE.test(textOf(node, into))) fromText(textOf(node, into), into);
      break;
    case "AssignmentPattern":
      fromPattern(node.left, into);
      break;
    case "RestElement":
      fromPattern(node.argument, into);
      break;
    case "TSParameterProperty":
      fromPattern(node.parameter, into);
      break;
  }
}
