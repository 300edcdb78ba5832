/**
 * Similarity of two Markdown documents by the edit distance of their trees of headings and lines (`doc_parsing_evaluation` of `eval_scripts/TEDS_metric.py`). In the
 * authors' distance two lines that both have words are equal whatever the words, so that it compares the structure alone.
 */
import { countNodes, treeDistance, type TreeNode } from './tree-distance.ts';

interface MutableNode extends TreeNode<string> {
  readonly children: MutableNode[];
}

/** The similarity in `[0, 1]`. */
export function documentSimilarity(response: string, right: string): number {
  const [own, wanted] = [treeOf(response), treeOf(right)];
  const cost = (a: string, b: string): number => Number(a.trim() === '' || b.trim() === '');
  return 1 - treeDistance(own, wanted, cost) / Math.max(countNodes(own), countNodes(wanted));
}

function treeOf(text: string): MutableNode {
  const root: MutableNode = { label: 'ROOT', children: [{ label: 'TITLE', children: [] }] };
  let title = '';
  for (const line of text.split('\n').map(clean)) {
    const heading = line.startsWith('#');
    const label = heading ? line.replaceAll('#', '') : line;
    // A line goes to the first node that reads like the last heading, which need not be that heading.
    const parent = heading ? root : find(root, title === '' ? 'TITLE' : title);
    parent?.children.push({ label, children: [] });
    if (heading) title = label;
  }
  return root;
}

function find(node: MutableNode, label: string): MutableNode | undefined {
  if (node.label === label) return node;
  for (const child of node.children) {
    const found = find(child, label);
    if (found !== undefined) return found;
  }
  return undefined;
}

function clean(line: string): string {
  return line
    .replace(/<bos>|<eos>|<pad>|<unk>/g, '')
    .replace(/\s##(\S)/g, '$1')
    .replace(/\\\s/g, '\\')
    .replace(/\s\*\s\*\s/g, '**')
    .replace(/\{\s/g, '{')
    .replace(/\s\}/g, '}')
    .replace(/\s\}/g, '}')
    .replace(/\\begin\s/g, '\\begin')
    .replace(/\\end\s/g, '\\end')
    .replace(/\\end\{table\}/g, '\\end{table} \n\n')
    .replace(/[\n*_]/g, ' ');
}
