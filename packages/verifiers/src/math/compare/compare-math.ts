// Does a prediction say the same as the ground truth? The order of the questions is Math-Verify's, which makes the comparison
// deliberately asymmetric: the ground truth decides whether a name before the value matters.
import { childrenOf, type Node, type NumberNode } from '../ast.ts';
import { createBudget, spend, type Budget } from '../numbers/budget.ts';
import { isSetLike, sameCollection } from './compare-collections.ts';
import { isAssignment, isEquation, isRelation, lastSide, sameRelation, shortened, withoutAbsolute } from './compare-relations.ts';
import { sameName, sameScalar, type ScalarContext } from './compare-scalars.ts';
import { keyOf } from '../key.ts';
import { equalRational } from '../numbers/rational.ts';
import { relationDescribes, type RelationRules } from './relation-set.ts';
import { renameVariables } from './rename.ts';
import { addsSymbols } from './spelled-words.ts';
import type { ComparisonOptions } from './compare-options.ts';

/** What one comparison of two parts costs at least. */
const STEPS_PER_PAIR = 10;

interface Context {
  readonly decimals: ScalarContext['decimals'];
  readonly relationForSet: boolean;
  readonly words: boolean;
  readonly whereReal: boolean;
  readonly joined: ComparisonOptions['joined'];
  readonly budget: Budget;
}

/** A number to which no rounding and no name applies, as most answers are. */
function isExact(node: Node): node is NumberNode {
  return node.kind === 'number' && !node.approximate;
}

/** True where the prediction equals the ground truth. */
export function compareMath(groundTruth: Node, prediction: Node, options: ComparisonOptions = {}): boolean {
  if (isExact(groundTruth) && isExact(prediction)) return equalRational(groundTruth.value, prediction.value);
  const { decimals = 'digits', strict = true, relationForSet = false, words = false, whereReal = false, joined } = options;
  const renamed = strict ? prediction : matchVariables(groundTruth, prediction);
  return compareNodes(groundTruth, renamed, { decimals, relationForSet, words, whereReal, joined, budget: createBudget() });
}

/** Gives the variables of the prediction the names of the ground truth's, in order of appearance. */
function matchVariables(groundTruth: Node, prediction: Node): Node {
  const wanted = [...symbolsOf(groundTruth)];
  const given = [...symbolsOf(prediction)];
  if (wanted.length !== given.length) return prediction;
  return renameVariables(prediction, new Map(given.map((name, i) => [name, wanted[i] ?? name])));
}

function symbolsOf(node: Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (current: Node): void => {
    if (current.kind === 'symbol') names.add(current.name);
    else childrenOf(current).forEach(visit);
  };
  visit(node);
  return names;
}

function isUndefined(node: Node): boolean {
  return node.kind === 'constant' && node.name === 'undefined';
}

/** Whether a leading name is dropped on one side, depending on what the other is. */
function unwrapped(groundTruth: Node, prediction: Node): readonly [Node, Node] {
  if (!isRelation(groundTruth) && !isRelation(prediction)) return [groundTruth, prediction];
  const wanted = isAssignment(groundTruth) ? shortened(groundTruth) : groundTruth;
  const given = isAssignment(prediction) ? shortened(prediction) : prediction;
  if (isEquation(prediction) && !isEquation(groundTruth)) return [wanted, lastSide(given)];
  if (isAssignment(groundTruth) && !isEquation(prediction)) return [lastSide(wanted), given];
  return [wanted, given];
}

/** True where an inequality, or a list of them, is true exactly on a set of reals. */
function describesSet(statement: Node, set: Node, rules: RelationRules): boolean {
  const inequalities =
    isRelation(statement) || (statement.kind === 'set' && statement.items.length > 1 && statement.items.every(isRelation));
  return inequalities && isSetLike(set) && relationDescribes(statement, set, rules);
}

function compareNodes(groundTruth: Node, prediction: Node, context: Context): boolean {
  if (!spend(context.budget, STEPS_PER_PAIR) || isUndefined(groundTruth) || isUndefined(prediction)) return false;
  const [wanted, given] = unwrapped(groundTruth, prediction);
  if (isUndefined(wanted) || isUndefined(given)) return false;
  const nested = (a: Node, b: Node): boolean => compareNodes(a, b, { ...context, relationForSet: false });
  if (isRelation(wanted) && isSetLike(given) && relationDescribes(wanted, given, context)) return true;
  if (context.relationForSet && describesSet(given, wanted, context)) return true;
  if (context.relationForSet && describesSet(wanted, given, context)) return true;
  if (isRelation(wanted) && isRelation(given)) {
    const [a, b] = context.whereReal ? [withoutAbsolute(wanted), withoutAbsolute(given)] : [wanted, given];
    return sameRelation(a, b, { compare: nested, budget: context.budget });
  }
  if (isSetLike(wanted) || isSetLike(given)) return sameCollection(wanted, given, nested);
  if (isRelation(wanted) || isRelation(given)) return false;
  if (wanted.kind === 'statement' || given.kind === 'statement') return keyOf(wanted) === keyOf(given);
  if ((wanted.kind === 'symbol' || given.kind === 'symbol') && sameName(wanted, given)) return true;
  return !(context.words && addsSymbols(wanted, given)) && sameScalar(wanted, given, context);
}
