// Sets of reals as sorted, disjoint pieces, so that unions written in any way compare piece by piece.
import { constant, multiply, whole, type Node, type SetOperationNode } from '../ast.ts';
import { signOf } from '../numbers/evaluate.ts';

/** One piece: an interval, or a single point where both ends are the same closed value. */
export interface Piece {
  readonly low: Node;
  readonly high: Node;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}

const INFINITY = constant('infinity');
const MINUS_INFINITY = multiply(whole(-1), INFINITY);
const MAX_PIECES = 200;

const ALL: readonly Piece[] = [{ low: MINUS_INFINITY, high: INFINITY, lowOpen: true, highOpen: true }];

/** An order on end points; null where one is not a real constant. */
function order(a: Node, b: Node): number | null {
  return signOf(a, b);
}

function isEmpty(piece: Piece): boolean | null {
  const sign = order(piece.low, piece.high);
  if (sign === null) return null;
  return sign > 0 || (sign === 0 && (piece.lowOpen || piece.highOpen));
}

/** The pieces of a set of reals; null where the expression is none or its ends cannot be ordered. */
export function piecesOf(node: Node): readonly Piece[] | null {
  switch (node.kind) {
    case 'interval':
      return isEmpty(node) === null ? null : merge([node]);
    case 'set':
      return merge(node.items.map((item) => ({ low: item, high: item, lowOpen: false, highOpen: false })));
    case 'namedSet':
      return node.name === 'empty' ? [] : node.name === 'R' ? ALL : null;
    case 'setOperation':
      return combine(node);
    default:
      return null;
  }
}

function combine(node: SetOperationNode): readonly Piece[] | null {
  const left = piecesOf(node.left);
  const right = left && piecesOf(node.right);
  if (!left || !right) return null;
  if (node.operator === 'union') return merge([...left, ...right]);
  const other = node.operator === 'minus' ? complement(right) : right;
  return other && intersect(left, other);
}

function startOrder(a: Piece, b: Piece): number | null {
  const sign = order(a.low, b.low);
  return sign === 0 ? Number(a.lowOpen) - Number(b.lowOpen) : sign;
}

/** Sorts and joins pieces that overlap or touch. */
function merge(pieces: readonly Piece[]): readonly Piece[] | null {
  if (pieces.length > MAX_PIECES) return null;
  const kept: Piece[] = [];
  for (const piece of pieces) {
    const empty = isEmpty(piece);
    if (empty === null) return null;
    if (!empty) kept.push(piece);
  }
  let ordered = true;
  kept.sort((a, b) => {
    const sign = startOrder(a, b);
    if (sign === null) ordered = false;
    return sign ?? 0;
  });
  if (!ordered) return null;
  const joined: Piece[] = [];
  for (const piece of kept) {
    const last = joined.at(-1);
    const gap = last ? order(last.high, piece.low) : -1;
    if (gap === null) return null;
    if (!last || gap < 0 || (gap === 0 && last.highOpen && piece.lowOpen)) joined.push(piece);
    else {
      const extended = extend(last, piece);
      if (!extended) return null;
      joined[joined.length - 1] = extended;
    }
  }
  return joined;
}

function extend(last: Piece, piece: Piece): Piece | null {
  const sign = order(piece.high, last.high);
  if (sign === null) return null;
  if (sign < 0) return last;
  return { ...last, high: piece.high, highOpen: sign === 0 ? last.highOpen && piece.highOpen : piece.highOpen };
}

function complement(pieces: readonly Piece[]): readonly Piece[] | null {
  const gaps: Piece[] = [];
  let low: Node = MINUS_INFINITY;
  let lowOpen = true;
  for (const piece of pieces) {
    gaps.push({ low, high: piece.low, lowOpen, highOpen: !piece.lowOpen });
    low = piece.high;
    lowOpen = !piece.highOpen;
  }
  gaps.push({ low, high: INFINITY, lowOpen, highOpen: true });
  return merge(gaps);
}

function intersect(left: readonly Piece[], right: readonly Piece[]): readonly Piece[] | null {
  if (left.length * right.length > MAX_PIECES) return null;
  const common: Piece[] = [];
  for (const a of left)
    for (const b of right) {
      const start = startOrder(a, b);
      const end = order(a.high, b.high);
      if (start === null || end === null) return null;
      const [low, lowOpen] = start >= 0 ? [a.low, a.lowOpen] : [b.low, b.lowOpen];
      const [high, highOpen] = end < 0 || (end === 0 && a.highOpen) ? [a.high, a.highOpen] : [b.high, b.highOpen];
      common.push({ low, high, lowOpen, highOpen });
    }
  return merge(common);
}
