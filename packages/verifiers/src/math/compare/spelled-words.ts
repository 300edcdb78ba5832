// Words that nobody could read as names. The parser takes `4 minus 0` letter by letter, as 4 * m*i*n*u*s * 0, so a word before a 0 would
// make every answer 0. A word may therefore not vanish: see `addsSymbols`.
import { childrenOf, type Node } from '../ast.ts';

const COMMANDS = /\\(?:begin|end|operatorname)\s*\{[^{}]*\}|\\[a-zA-Z]+/g;
/** Three letters, or two alone between spaces: `4 to 0`. */
const WORDS = /(?<![a-zA-Z])(?:[a-zA-Z]{3,}|(?<=\s)[a-zA-Z]{2}(?=\s))(?![a-zA-Z])/g;
/** Functions that are 0 at 0: read as letters they vanish rightly, as in `sin 0`. */
const ZERO_AT_ZERO = new Set('sin tan sinh tanh arcsin arctan arsinh artanh arcsinh arctanh sqrt'.split(' '));

/** No word has fewer. */
const TWO_LETTERS = /[a-zA-Z]{2}/;

/** True where a text of normalized LaTeX has a word that is no command. */
export function hasWords(text: string): boolean {
  return TWO_LETTERS.test(text) && (text.replace(COMMANDS, ' ').match(WORDS) ?? []).some((word) => !ZERO_AT_ZERO.has(word.toLowerCase()));
}

function freeSymbols(node: Node): ReadonlySet<string> {
  if (node.kind === 'symbol') return new Set([node.name]);
  const names = new Set(childrenOf(node).flatMap((child) => [...freeSymbols(child)]));
  if (node.kind === 'binder' && node.operator !== 'derivative') names.delete(node.variable);
  return names;
}

/** True where a prediction has variables that the ground truth lacks, so that the two are equal only if these cancel. */
export function addsSymbols(groundTruth: Node, prediction: Node): boolean {
  const wanted = freeSymbols(groundTruth);
  return [...freeSymbols(prediction)].some((name) => !wanted.has(name));
}
