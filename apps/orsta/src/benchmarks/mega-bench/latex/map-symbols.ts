import type { MathNode as Node } from '@vtriune/verifiers/math';

/** The tree without the mark of decimals: their values are exact. */
export function exactly(node: Node): Node {
  switch (node.kind) {
    case 'number':
      return { ...node, approximate: false };
    case 'add':
    case 'mul':
    case 'function':
      return { ...node, args: node.args.map(exactly) };
    case 'pow':
      return { ...node, base: exactly(node.base), exponent: exactly(node.exponent) };
    case 'binder':
      return { ...node, bounds: node.bounds.map(exactly), body: exactly(node.body) };
    default:
      return node;
  }
}

/** The tree with every symbol replaced by what `replace` gives for its name; the variables that it binds are left as they are. */
export function mapSymbols(node: Node, replace: (name: string) => Node): Node {
  const inner = (own: Node): Node => mapSymbols(own, replace);
  switch (node.kind) {
    case 'symbol':
      return replace(node.name);
    case 'add':
    case 'mul':
    case 'function':
      return { ...node, args: node.args.map(inner) };
    case 'pow':
      return { ...node, base: inner(node.base), exponent: inner(node.exponent) };
    case 'binder':
      return {
        ...node,
        bounds: node.bounds.map(inner),
        body: mapSymbols(node.body, (name) => (name === node.variable ? { kind: 'symbol', name } : replace(name))),
      };
    default:
      return node;
  }
}

/** The tree with one symbol replaced. */
export function substitute(node: Node, name: string, value: Node): Node {
  return mapSymbols(node, (own) => (own === name ? value : { kind: 'symbol', name: own }));
}
