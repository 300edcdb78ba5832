// Bringing the LaTeX that models write into the form the parser reads: fonts, delimiters, words for signs, units, sloppy operators.
// The rules and their order follow latex2sympy2_extended's normalization, because candidates are also compared as normalized text.
// Everything here is one pass over the text: no pattern may look at the same run of characters twice.
import { boxedContent, type BoxMode } from '../find/boxed.ts';
import { isDigitAt, isLetterAt, isSpaceAt, spaceEnd } from '../characters.ts';
import { fixMalformed } from './malformed.ts';
import { dropUnits } from './units.ts';

/** Which groups of rules apply. */
export interface Normalization {
  /** Fonts, delimiters, `and`/`or`, percent words. */
  readonly basic: boolean;
  /** Trailing units. */
  readonly units: boolean;
  /** `\frac12`, `\sqrt3`, `sqrt(2)`, `^(2)`. */
  readonly malformed: boolean;
  /** Leading decimal point. */
  readonly nits: boolean;
  /** Which boxes are opened. */
  readonly boxed: BoxMode | 'none';
}

/** Math-Verify's default rules. */
export const DEFAULT_NORMALIZATION: Normalization = { basic: true, units: true, malformed: true, nits: true, boxed: 'all' };

const LEFT =
  /\\m?left(?=\\\{|\{|\\\||\||\[|\(|\\rbracl|\\lgroup|\\lbrace|\\lbrack|\\vert|\\lvert|\\lceil|\\lfloor|\\langle|\\llcorner|\\ulcorner)/g;
const RIGHT =
  /\\m?right(?=\\\}|\}|\\\||\||\]|\)|\\rbrack|\\rgroup|\\rbrace|\\vert|\\rvert|\\rceil|\\rfloor|\\rangle|\\lrcorner|\\urcorner)/g;
