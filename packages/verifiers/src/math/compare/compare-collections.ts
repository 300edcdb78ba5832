// Sets, tuples and intervals.
import { keyOf } from '../key.ts';
import { piecesOf } from './real-sets.ts';
import type { CollectionNode, IntervalNode, Node } from '../ast.ts';
import type { Compare } from './compare-options.ts';

function isCollection(node: Node): node is CollectionNode {
  return node.kind === 'set' || node.kind === 'tuple';
}

/** True for answers that stand for several values. */
export function isSetLike(node: Node): boolean {
  return isCollection(node) || node.kind === 'interval' || node.kind === 'setOperation' || node.kind === 'namedSet';
}

function distinct(items: readonly Node[]): readonly Node[] {
  const seen = new Map(items.map((item) => [keyOf(item), item] as const));
  return seen.size === items.length ? items : [...seen.values()];
}

const MAX_UNORDERED = 300;

/** One-to-one, in any order. */
function sameUnordered(a: readonly Node[], b: readonly Node[], compare: Compare): boolean {
  if (a.length !== b.length || a.length > MAX_UNORDERED) return false;
  const open = [...b];
  const keys = b.map(keyOf);
  for (const item of a) {
    const key = keyOf(item);
    let index = keys.indexOf(key);
    if (index < 0 || !compare(item, open[index] ?? item)) index = open.findIndex((candidate) => compare(item, candidate));
    if (index < 0) return false;
    open.splice(index, 1);
    keys.splice(index, 1);
  }
  return true;
}

function sameOrdered(a: readonly Node[], b: readonly Node[], compare: Compare): boolean {
  return a.length === b.length && a.every((item, i) => compare(item, b[i] ?? item));
}

/** A ground truth set ignores order; a ground truth tuple keeps it, also against a list. */
function sameItems(groundTruth: CollectionNode, prediction: CollectionNode, compare: Compare): boolean {
  if (groundTruth.kind === 'tuple') return sameOrdered(groundTruth.items, prediction.items, compare);
  const wanted = distinct(groundTruth.items);
  const given = prediction.kind === 'set' ? distinct(prediction.items) : prediction.items;
  return sameUnordered(wanted, given, compare);
}

function sameInterval(a: IntervalNode, b: IntervalNode, compare: Compare): boolean {
  return a.lowOpen === b.lowOpen && a.highOpen === b.highOpen && compare(a.low, b.low) && compare(a.high, b.high);
}

/** (1, 2) may have been meant as a pair. */
function asPair(node: IntervalNode): CollectionNode | null {
  return node.lowOpen && node.highOpen ? { kind: 'tuple', items: [node.low, node.high] } : null;
}

function samePieces(a: Node, b: Node, compare: Compare): boolean {
  const [left, right] = [piecesOf(a), piecesOf(b)];
  if (!left || !right || left.length !== right.length) return false;
  return left.every((piece, i) => {
    const other = right[i];
    return other !== undefined && sameInterval({ kind: 'interval', ...piece }, { kind: 'interval', ...other }, compare);
  });
}

function wrap(node: Node): Node {
  return isSetLike(node) ? node : { kind: 'set', items: [node] };
}

/** Compares where at least one side is a set, a tuple or an interval; a single value counts as a set of one. */
export function sameCollection(groundTruth: Node, prediction: Node, compare: Compare): boolean {
  const [a, b] = [wrap(groundTruth), wrap(prediction)];
  if (a.kind === 'interval' && b.kind === 'interval') return sameInterval(a, b, compare);
  if (keyOf(a) === keyOf(b)) return true;
  if (isCollection(a) && isCollection(b)) return sameItems(a, b, compare);
  const pairA = a.kind === 'interval' && isCollection(b) && b.items.length === 2 ? asPair(a) : null;
  if (pairA && isCollection(b)) return sameItems(pairA, b, compare);
  const pairB = b.kind === 'interval' && isCollection(a) && a.items.length === 2 ? asPair(b) : null;
  if (pairB && isCollection(a)) return sameItems(a, pairB, compare);
  return samePieces(a, b, compare);
}
