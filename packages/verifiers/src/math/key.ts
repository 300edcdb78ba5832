// A text that identifies an expression up to the order of sums and products. Equal keys mean equal expressions; different keys say
// nothing. Used for exact comparison of what has no value (unknown functions, integrals, statements) and as names of pseudo-variables.
import { rationalKey } from './numbers/rational.ts';
import { childrenOf, type Node } from './ast.ts';

/** The identifying text of an expression. */
export function keyOf(node: Node): string {
  switch (node.kind) {
    case 'number':
      return rationalKey(node.value);
    case 'symbol':
      return `'${node.name}`;
    case 'constant':
      return `#${node.name}`;
    case 'namedSet':
      return `#${node.name}`;
    case 'add':
    case 'mul':
      return `${node.kind}(${node.args.map(keyOf).sort().join(' ')})`;
    case 'set':
      return `set(${[...new Set(node.items.map(keyOf))].sort().join(' ')})`;
    case 'function':
      return `${node.name}${node.known ? '' : '?'}(${node.args.map(keyOf).join(' ')})`;
    case 'binder':
      return `${node.operator} ${node.variable}(${childrenOf(node).map(keyOf).join(' ')})`;
    case 'matrix':
      return `matrix(${node.rows.map((row) => row.map(keyOf).join(' ')).join(';')})`;
    case 'interval':
      return `${node.lowOpen ? '(' : '['}${keyOf(node.low)} ${keyOf(node.high)}${node.highOpen ? ')' : ']'}`;
    case 'setOperation':
    case 'relation':
      return `${node.operator}(${keyOf(node.left)} ${keyOf(node.right)})`;
    case 'statement':
      return `${node.operator}(${node.args.map(keyOf).join(' ')})`;
    default:
      return `${node.kind}(${childrenOf(node).map(keyOf).join(' ')})`;
  }
}
