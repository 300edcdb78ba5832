// The expression tree that both parsers build and everything else reads.
// Numbers stay exact; a decimal literal keeps the flag `approximate`, because answers written as decimals are compared after
// rounding. There is no evaluation here: `2+3` stays a sum until someone asks for its value.
import { integer, negRational, divRational, type Rational } from './numbers/rational.ts';

/** Relation symbols. */
export type RelationOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
/** Binary set operations. */
export type SetOperator = 'union' | 'intersection' | 'minus';
/** Named sets. */
export type NamedSet = 'N' | 'Z' | 'Q' | 'R' | 'C' | 'P' | 'empty';

/** A literal number, exact. */
export interface NumberNode {
  readonly kind: 'number';
  readonly value: Rational;
  /** Written as a decimal, so known only to the digits shown. */
  readonly approximate: boolean;
}
/** A variable or another name; names are lower case. */
export interface SymbolNode {
  readonly kind: 'symbol';
  readonly name: string;
}
/** A constant of mathematics, infinity, or a value that does not exist. */
export interface ConstantNode {
  readonly kind: 'constant';
  readonly name: 'pi' | 'e' | 'i' | 'gamma' | 'infinity' | 'undefined';
}
/** A sum or a product in written order, flattened. */
export interface SumNode {
  readonly kind: 'add' | 'mul';
  readonly args: readonly Node[];
}
/** base^exponent; roots and quotients are powers as well. */
export interface PowerNode {
  readonly kind: 'pow';
  readonly base: Node;
  readonly exponent: Node;
}
/** A value times 1/100 that was written with a percent sign. */
export interface PercentNode {
  readonly kind: 'percent';
  readonly arg: Node;
}
/** A known function (`sin`, `log` with base as second argument, `abs`, `factorial`...), or an unknown one where `known` is false. */
export interface FunctionNode {
  readonly kind: 'function';
  readonly name: string;
  readonly known: boolean;
  readonly args: readonly Node[];
}
/** Sum, product, integral, limit, derivative: body, bound variable and bounds. */
export interface BinderNode {
  readonly kind: 'binder';
  readonly operator: 'sum' | 'product' | 'integral' | 'limit+' | 'limit-' | 'derivative';
  readonly variable: string;
  readonly body: Node;
  readonly bounds: readonly Node[];
}
/** A matrix by rows of one length. */
export interface MatrixNode {
  readonly kind: 'matrix';
  readonly rows: readonly (readonly Node[])[];
}
/** `tuple` keeps order; `set` was written as braces or as a list and drops repeats, `items` keep the written order. */
export interface CollectionNode {
  readonly kind: 'tuple' | 'set';
  readonly items: readonly Node[];
}
/** An interval of the real numbers; an open end does not belong to it. */
export interface IntervalNode {
  readonly kind: 'interval';
  readonly low: Node;
  readonly high: Node;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}
/** A set made of two others. */
export interface SetOperationNode {
  readonly kind: 'setOperation';
  readonly operator: SetOperator;
  readonly left: Node;
  readonly right: Node;
}
/** A set of numbers with its own sign, or the empty set. */
export interface NamedSetNode {
  readonly kind: 'namedSet';
  readonly name: NamedSet;
}
/** One equation or inequality. */
export interface RelationNode {
  readonly kind: 'relation';
  readonly operator: RelationOperator;
  readonly left: Node;
  readonly right: Node;
}
/** A chain `a < b < c` as its links in written order. */
export interface ChainNode {
  readonly kind: 'chain';
  readonly links: readonly RelationNode[];
}
/** A statement that compares equal only to the same statement (`A \subseteq B`, `x \notin S`). */
export interface StatementNode {
  readonly kind: 'statement';
  readonly operator: string;
  readonly args: readonly Node[];
}

/** Any mathematical answer. */
export type Node =
  | NumberNode
  | SymbolNode
  | ConstantNode
  | SumNode
  | PowerNode
  | PercentNode
  | FunctionNode
  | BinderNode
  | MatrixNode
  | CollectionNode
  | IntervalNode
  | SetOperationNode
  | NamedSetNode
  | RelationNode
  | ChainNode
  | StatementNode;

/** An exact or (for decimals) approximate number. */
export function number(value: Rational, approximate = false): NumberNode {
  return { kind: 'number', value, approximate };
}
/** A whole number. */
export function whole(value: number | bigint): NumberNode {
  return number(integer(value));
}
/** A named variable. */
export function symbol(name: string): SymbolNode {
  return { kind: 'symbol', name };
}
/** A mathematical constant. */
export function constant(name: ConstantNode['name']): ConstantNode {
  return { kind: 'constant', name };
}
/** A known function. */
export function call(name: string, ...args: readonly Node[]): FunctionNode {
  return { kind: 'function', name, known: true, args };
}
/** base^exponent. */
export function power(base: Node, exponent: Node): PowerNode {
  return { kind: 'pow', base, exponent };
}

/** left + right, flattened. */
export function add(left: Node, right: Node): Node {
  return {
    kind: 'add',
    args: [...(left.kind === 'add' ? left.args : [left]), ...(right.kind === 'add' ? right.args : [right])],
  };
}

/** left * right, flattened, order kept. */
export function multiply(left: Node, right: Node): Node {
  return {
    kind: 'mul',
    args: [...(left.kind === 'mul' ? left.args : [left]), ...(right.kind === 'mul' ? right.args : [right])],
  };
}

/** -node; a literal number is negated in place. */
export function negate(node: Node): Node {
  return node.kind === 'number' ? number(negRational(node.value), node.approximate) : multiply(whole(-1), node);
}

/** left / right; two whole literals give an exact fraction, division by a literal 0 the undefined constant. */
export function divide(left: Node, right: Node): Node {
  if (right.kind === 'number' && right.value.num === 0n) return constant('undefined');
  if (left.kind === 'number' && right.kind === 'number' && !left.approximate && !right.approximate) {
    const value = divRational(left.value, right.value);
    if (value) return number(value);
  }
  return multiply(left, power(right, whole(-1)));
}

/** left - right. */
export function subtract(left: Node, right: Node): Node {
  return add(left, negate(right));
}

/** The direct sub-expressions of a node, in written order. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'number':
    case 'symbol':
    case 'constant':
    case 'namedSet':
      return [];
    case 'add':
    case 'mul':
    case 'function':
    case 'statement':
      return node.args;
    case 'pow':
      return [node.base, node.exponent];
    case 'percent':
      return [node.arg];
    case 'binder':
      return [node.body, ...node.bounds];
    case 'matrix':
      return node.rows.flat();
    case 'tuple':
    case 'set':
      return node.items;
    case 'interval':
      return [node.low, node.high];
    case 'setOperation':
    case 'relation':
      return [node.left, node.right];
    case 'chain':
      return node.links;
  }
}
