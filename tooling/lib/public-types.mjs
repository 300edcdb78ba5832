import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { root } from './workspace.mjs';

/**
 * The public types of a built package as the text of one declaration file for each entry: every exported declaration, and every
 * declaration of the package that one of those mentions, sorted by name and without comments.
 *
 * @param {{ folder: string, manifest: object }} member
 * @returns {Promise<Map<string, string>>} subpath (`.`, `./server`) -> text
 */
export async function publicTypes({ folder, manifest }) {
  const entries = Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath, { types }]) => [subpath, join(folder, types)]);
  const program = ts.createProgram(
    entries.map(([, file]) => file),
    { noEmit: true, skipLibCheck: true, moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.ESNext, types: [] },
  );
  const style = { ...(await resolveConfig(join(root, 'package.json'))), parser: 'typescript' };
  const texts = entries.map(async ([subpath, file]) => [subpath, await format(entryText(program, file, folder), style)]);
  return new Map(await Promise.all(texts));
}

/**
 * How two texts of public types differ, one line for each declaration: `+ added`, `- gone`, `~ changed`.
 *
 * @param {string} pinned
 * @param {string} now
 * @returns {string[]}
 */
export function typeDifferences(pinned, now) {
  const [before, after] = [pinned, now].map(declarationsOf);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${before.has(name) ? (after.has(name) ? '~' : '-') : '+'} ${name}`);
}

/** Declarations by their first line up to the name; overloads of a function are one. */
function declarationsOf(text) {
  const found = new Map();
  for (const block of text.split(/\n\n(?=\S)/)) {
    const name = /^(?:export )?(?:abstract )?(?:\w+ )?([\w$]+|\{[^}]*\})/.exec(block)?.[1];
    if (name !== undefined) found.set(name, `${found.get(name) ?? ''}${block.trim()}\n`);
  }
  return found;
}

function entryText(program, file, folder) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`${file} is missing. Build the packages first: npx pnpm gate build.`);
  const module = checker.getSymbolAtLocation(source);
  const exported = new Map(checker.getExportsOfModule(module).map((symbol) => [resolved(checker, symbol), symbol.name]));
  const blocks = [];
  const queue = [...exported.keys()];
  const seen = new Set(queue);
  for (const symbol of queue) {
    const own = (symbol.declarations ?? []).filter((node) => node.getSourceFile().fileName.startsWith(`${folder}/dist/`));
    if (own.length === 0 && exported.has(symbol)) blocks.push({ name: exported.get(symbol), text: reExported(symbol, exported) });
    for (const node of own.map(statementOf)) {
      blocks.push({ name: exported.get(symbol) ?? symbol.name, text: printed(node, exported.get(symbol)) });
      for (const next of mentioned(checker, node).filter((one) => !seen.has(one))) {
        seen.add(next);
        queue.push(next);
      }
    }
  }
  const lines = blocks.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).map(({ text }) => text);
  return [...new Set(lines)].join('\n\n');
}

function resolved(checker, symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** A name that comes from another package. */
function reExported(symbol, exported) {
  return `export { ${exported.get(symbol)} } from '${symbol.declarations?.[0]?.getSourceFile().fileName.replace(/^.*node_modules\//, '') ?? '?'}';`;
}

/** The whole statement: `declare const a: number;` for the `a: number` that a symbol points at. */
function statementOf(node) {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}

function isTopLevel(node) {
  const { parent } = statementOf(node);
  return parent !== undefined && ts.isSourceFile(parent);
}

const printer = ts.createPrinter({ removeComments: true });

function printed(node, exportedName) {
  const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()).replace(/^(export )?(declare )?/, '');
  return exportedName === undefined ? text : `export ${text}`;
}

/** The symbols of this package that a declaration mentions. */
function mentioned(checker, node) {
  const found = [];
  const visit = (child) => {
    if (ts.isIdentifier(child)) {
      const symbol = checker.getSymbolAtLocation(child);
      const target = symbol === undefined ? undefined : resolved(checker, symbol);
      if (target?.declarations?.some(isTopLevel)) found.push(target);
    }
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}
