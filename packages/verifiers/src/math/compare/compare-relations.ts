// Equations, inequalities and chains of them.
import { negate, subtract, type Node, type RelationNode } from '../ast.ts';
import type { Budget } from '../numbers/budget.ts';
import { proportional } from './identity.ts';
import { onlySymbols } from '../parse/parse-latex.ts';
import { variablesOf } from './relation-set.ts';
import type { Compare } from './compare-options.ts';

const FLIPPED: Readonly<Record<RelationNode['operator'], RelationNode['operator']>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** The links of a relation or chain; [] for anything else. */
export function linksOf(node: Node): readonly RelationNode[] {
  if (node.kind === 'relation') return [node];
  return node.kind === 'chain' ? node.links : [];
}

/** True for relations and chains. */
export function isRelation(node: Node): boolean {
  return node.kind === 'relation' || node.kind === 'chain';
}

/** True where every link is an equation. */
export function isEquation(node: Node): boolean {
  if (node.kind === 'relation') return node.operator === '=';
  return node.kind === 'chain' && node.links.every((link) => link.operator === '=');
}

/** True where a name is given a value: `x = 3`, `AB = 4 = 2 + 2`. */
export function isAssignment(node: Node): boolean {
  if (!isEquation(node)) return false;
  const [first] = linksOf(node);
  return first !== undefined && onlySymbols(first.left);
}

/** The last right side of an equation or chain. */
export function lastSide(node: Node): Node {
  return linksOf(node).at(-1)?.right ?? node;
}

/** `x = 1 + 1 = 2` -> `x = 2`. */
export function shortened(node: Node): Node {
  const links = linksOf(node);
  const [first] = links;
  return first && links.length > 1 ? { kind: 'relation', operator: '=', left: first.left, right: lastSide(node) } : node;
}

/** Longest chain that is compared. */
const MAX_LINKS = 100;

function isScalar(node: Node): boolean {
  return ['number', 'symbol', 'constant', 'add', 'mul', 'pow', 'percent', 'function', 'binder', 'matrix'].includes(node.kind);
}

function sameNames(a: Node, b: Node): boolean {
  const [left, right] = [variablesOf(a), variablesOf(b)];
  return left.size === right.size && [...left].every((name) => right.has(name));
}

/** Comparison of the sides, and the allowance for the work. */
export interface RelationContext {
  readonly compare: Compare;
  readonly budget: Budget;
}

/** One link with another: both sides, the difference of the sides, or a multiple of it. */
function sameLink(a: RelationNode, b: RelationNode, context: RelationContext): boolean {
  const { compare, budget } = context;
  const same = a.operator === b.operator;
  const flipped = FLIPPED[a.operator] === b.operator;
  if (!same && !flipped) return false;
  if (same && compare(a.left, b.left) && compare(a.right, b.right)) return true;
  if (flipped && compare(a.left, b.right) && compare(a.right, b.left)) return true;
  if (![a.left, a.right, b.left, b.right].every(isScalar)) return false;
  const [left, right] = [subtract(a.left, a.right), subtract(b.left, b.right)];
  if (!sameNames(left, right)) return false;
  const ordered = a.operator !== '=' && a.operator !== '!=';
  if (same && proportional(left, right, { positive: ordered, budget })) return true;
  return flipped && ordered && proportional(left, subtract(b.right, b.left), { positive: true, budget });
}

/** `|x| < 2` as `-2 < x < 2`: an absolute value of a bare variable says what its two bounds say. Other statements are left as they are. */
export function withoutAbsolute(node: Node): Node {
  if (node.kind !== 'relation') return node;
  const { left, right, operator } =
    node.left.kind === 'function' ? node : { left: node.right, right: node.left, operator: FLIPPED[node.operator] };
  const [inner] = left.kind === 'function' && left.name === 'abs' ? left.args : [];
  if (inner?.kind !== 'symbol' || (operator !== '<' && operator !== '<=') || variablesOf(right).size > 0) return node;
  return {
    kind: 'chain',
    links: [
      { kind: 'relation', operator, left: negate(right), right: inner },
      { kind: 'relation', operator, left: inner, right },
    ],
  };
}

/** Relations and chains; the links of a chain may be read from either end. */
export function sameRelation(groundTruth: Node, prediction: Node, context: RelationContext): boolean {
  const wanted = linksOf(groundTruth);
  const given = linksOf(prediction);
  if (wanted.length !== given.length || wanted.length > MAX_LINKS) return false;
  const inOrder = (links: readonly RelationNode[]): boolean => wanted.every((link, i) => sameLink(link, links[i] ?? link, context));
  return inOrder(given) || (given.length > 1 && inOrder([...given].reverse()));
}
