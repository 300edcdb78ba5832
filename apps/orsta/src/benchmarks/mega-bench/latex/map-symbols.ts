import type { MathNode as Node } from '@vtriune/verifiers/math';

/** The node with each of its parts replaced by what `replace` gives for it. */
function withParts(node: Node, replace: (part: Node) => Node): Node {
  switch (node.kind) {
    case 'add':
    case 'mul':
    case 'function':
      return { ...node, args: node.args.map(replace) };
    case 'pow':
      return { ...node, base: replace(node.base), exponent: replace(node.exponent) };
    case 'binder':
      return { ...node, bounds: node.bounds.map(replace), body: replace(node.body) };
    default:
      return node;
  }
}

/** The tree without the mark of decimals: their values are exact. */
export function exactly(node: Node): Node {
  return node.kind === 'number' ? { ...node, approximate: false } : withParts(node, exactly);
}

/** The tree with every symbol replaced by what `replace` gives for its name; the variables that it binds are left as they are. */
export function mapSymbols(node: Node, replace: (name: string) => Node): Node {
  if (node.kind === 'symbol') return replace(node.name);
  const inner = (part: Node): Node => mapSymbols(part, replace);
  if (node.kind !== 'binder') return withParts(node, inner);
  const free = (name: string): Node => (name === node.variable ? { kind: 'symbol', name } : replace(name));
  return { ...node, bounds: node.bounds.map(inner), body: mapSymbols(node.body, free) };
}

/** The tree with one symbol replaced. */
export function substitute(node: Node, name: string, value: Node): Node {
  return mapSymbols(node, (own) => (own === name ? value : { kind: 'symbol', name: own }));
}
