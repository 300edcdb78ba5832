// Matrix arithmetic on expressions: sums, products, multiples and transposes are carried out cell by cell, nothing is simplified.
import { at } from '@vtriune/format/at';
import { add, multiply, type Node } from '../ast.ts';

type Rows = readonly (readonly Node[])[];

const MAX_CELLS = 400;

function transpose(rows: Rows): Rows {
  return at(rows, 0).map((_, column) => rows.map((row) => at(row, column)));
}

function sum(a: Rows, b: Rows): Rows | null {
  if (a.length !== b.length || a[0]?.length !== b[0]?.length) return null;
  return a.map((row, i) => row.map((cell, j) => add(cell, at(at(b, i), j))));
}

function product(a: Rows, b: Rows): Rows | null {
  const columns = transpose(b);
  if (a[0]?.length !== b.length || a.length * columns.length * b.length > MAX_CELLS) return null;
  return a.map((row) => columns.map((column) => dot(row, column)));
}

function dot(row: readonly Node[], column: readonly Node[]): Node {
  const terms = row.map((cell, k) => multiply(cell, at(column, k)));
  return terms.reduce((total, term) => add(total, term));
}

function multiplyAll(args: readonly Node[]): Rows | null {
  let rows: Rows | null = null;
  const factors: Node[] = [];
  for (const arg of args) {
    const next = toMatrix(arg);
    if (!next) factors.push(arg);
    else rows = rows ? product(rows, next) : next;
    if (next && !rows) return null;
  }
  if (!rows || factors.length === 0) return rows;
  const factor = factors.reduce((total, node) => multiply(total, node));
  return rows.map((row) => row.map((cell) => multiply(factor, cell)));
}

/** The cells of a matrix expression; null where it is none or shapes do not fit. */
export function toMatrix(node: Node): Rows | null {
  if (node.kind === 'matrix') return node.rows.length * at(node.rows, 0).length <= MAX_CELLS ? node.rows : null;
  if (node.kind === 'mul') return multiplyAll(node.args);
  if (node.kind === 'function' && node.name === 'transpose' && node.args[0]) {
    const rows = toMatrix(node.args[0]);
    return rows && transpose(rows);
  }
  if (node.kind !== 'add') return null;
  return node.args.map(toMatrix).reduce<Rows | null>((total, rows, i) => (i === 0 ? rows : total && rows && sum(total, rows)), null);
}
