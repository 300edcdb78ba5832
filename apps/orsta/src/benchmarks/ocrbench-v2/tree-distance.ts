/** The edit distance of two ordered trees (Zhang and Shasha, SIAM Journal on Computing 18(6), 1989): the least cost of inserting, removing and renaming nodes. */

/** A node with its children in order. */
export interface TreeNode<Label> {
  readonly label: Label;
  readonly children: readonly TreeNode<Label>[];
}

/** How many nodes a tree has. */
export function countNodes(tree: TreeNode<unknown>): number {
  return tree.children.reduce((sum, child) => sum + countNodes(child), 1);
}

interface Indexed<Label> {
  /** Labels in postorder. */
  readonly labels: readonly Label[];
  /** For each node, the first leaf under it. */
  readonly leftmost: Int32Array;
  /** Nodes that have a left sibling, and the root, ascending. */
  readonly keyRoots: readonly number[];
}

/** The distance where inserting or removing a node costs 1, and renaming it what `rename` says. */
export function treeDistance<Label>(a: TreeNode<Label>, b: TreeNode<Label>, rename: (from: Label, to: Label) => number): number {
  const [first, second] = [indexTree(a), indexTree(b)];
  const width = second.labels.length + 1;
  const trees = new Float64Array(first.labels.length * second.labels.length);
  const forests = new Float64Array((first.labels.length + 1) * width);
  for (const i of first.keyRoots) for (const j of second.keyRoots) compareForests({ first, second, trees, forests, width, rename }, i, j);
  return trees.at(-1) ?? 0;
}

function indexTree<Label>(root: TreeNode<Label>): Indexed<Label> {
  const labels: Label[] = [];
  const leftmost: number[] = [];
  const visit = (node: TreeNode<Label>): number => {
    const firsts = node.children.map(visit);
    const own = labels.length;
    labels.push(node.label);
    leftmost.push(firsts[0] ?? own);
    return leftmost[own]!;
  };
  visit(root);
  const last = new Map(leftmost.map((leaf, node) => [leaf, node]));
  return { labels, leftmost: Int32Array.from(leftmost), keyRoots: [...last.values()].sort((one, other) => one - other) };
}

interface Distances<Label> {
  readonly first: Indexed<Label>;
  readonly second: Indexed<Label>;
  /** Of each pair of subtrees. */
  readonly trees: Float64Array;
  /** Of the forests before each pair of nodes of the two subtrees under comparison. */
  readonly forests: Float64Array;
  readonly width: number;
  readonly rename: (from: Label, to: Label) => number;
}

function compareForests<Label>({ first, second, trees, forests, width, rename }: Distances<Label>, i: number, j: number): void {
  const [left, top] = [first.leftmost[i]!, second.leftmost[j]!];
  forests[0] = 0;
  for (let row = left; row <= i; row++) forests[(row - left + 1) * width] = row - left + 1;
  for (let column = top; column <= j; column++) forests[column - top + 1] = column - top + 1;
  for (let row = left; row <= i; row++)
    for (let column = top; column <= j; column++) {
      const at = (row - left + 1) * width + column - top + 1;
      const least = Math.min(forests[at - width]! + 1, forests[at - 1]! + 1);
      const pair = row * second.labels.length + column;
      const whole = first.leftmost[row] === left && second.leftmost[column] === top;
      if (whole) {
        trees[pair] = Math.min(least, forests[at - width - 1]! + rename(first.labels[row]!, second.labels[column]!));
        forests[at] = trees[pair]!;
      } else {
        const before = (first.leftmost[row]! - left) * width + second.leftmost[column]! - top;
        forests[at] = Math.min(least, forests[before]! + trees[pair]!);
      }
    }
}
