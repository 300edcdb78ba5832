// Renaming variables throughout an expression.
import type { Node } from '../ast.ts';

/** The expression with its symbols renamed; bound variables of sums and integrals are left alone. */
export function renameVariables(node: Node, names: ReadonlyMap<string, string>): Node {
  const rename = (child: Node): Node => renameVariables(child, names);
  switch (node.kind) {
    case 'symbol':
      return { kind: 'symbol', name: names.get(node.name) ?? node.name };
    case 'add':
    case 'mul':
    case 'function':
    case 'statement':
      return { ...node, args: node.args.map(rename) };
    case 'pow':
      return { ...node, base: rename(node.base), exponent: rename(node.exponent) };
    case 'percent':
      return { ...node, arg: rename(node.arg) };
    case 'binder':
      return names.has(node.variable) ? node : { ...node, body: rename(node.body), bounds: node.bounds.map(rename) };
    case 'matrix':
      return { ...node, rows: node.rows.map((row) => row.map(rename)) };
    case 'tuple':
    case 'set':
      return { ...node, items: node.items.map(rename) };
    case 'interval':
      return { ...node, low: rename(node.low), high: rename(node.high) };
    case 'setOperation':
      return { ...node, left: rename(node.left), right: rename(node.right) };
    case 'relation':
      return { ...node, left: rename(node.left), right: rename(node.right) };
    case 'chain':
      return { ...node, links: node.links.map((link) => ({ ...link, left: rename(link.left), right: rename(link.right) })) };
    default:
      return node;
  }
}
