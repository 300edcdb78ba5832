/**
 * Boxes in the syntaxes that models were trained with, none of which is JSON: Qwen-VL's reference and box tokens, `<ref>` and `<box>`
 * of InternVL, `<|ref|>` and `<|det|>` of DeepSeek-VL2, coordinate tokens `<147><28>...` and `<loc0147>...`, and `(x1,y1),(x2,y2)`.
 * Numbers are taken in the order and the space they are written in.
 */

/** Four numbers and what they are said to be. */
export interface WrittenBox {
  readonly numbers: readonly number[];
  readonly label: string | undefined;
  /** Where it begins and ends in the text. */
  readonly start: number;
  readonly end: number;
}

const NUMBER = String.raw`\s?(-?\d{1,8}(?:\.\d{1,8})?)\s?`;
const COMMA = '[,，]';
const PAIR = String.raw`[(（\[]${NUMBER}${COMMA}${NUMBER}[)）\]]`;
const POINTS = new RegExp(String.raw`${PAIR}${COMMA}?\s?${PAIR}`, 'g');
const LIST = new RegExp(String.raw`[[(]{1,2}${NUMBER},${NUMBER},${NUMBER},${NUMBER}[\])]{1,2}`, 'g');
const QUADRUPLE = new RegExp(String.raw`\(${NUMBER},${NUMBER},${NUMBER},${NUMBER}\)`, 'g');
/** Four bare numbers in a box token: `<box>334, 557, 468, 614</box>`. */
const ENCLOSED = new RegExp(
  String.raw`(?<=<\|?(?:box_start|box|det)\|?>)${Array.from({ length: 4 }, () => NUMBER).join('[, ]')}(?=<)`,
  'g',
);
const TOKEN = String.raw`<(?:loc_?)?(\d{1,5})>\s?`;
const TOKENS = new RegExp(TOKEN.repeat(4), 'g');
const OPENING = /<\|?(?:box_start|box|det)\|?>|<(?:loc_?)?\d{1,5}>/;
const REFERENCE = /(?:<\|object_ref_start\|>|<ref>|<\|ref\|>)([^<]{1,200})(?:<\|object_ref_end\|>|<\/ref>|<\|\/ref\|>)/g;
const BEFORE_COLON = /(?:^|[\n;.,])\s*(?:[-*]\s*)?([^\n:;,[\](){}<>]{1,60}?)\s*:\s*$/;
const BEFORE_TOKEN = /(?:^|>|[;\n])\s*([a-z][a-z \-']{0,60}?)\s*$/i;
const AFTER = /^\s?([a-z][a-z \-']{0,60}?)\s*(?:$|[;\n<])/i;

/** Only the end of a long text is searched. */
const MAX_TEXT = 20_000;

/** Whether a text has tokens that announce boxes. */
export function hasBoxTokens(text: string): boolean {
  return OPENING.test(text.slice(-MAX_TEXT));
}

/** The boxes in a text, in order; a reference stands for all boxes after it, up to the next. */
export function nativeBoxes(text: string, kind: 'tokens' | 'points' | 'labeled'): readonly WrittenBox[] {
  const tail = text.slice(-MAX_TEXT);
  const references = [...tail.matchAll(REFERENCE)].map((match) => ({ label: String(match[1]).trim(), end: match.index + match[0].length }));
  const patterns = kind === 'points' ? [POINTS, QUADRUPLE] : kind === 'labeled' ? [LIST] : [TOKENS, POINTS, LIST, ENCLOSED];
  const matches = patterns.map((pattern) => [...tail.matchAll(pattern)]).find((found) => found.length > 0) ?? [];
  const [first] = matches;
  // Florence-2 writes labels before the tokens, PaliGemma after them.
  const labelFirst = first !== undefined && first[0].startsWith('<') && BEFORE_TOKEN.test(tail.slice(0, first.index));
  return matches.map((match) => {
    const [start, end] = [match.index, match.index + match[0].length];
    const reference = references.findLast((one) => one.end <= start)?.label;
    const before = tail.slice(Math.max(0, start - 80), start);
    const beside = labelFirst
      ? BEFORE_TOKEN.exec(before)?.[1]
      : (BEFORE_COLON.exec(before)?.[1] ?? AFTER.exec(tail.slice(end, end + 80))?.[1]);
    const label = (reference ?? beside)?.replace(/^[*_`\s]+|[*_`\s]+$/g, '').toLowerCase();
    return { numbers: match.slice(1, 5).map(Number), label: label === '' ? undefined : label, start, end };
  });
}
