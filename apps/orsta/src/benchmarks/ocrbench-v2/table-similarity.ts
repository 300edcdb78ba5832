/**
 * TEDS, the similarity of two HTML tables by the edit distance of their trees (`eval_scripts/TEDS_metric.py`): 1 minus the distance over the number of elements.
 * Cells are compared by their characters and the tags in them. Left out: `th` has no text in the authors' tree, so it has none here.
 */
import { distance } from 'fastest-levenshtein';
import { ElementType, parseDocument } from 'htmlparser2';
import { parseIntText } from '../python/float.ts';
import { treeDistance, type TreeNode } from './tree-distance.ts';

interface Cell {
  readonly tag: string;
  readonly colspan: number;
  readonly rowspan: number;
  /** Characters and tags of a `td`, each as one character of a text. */
  readonly content: string;
  readonly length: number;
}

type HtmlNode = ReturnType<typeof parseDocument>['children'][number];
type Element = Extract<HtmlNode, { name: string; attribs: object }>;

/** The similarity in `[0, 1]`; 0 where one of them has no table right in its body, or a span that is no whole number. */
export function tableSimilarity(response: string, right: string): number {
  const [own, wanted] = [findTable(response), findTable(right)];
  if (own === undefined || wanted === undefined) return 0;
  const symbols = new Map<string, string>();
  const [first, second] = [treeOf(own, symbols), treeOf(wanted, symbols)];
  if (first === undefined || second === undefined) return 0;
  const nodes = Math.max(countElements(own), countElements(wanted));
  return 1 - treeDistance(first, second, renameCost) / nodes;
}

function elementsOf(nodes: readonly HtmlNode[]): Element[] {
  return nodes.filter((node): node is Element => 'attribs' in node);
}

function findTable(html: string): Element | undefined {
  const [root] = elementsOf(parseDocument(html).children);
  const bodies = root === undefined ? [] : elementsOf(root.children).filter(({ name }) => name === 'body');
  return bodies.flatMap(({ children }) => elementsOf(children)).find(({ name }) => name === 'table');
}

function countElements({ children }: Element): number {
  return elementsOf(children).reduce((sum, child) => sum + 1 + countElements(child), 0);
}

function treeOf(element: Element, symbols: Map<string, string>): TreeNode<Cell> | undefined {
  const { name: tag, attribs, children } = element;
  if (tag !== 'td') {
    const own = elementsOf(children).map((child) => treeOf(child, symbols));
    const found = own.filter((child) => child !== undefined);
    return found.length < own.length ? undefined : { label: { tag, colspan: 0, rowspan: 0, content: '', length: 0 }, children: found };
  }
  const [colspan, rowspan] = [attribs['colspan'], attribs['rowspan']].map((text) => parseIntText(text ?? '1'));
  if (colspan === undefined || rowspan === undefined) return undefined;
  const tokens = inner(element).map((token) => symbolOf(token, symbols));
  return { label: { tag, colspan, rowspan, content: tokens.join(''), length: tokens.length }, children: [] };
}

/** Texts by character and elements by tag; a text after a `td` in it does not count, as in the authors' code. */
function inner({ children }: Element): string[] {
  let after = '';
  return children.flatMap((child) => {
    if ('attribs' in child) {
      after = child.name;
      return [`<${child.name}>`, ...inner(child), ...(child.name === 'unk' ? [] : [`</${child.name}>`])];
    }
    return child.type === ElementType.Text && after !== 'td' ? [...child.data] : [];
  });
}

/** Tags and characters outside of the basic plane get a character of their own, so that a content is a plain text. */
function symbolOf(token: string, symbols: Map<string, string>): string {
  if (token.length === 1 && token < '\ue000') return token;
  const symbol = symbols.get(token) ?? String.fromCharCode(0xe000 + symbols.size);
  symbols.set(token, symbol);
  return symbol;
}

function renameCost(a: Cell, b: Cell): number {
  if (a.tag !== b.tag || a.colspan !== b.colspan || a.rowspan !== b.rowspan) return 1;
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 0 : distance(a.content, b.content) / longest;
}
