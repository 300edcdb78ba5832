// The set that an inequality in one variable describes, compared with a given set: `1 <= |z| <= 3/2` and a union of intervals.
// The inequality is not solved. Its truth is compared with membership at every end point of the set, right beside each, between them,
// far out, and at many points in between; an inequality whose truth flips anywhere else than at the end points is told apart unless
// it does so between two neighboring points.
import { createBudget, type Budget } from '../numbers/budget.ts';
import { constantValue, evaluate } from '../numbers/evaluate.ts';
import { keyOf } from '../key.ts';
import { piecesOf, type Piece } from './real-sets.ts';
import { childrenOf, type Node, type RelationNode } from '../ast.ts';

/** Names of the free variables; an unknown function of anything counts as one variable. */
export function variablesOf(node: Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (current: Node): void => {
    if (current.kind === 'symbol') names.add(current.name);
    else if (current.kind === 'function' && !current.known) names.add(keyOf(current));
    else childrenOf(current).forEach(visit);
  };
  visit(node);
  return names;
}

function holds(link: RelationNode, x: number, budget: Budget): boolean | null {
  const point = { at: (): number => x, budget };
  const [left, right] = [evaluate(link.left, point), evaluate(link.right, point)];
  if (!left || !right) return null;
  const tolerance = 16 * (left.error + right.error);
  if (Math.abs(left.im) > tolerance || Math.abs(right.im) > tolerance) return false;
  const gap = left.re - right.re;
  const equal = Math.abs(gap) <= tolerance;
  switch (link.operator) {
    case '=':
      return equal;
    case '!=':
      return !equal;
    case '<':
      return !equal && gap < 0;
    case '<=':
      return equal || gap < 0;
    case '>':
      return !equal && gap > 0;
    case '>=':
      return equal || gap > 0;
  }
}

interface End {
  readonly value: number;
  readonly open: boolean;
}

function contains(spans: readonly (readonly [End, End])[], x: number, near: number): boolean {
  return spans.some(([low, high]) => {
    const above = x > low.value + near || (!low.open && Math.abs(x - low.value) <= near);
    const below = x < high.value - near || (!high.open && Math.abs(x - high.value) <= near);
    return above && below;
  });
}

function spansOf(pieces: readonly Piece[]): (readonly [End, End])[] | null {
  const spans: (readonly [End, End])[] = [];
  for (const piece of pieces) {
    const [low, high] = [constantValue(piece.low), constantValue(piece.high)];
    if (low === null || high === null) return null;
    spans.push([
      { value: low, open: piece.lowOpen },
      { value: high, open: piece.highOpen },
    ]);
  }
  return spans;
}

function testPoints(ends: readonly number[]): number[] {
  const sorted = [...new Set(ends)].sort((a, b) => a - b);
  const scale = Math.max(1, ...sorted.map(Math.abs));
  const points = [...sorted, 0, scale * 10.37, -scale * 10.37, scale * 1234.5, -scale * 1234.5];
  sorted.forEach((end, i) => {
    const step = 1e-6 * Math.max(1, Math.abs(end));
    points.push(end - step, end + step);
    const next = sorted[i + 1];
    if (next !== undefined) points.push((end + next) / 2, end + (next - end) * 0.137, end + (next - end) * 0.863);
  });
  for (let i = -60; i <= 60; i += 1) points.push((i + 0.3819) * 0.0571 * scale);
  for (let i = -12; i <= 12; i += 1) points.push(i);
  return points;
}

/** How the inequalities of a list are joined, where it is known, and the allowance for the work. */
export interface RelationRules {
  readonly budget?: Budget;
  readonly joined?: 'and' | 'or' | undefined;
}

/** True where the inequality (or a chain or list of them) holds exactly on the set; false where it does not or cannot be told. */
export function relationDescribes(statement: Node, set: Node, { budget = createBudget(), joined }: RelationRules = {}): boolean {
  const parts = statement.kind === 'set' ? statement.items.map(linksOf) : [linksOf(statement)];
  if (parts.some((links) => links.length === 0) || variablesOf(statement).size !== 1) return false;
  // "x < 1 or x > 2" and "x > 1 and x < 2" are both lists of inequalities once they are read; a comma may mean either.
  return (
    (joined !== 'and' && describes(parts, set, budget)) || (joined !== 'or' && parts.length > 1 && describes([parts.flat()], set, budget))
  );
}

function linksOf(node: Node): readonly RelationNode[] {
  return node.kind === 'chain' ? node.links : node.kind === 'relation' ? [node] : [];
}

function describes(parts: readonly (readonly RelationNode[])[], set: Node, budget: Budget): boolean {
  const pieces = piecesOf(set);
  const spans = pieces && spansOf(pieces);
  if (!spans) return false;
  const ends = spans.flatMap(([low, high]) => [low.value, high.value]).filter(Number.isFinite);
  let seen = 0;
  for (const x of testPoints(ends)) {
    const verdicts = parts.map((links) => links.map((link) => holds(link, x, budget)));
    if (verdicts.flat().includes(null)) continue;
    if (verdicts.some((links) => links.every((verdict) => verdict === true)) !== contains(spans, x, 1e-12 * Math.max(1, Math.abs(x))))
      return false;
    seen += 1;
  }
  return seen > 20;
}
