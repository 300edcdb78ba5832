import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript';

/**
 * The import cycles among source files, each as the list of its files in the order of their imports. `import type` counts: two files
 * that need each other's types cannot be read one after the other.
 *
 * @param {readonly string[]} files absolute paths
 * @returns {string[][]} one cycle for each group of files that reach each other
 */
export function importCycles(files) {
  const graph = new Map(files.map((file) => [file, importsOf(file)]));
  return groupsThatReachEachOther(graph).map((group) => cycleIn(graph, group));
}

/**
 * The cycles as problems of a gate, with paths from `root`.
 *
 * @param {readonly string[]} files
 * @param {string} root
 */
export function cycleProblems(files, root) {
  return importCycles(files).map((cycle) => {
    const names = [...cycle, cycle[0]].map((file) => relative(root, file));
    return `${names.join('\n    imports ')}\n  Move what both need into a file of its own, or pass it as an argument.`;
  });
}

/** The files that a file imports or re-exports by a relative path. */
function importsOf(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => resolve(dirname(file), name))
    .filter((path) => existsSync(path));
}

/** Tarjan's strongly connected components, without those of one file that does not import itself. */
function groupsThatReachEachOther(graph) {
  const order = new Map();
  const low = new Map();
  const open = [];
  const groups = [];
  const visit = (file) => {
    order.set(file, order.size);
    low.set(file, order.get(file));
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) low.set(file, Math.min(low.get(file), low.get(next)));
    }
    if (low.get(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1 || graph.get(file)?.includes(file)) groups.push(group);
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return groups;
}

/** A shortest way from the first file of a group back to itself. */
function cycleIn(graph, group) {
  const start = [...group].sort()[0];
  const ways = [[start]];
  const seen = new Set();
  for (const way of ways) {
    for (const next of graph.get(way.at(-1)) ?? []) {
      if (next === start) return way;
      if (!group.includes(next) || seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return group;
}