const PERMUTATION = /\(([a-zA-Z0-9+\-*/\\ ]+?)\)_\{([a-zA-Z0-9+\-*/\\ ]+?)\}/g;
const REMOVED = /\\mathrm\{th\}|\\!\s*|\\text\s*\{\s*\}|\\\$|\$|(?<!\\)["']|\\displaystyle/g;
const COMMAND_WORDS = /\\math(?:rm|it|bf)|\\text(?:normal|bf|it|rm)|\\[dtc]frac/g;

function isWordCharacterAt(text: string, at: number): boolean {
  return isLetterAt(text, at) || isDigitAt(text, at) || text[at] === '_';
}

interface Rewrite {
  readonly end: number;
  readonly text: string;
}

/** `and`, `or` as a word at `at`; returns the position after it. */
function conjunction(text: string, at: number): number {
  const length = text.startsWith('and', at) ? 3 : text.startsWith('or', at) ? 2 : 0;
  return length > 0 && !isLetterAt(text, at + length) ? at + length : -1;
}

const PERCENT_WORDS = ['percentage', 'percent', 'pct'];

function percentWord(text: string, at: number): number {
  if (isWordCharacterAt(text, at - 1)) return -1;
  const word = PERCENT_WORDS.find((candidate) => text.startsWith(candidate, at) && !isWordCharacterAt(text, at + candidate.length));
  return word ? at + word.length : -1;
}

/** `{ , }` -> `,`. */
function bracedComma(text: string, at: number): number {
  if (text[at] !== '{') return -1;
  const comma = spaceEnd(text, at + 1);
  const close = text[comma] === ',' ? spaceEnd(text, comma + 1) : -1;
  return close > 0 && text[close] === '}' ? close + 1 : -1;
}

/** `\text{ and }` -> `,`. */
function textConjunction(text: string, at: number): number {
  if (!text.startsWith('\\text{', at)) return -1;
  const word = spaceEnd(text, at + 6);
  const end = text.startsWith('and', word) ? word + 3 : text.startsWith('or', word) ? word + 2 : -1;
  const close = end < 0 ? -1 : spaceEnd(text, end);
  return close > 0 && text[close] === '}' ? close + 1 : -1;
}

function rewriteSpace(text: string, start: number): Rewrite {
  const end = spaceEnd(text, start);
  const run = text.slice(start, end);
  const comma = bracedComma(text, end);
  if (comma > 0) return { end: comma, text: ',' };
  const joint = textConjunction(text, end);
  if (joint > 0) return { end: joint, text: ',' };
  const word = conjunction(text, end);
  if (word > 0) return { end: word, text: isLetterAt(text, start - 1) ? `${run.charAt(0)},` : ',' };
  const percent = percentWord(text, end);
  if (percent > 0) return { end: percent, text: '\\%' };
  if (text[end] === '.' && !text.startsWith('...', end)) return { end: end + 1, text: `${run.slice(0, -1)} 0.` };
  if (run.endsWith(' ') && text.startsWith('sqrt', end)) return { end: end + 4, text: `${run.slice(0, -1)}\\sqrt` };
  return { end, text: run };
}

function rewriteComma(text: string, start: number): Rewrite | null {
  const next = spaceEnd(text, start + 1);
  const joint = textConjunction(text, next);
  if (joint > 0) return { end: joint, text: ',' };
  const word = isLetterAt(text, start - 1) ? -1 : conjunction(text, next);
  return word > 0 ? { end: word, text: ',' } : null;
}

function rewriteWord(text: string, start: number): Rewrite | null {
  const word = isLetterAt(text, start - 1) ? -1 : conjunction(text, start);
  if (word > 0) return { end: word, text: ',' };
  const percent = percentWord(text, start);
  if (percent > 0) return { end: percent, text: '\\%' };
  if (text.startsWith('infinity', start)) return { end: start + 8, text: '\\infty' };
  const abbreviated = text.startsWith('inf', start) && text[start - 1] !== '\\' && !isLetterAt(text, start + 3);
  return abbreviated ? { end: start + 3, text: '\\infty' } : null;
}

const TEXT_PERCENT = ['\\text{percentage}', '\\text{percent}', '\\text{pct}'];

function rewriteCommand(text: string, start: number): Rewrite | null {
  const joint = textConjunction(text, start);
  if (joint > 0) return { end: joint, text: ',' };
  if (isSpaceAt(text, start + 1) && text.charAt(start - 1) !== '\\') return { end: start + 2, text: ' ' };
  const percent = TEXT_PERCENT.find((command) => text.startsWith(command, start));
  return percent ? { end: start + percent.length, text: '%' } : null;
}

function rewriteAt(text: string, start: number): Rewrite | null {
  const c = text.charAt(start);
  if (isSpaceAt(text, start)) return rewriteSpace(text, start);
  if (c === '\\') return rewriteCommand(text, start);
  if (c === ',') return rewriteComma(text, start);
  if (c === '{') {
    const comma = bracedComma(text, start);
    if (comma > 0) return { end: comma, text: ',' };
    return text[start + 1] === '.' ? { end: start + 2, text: '{0.' } : null;
  }
  if (c === '~') return text[start + 1] === '=' ? { end: start + 2, text: '\\approx' } : null;
  return c === 'a' || c === 'o' || c === 'p' || c === 'i' ? rewriteWord(text, start) : null;
}

/** What each of the rewrites begins with or has in it. */
const REWRITABLE = /\s|\\text\{|\{[,.]|~=|and|or|percent|pct|inf/;

/** Words and spacing that stand for signs. */
function rewriteWords(text: string): string {
  if (!REWRITABLE.test(text)) return text;
  let result = '';
  let copied = 0;
  for (let i = 0; i < text.length;) {
    const rewrite = rewriteAt(text, i);
    if (rewrite) {
      result += text.slice(copied, i) + rewrite.text;
      copied = rewrite.end;
      i = rewrite.end;
    } else i += 1;
  }
  return result + text.slice(copied);
}

/** What each of the first rules has in it. */
const DELIMITERS_OR_FONTS = /left|right|matrix|\\(?:math)?rm/;

function commandWord(command: string): string {
  return command.endsWith('frac') ? '\\frac' : '\\text';
}

function basicRules(text: string): string {
  let result = text;
  if (DELIMITERS_OR_FONTS.test(result)) {
    result = result
      .replaceAll('\\mathrm{T}', 'T')
      .replaceAll('\\mathrm{d}', 'd')
      .replaceAll('{\\rm d}', 'd')
      .replaceAll('\\left[\\begin{matrix}', '\\begin{bmatrix}')
      .replaceAll('\\end{matrix}\\right]', '\\end{bmatrix}')
      .replace(LEFT, '')
      .replace(RIGHT, '');
  }
  if (result.includes(')_{')) result = result.replace(PERMUTATION, '\\frac{($1)!}{(($1)-($2))!}');
  result = result.replace(REMOVED, '');
  if (result.includes('\\')) result = result.replace(COMMAND_WORDS, commandWord);
  result = rewriteWords(result).replaceAll('\n', ' ').replaceAll('\t', ' ');
  return result.includes('matrix') || !result.includes('\\\\') ? result : result.replace(/\\\\(?=[a-zA-Z])/g, '\\');
}

/** Numbers and fractions of them, in which no rule finds anything but one half. */
const PLAIN = /^-?(?:\d+(?:\.\d+)?|\\frac\{-?\d+\}\{-?\d+\})$/;
const HALF = '0.5';
const HALF_FRACTION = '\\frac{1}{2}';

/** Longer candidates are not mathematics; they are cut and not rewritten. */
const MAX_NORMALIZED = 8_000;

/** The normal form of one LaTeX candidate. */
export function normalizeLatex(text: string, rules: Normalization): string {
  let result = rules.boxed === 'none' ? text : boxedContent(text, rules.boxed);
  if (result.length > MAX_NORMALIZED) return result.slice(0, MAX_NORMALIZED);
  if (PLAIN.test(result)) return rules.nits && result === HALF ? HALF_FRACTION : result;
  if (rules.basic) result = basicRules(result);
  if (rules.units) result = dropUnits(result);
  if (rules.nits && result.startsWith('.')) result = `0${result}`;
  if (rules.nits && result === HALF) result = HALF_FRACTION;
  if (rules.malformed) result = fixMalformed(result);
  return result.trim();
}
